/**
 * Tells people once when bodies cannot be scanned, and once when they can be again: over all services and workers, and
 * however many transfers meet it.
 */
import type { OperationsFact } from '@fsigk/config'
import { type HindranceSums, hindrances } from '@fsigk/gateway'
import type { Log } from '@fsigk/plugin-api'
import { type Heard, Outage, type OutageChange } from './outage.js'

/** `scanners`: no scanner answers, or one of several does not; `spool`: bodies do not fit into `common.tmpdir`. */
export type OutageKind = 'scanners' | 'spool'

export interface OutageStatus {
  readonly what: OutageKind
  /** ISO 8601. */
  readonly since: string
  /** Transfers that were refused for it so far. */
  readonly refused: number
  /** Transfers that passed unscanned, as `fail_open` says. */
  readonly passed: number
  readonly because: string
}

export interface OutageDuties {
  /** Whether people have been told already why scanners are not asked: a plugin has tripped. */
  readonly alarmGiven: () => boolean
  /** For people. */
  readonly onAlarm: (message: string) => void
  readonly record: (fact: OperationsFact) => Promise<void>
  readonly log: Log
  readonly nowMs?: () => number
}

const none = { 'engine-down': 0, 'engine-error': 0, 'no-space': 0 }
const unknown = { 'engine-down': '', 'engine-error': '', 'no-space': '' }

export const NO_HINDRANCES: HindranceSums = {
  scanned: 0,
  spooled: 0,
  met: none,
  refused: none,
  passed: none,
  because: unknown,
}

/** @param now what a worker counted since it began @param before what it had counted when it told last */
export function hindrancesSince(now: HindranceSums, before: HindranceSums): HindranceSums {
  const since = (of: 'met' | 'refused' | 'passed') =>
    Object.fromEntries(hindrances.map((each) => [each, now[of][each] - before[of][each]])) as HindranceSums['met']
  return {
    scanned: now.scanned - before.scanned,
    spooled: now.spooled - before.spooled,
    met: since('met'),
    refused: since('refused'),
    passed: since('passed'),
    because: now.because,
  }
}

interface Watched {
  readonly outage: Outage
  /** ISO 8601. */
  since: string
  refused: number
  passed: number
  because: string
}

const words: Readonly<Record<OutageKind, { readonly began: string; readonly ended: string }>> = {
  scanners: { began: 'Nothing can be scanned', ended: 'Scanning works again' },
  spool: { began: 'Bodies cannot be spooled for scanning', ended: 'There is room for bodies again' },
}

export class Outages {
  readonly #watched: Readonly<Record<OutageKind, Watched>> = { scanners: watched(), spool: watched() }
  readonly #nowMs: () => number

  constructor(private readonly duties: OutageDuties) {
    this.#nowMs = duties.nowMs ?? (() => performance.now())
  }

  /** Called about once a second for each worker, also when it met nothing. */
  heard({ scanned, spooled, met, refused, passed, because }: HindranceSums): void {
    const down = met['engine-down']
    this.#heard('scanners', { met: down, doubtful: met['engine-error'], well: scanned }, () => ({
      refused: refused['engine-down'] + refused['engine-error'],
      passed: passed['engine-down'] + passed['engine-error'],
      because: (down > 0 ? because['engine-down'] : because['engine-error']) || 'no scanner answers',
    }))
    this.#heard('spool', { met: met['no-space'], doubtful: 0, well: spooled }, () => ({
      refused: refused['no-space'],
      passed: passed['no-space'],
      because: because['no-space'] || 'common.tmpdir is full',
    }))
  }

  /** What is out of service now. */
  status(): readonly OutageStatus[] {
    return (['scanners', 'spool'] as const).flatMap((what) => {
      const { outage, since, refused, passed, because } = this.#watched[what]
      return outage.begunMs === undefined ? [] : [{ what, since, refused, passed, because }]
    })
  }

  #heard(what: OutageKind, heard: Heard, more: () => Pick<Watched, 'refused' | 'passed' | 'because'>): void {
    const each = this.#watched[what]
    const isCalm = each.outage.begunMs === undefined
    if (isCalm && heard.met + heard.doubtful > 0 && what === 'scanners' && this.duties.alarmGiven()) return
    const change = each.outage.heard(heard, this.#nowMs())
    if (each.outage.begunMs !== undefined && heard.met + heard.doubtful > 0) {
      const { refused, passed, because } = more()
      each.refused += refused
      each.passed += passed
      each.because = because
    }
    this.#tell(what, each, change)
  }

  #tell(what: OutageKind, each: Watched, change: OutageChange | undefined): void {
    if (change === 'began') this.#began(what, each)
    else if (change === 'ended') this.#ended(what, each)
  }

  #began(what: OutageKind, each: Watched): void {
    each.since = new Date().toISOString()
    const { because } = each
    this.duties.log.error('outage', { what, because })
    this.#record('OutageBegan', { what, because })
    this.duties.onAlarm(
      `${words[what].began}: ${because}. What is not scanned is refused for now, or passes where fail_open is on.`,
    )
  }

  #ended(what: OutageKind, each: Watched): void {
    const { outage, refused, passed, since } = each
    const now = this.#nowMs()
    const seconds = Math.round(((outage.wellMs ?? now) - (outage.begunMs ?? now)) / 1_000)
    outage.over(now)
    each.refused = 0
    each.passed = 0
    this.duties.log.info('outage over', { what, since, seconds, refused, passed })
    this.#record('OutageEnded', { what, since, seconds, refused, passed })
    this.duties.onAlarm(
      `${words[what].ended}, after ${seconds} s; ${refused} transfers were refused and ${passed} passed unscanned.`,
    )
  }

  #record(type: string, data: OperationsFact['data']): void {
    this.duties
      .record({ type, data })
      .catch((error: unknown) => this.duties.log.error('fact not kept', { type, error }))
  }
}

function watched(): Watched {
  return { outage: new Outage(), since: '', refused: 0, passed: 0, because: '' }
}
