/** What a service has done since it started, for `fsigk status`. Plain numbers, added to as transfers are recorded. */
import type { UnscannedCause, Verdict } from '@fsigk/plugin-api'

/** JSON-able. Bytes are those of bodies sent to peers. */
export interface CounterValues {
  readonly connections: number
  readonly openConnections: number
  readonly sessions: number
  readonly records: number
  readonly transfers: number
  readonly bytes: number
  readonly clean: number
  readonly detections: number
  readonly brokenOff: number
  readonly refusedForNow: number
  /** Unscanned transfers by cause, whether they passed or were refused. */
  readonly unscanned: Readonly<Partial<Record<UnscannedCause, number>>>
  readonly scans: number
  readonly scanMs: number
  readonly scannerFailures: number
  readonly quarantined: number
  readonly accessDenied: number
  /** Records with a PROXY-ERROR. */
  readonly errors: number
}

export class Counters {
  connections = 0
  openConnections = 0
  sessions = 0
  records = 0
  transfers = 0
  bytes = 0
  clean = 0
  detections = 0
  brokenOff = 0
  refusedForNow = 0
  scans = 0
  scanMs = 0
  scannerFailures = 0
  quarantined = 0
  accessDenied = 0
  errors = 0
  readonly #unscanned = new Map<UnscannedCause, number>()

  /** @param verdict undefined when the transfer broke off before there was one */
  transfer(verdict: Verdict | undefined): void {
    this.transfers += 1
    if (verdict === undefined) this.brokenOff += 1
    else if (verdict.is === 'clean') this.clean += 1
    else if (verdict.is === 'unscanned') this.#add(verdict.because)
    else this.detections += 1
  }

  values(): CounterValues {
    return {
      connections: this.connections,
      openConnections: this.openConnections,
      sessions: this.sessions,
      records: this.records,
      transfers: this.transfers,
      bytes: this.bytes,
      clean: this.clean,
      detections: this.detections,
      brokenOff: this.brokenOff,
      refusedForNow: this.refusedForNow,
      unscanned: Object.fromEntries(this.#unscanned),
      scans: this.scans,
      scanMs: Math.round(this.scanMs),
      scannerFailures: this.scannerFailures,
      quarantined: this.quarantined,
      accessDenied: this.accessDenied,
      errors: this.errors,
    }
  }

  #add(cause: UnscannedCause): void {
    this.#unscanned.set(cause, (this.#unscanned.get(cause) ?? 0) + 1)
  }
}
