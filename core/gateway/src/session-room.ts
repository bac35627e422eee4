/** The inspection's view of a session: its settings, its scanners, and the places where it tells what happened. */
import type { Transfer } from '@fsigk/plugin-api'
import { fail } from './errors.js'
import type { DetectionFacts } from './logs/line.js'
import { mailNotice } from './mail-notices/mail-notice.js'
import { isOwnNotice } from './mail-notices/own-notice.js'
import { noticeFormatOf, sessionNoticeValues } from './notice-values.js'
import type { Departure } from './pipeline/deadline.js'
import type { Held } from './pipeline/hold.js'
import type { Judgement } from './pipeline/judgement.js'
import type { LoadedScanner } from './pipeline/loaded-scanner.js'
import type { NoticeWriter } from './pipeline/outcomes.js'
import { causes, type Ruling } from './pipeline/policy.js'
import type { InspectionRoom, ScanCost, TransferReport } from './pipeline/room.js'
import type { Scanners } from './pipeline/scan.js'
import { quarantine } from './quarantine.js'
import type { SessionView } from './session-view.js'
import type { Spool, SpoolFolder } from './spool.js'
import { messageOf, systemErrorSuffix } from './system-error.js'
import type { ScanMemory } from './verdicts/scan-memory.js'

export class SessionRoom implements InspectionRoom, Scanners {
  #isCarried = false
  #judged: { readonly ruling: Ruling; readonly judgement: Judgement; readonly transfer: Transfer } | undefined

  constructor(private readonly session: SessionView) {}

  get settings(): InspectionRoom['settings'] {
    return this.session.pinned.inspection
  }

  get scanners(): Scanners {
    return this
  }

  get sessionId(): string {
    return this.session.id
  }

  get loaded(): readonly LoadedScanner[] {
    return this.session.pinned.scanners.loaded
  }

  get memory(): ScanMemory | undefined {
    return this.session.pinned.memory
  }

  get departure(): Departure {
    return this.session.connection
  }

  get ending(): Departure {
    return this.session.connection.ending
  }

  get tmpdir(): SpoolFolder {
    return this.session.pinned.tmpdir
  }

  settingsOf(scanner: LoadedScanner): unknown {
    return this.session.pinned.section(scanner.section)
  }

  failed(scanner: LoadedScanner, cause: unknown): void {
    this.session.surroundings.counters.scannerFailures += 1
    scanner.log.error('scan failed', { session: this.session.id, cause })
    scanner.watch?.failed(this.session.id, cause)
    this.#logRepeated(scanner.id, `${scanner.id}: scan failed: ${messageOf(cause)}`)
  }

  late(scanner: LoadedScanner): void {
    const { session } = this
    session.surroundings.counters.scannerFailures += 1
    const cause = fail('FSIGK_SCAN_LATE', [scanner.id, this.settings.vsd_scantimeout])
    scanner.log.error('scan timed out', { session: session.id })
    scanner.watch?.failed(session.id, cause)
    this.#logRepeated(scanner.id, messageOf(cause))
  }

  spoolFailed(fault: unknown): void {
    this.#logRepeated('spool', messageOf(fault))
  }

  async isOwnNotice(mail: Spool): Promise<boolean> {
    const { noticeKey } = this.session.pinned
    return noticeKey !== undefined && (await isOwnNotice(noticeKey, mail))
  }

  async quarantine(transfer: Transfer, held: Held, ruling: Ruling): Promise<string> {
    const { pinned, entry, id, connection, surroundings } = this.session
    try {
      const name = await quarantine(pinned.quarantineDir, held.spool, {
        service: surroundings.service,
        id,
        revision: pinned.revision,
        at: new Date().toISOString(),
        threats: ruling.names,
        action: ruling.action,
        direction: transfer.direction,
        url: entry.url,
        peerAddress: connection.peer.address,
        fileName: transfer.name,
        contentType: transfer.type,
        codings: transfer.codings,
        bytes: held.spool.bytes,
        complete: held.end === 'whole',
        ...(transfer.mail === undefined ? {} : { mail: transfer.mail }),
      })
      surroundings.counters.quarantined += 1
      return name
    } catch (error) {
      this.session.logError(`quarantine: cannot write to [${pinned.quarantineDir}]${systemErrorSuffix(error)}`)
      return ''
    }
  }

  noticeOf({ policy }: Transfer, ruling: Ruling, facts: DetectionFacts, bytes: number): NoticeWriter {
    const { session } = this
    const { service } = session.surroundings
    const name = ruling.disposition === 'defer' ? `${service}_error` : (policy?.template ?? service)
    const template = session.pinned.template(name)
    const values = () => sessionNoticeValues(session, facts, bytes)
    return {
      notice: () => template.fill(values(), noticeFormatOf(service)),
      mail: () => mailNotice(template, values()),
    }
  }

  decided(ruling: Ruling, judgement: Judgement, transfer: Transfer): void {
    this.#judged = { ruling, judgement, transfer }
    const { entry, surroundings } = this.session
    if (ruling.disposition === 'defer') {
      surroundings.counters.refusedForNow += 1
      entry.error ||= ruling.refusal ?? ''
    }
    if (ruling.verdict.is === 'unscanned' && ruling.verdict.because === 'engine-down')
      this.#logRepeated('engine-down', `vsd_start() error (${ruling.verdict.detail ?? 'no scanner answers'})`)
  }

  recordTransfer({ facts: decided, bytes, verdict, cost, failure }: TransferReport): void {
    const { counters, hindrances } = this.session.surroundings
    const facts: DetectionFacts = this.session.entry.denied === true ? { ...decided, action: 'DENY' } : decided
    counters.transfer(verdict)
    if (this.#judged !== undefined)
      hindrances.judged(this.#judged.judgement, this.#judged.ruling, cost.checks > 0, bytes)
    counters.scans += cost.checks
    counters.scanMs += cost.checkMs
    if (failure !== undefined) this.session.entry.error ||= messageOf(failure)
    if (this.#isCarried) return
    this.#tellOf(facts, bytes)
    this.session.recordDetection(facts, cost.checks, cost.checkMs)
  }

  carry(facts: DetectionFacts, bytes: number, cost: ScanCost): void {
    this.#isCarried = true
    this.#tellOf(facts, bytes)
    this.session.carryDetection(facts, cost.checks, cost.checkMs)
  }

  /** Everything but the line, while the entry is still that of this transfer. */
  #tellOf(facts: DetectionFacts, bytes: number): void {
    this.#keepFacts(bytes)
    if (facts.result !== 'INFECTED' || this.#judged === undefined) return
    const { pinned, surroundings } = this.session
    const { policy } = this.#judged.transfer
    const isTold = policy === undefined ? pinned.section(surroundings.service)['notify_admin'] : policy.notify_admin
    if (isTold === true) surroundings.adminNotices.detected(this.session, facts, bytes)
  }

  /** Of what was detected or could not be judged; what the settings let pass unseen is in the access log alone. */
  #keepFacts(bytes: number): void {
    const { ruling, judgement, transfer } = this.#judged ?? {}
    if (ruling === undefined || judgement === undefined || transfer === undefined || ruling.result === 'CLEAN') return
    const bySetting = judgement.unscanned.every(({ because }) => causes[because].kind === 'setting')
    if (ruling.result === 'UNSCANNED' && bySetting) return
    const { direction, name, type, mail, policy } = transfer
    this.session.keep({
      is: 'judged',
      findings: [...judgement.findings],
      unscanned: [...judgement.unscanned],
      result: ruling.result,
      action: ruling.action,
      names: [...ruling.names],
      transfer: { direction, name, type, bytes },
      scanners: this.loaded.map(({ id, scanner }) => ({ id, definitions: scanner.definitions })),
      ...(mail === undefined ? {} : { mail: true }),
      ...(policy === undefined ? {} : { lan: true }),
    })
  }

  #logRepeated(kind: string, message: string): void {
    const due = this.session.surroundings.repeated.of(kind, message)
    if (due !== undefined) this.session.logError(due)
  }
}
