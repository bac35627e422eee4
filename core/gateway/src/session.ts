/**
 * A session: what a protocol plugin sees of the gateway for one conversation (HTTP: one request). It pins one revision of
 * the settings, drafts the line of the access log, and writes it. How a transfer is inspected is in `pipeline/`.
 */
import { isIP } from 'node:net'
import type {
  Decision,
  Dialled,
  DialOptions,
  Endpoint,
  Entry,
  NoticeVariables,
  OpenSession,
  Outcome,
  Target,
  Transfer,
} from '@fsigk/plugin-api'
import { listWords } from '@fsigk/plugin-api'
import type { GatewayConnection } from './connection.js'
import type { DecisionFacts } from './decisions/decision-record.js'
import { fail } from './errors.js'
import { accessLine, type DetectionFacts, inOneLine, nothingDetected } from './logs/line.js'
import type { MessagePlace } from './logs/prefix.js'
import { addressOf } from './mail-notices/mail-notice.js'
import { accessDeniedFrom, accessDeniedTo } from './net/guide-messages.js'
import { noticeFormatOf, sessionNoticeValues } from './notice-values.js'
import type { PinnedSettings } from './pinned-settings.js'
import { inspect } from './pipeline/inspect.js'
import { SessionRoom } from './session-room.js'
import type { SessionSurroundings, SessionView } from './session-view.js'

export class GatewaySession<S> implements OpenSession<S>, SessionView {
  readonly id: string
  readonly access: Decision
  noticeVariables: NoticeVariables = {}
  #entry: Entry = new Draft()
  #startedMs = Date.now()
  #records = 0
  #closed = false
  #holdsScanners = false
  #carried: { readonly facts: DetectionFacts; readonly checks: number; readonly checkMs: number } | undefined
  /** Whether the facts behind the drafted line are kept already. */
  #kept = false

  constructor(
    readonly surroundings: SessionSurroundings,
    readonly pinned: PinnedSettings<S>,
    readonly connection: GatewayConnection,
  ) {
    this.id = surroundings.ids.next()
    surroundings.counters.sessions += 1
    pinned.scanners.hold()
    this.#holdsScanners = true
    this.access = connection.accessUnder(pinned.access)
    if (!this.access.allowed) {
      this.#denied(accessDeniedFrom(connection.peer.address, connection.peerName))
      this.keep({ is: 'source-denied' })
    }
  }

  get revision(): number {
    return this.pinned.revision
  }

  get settings(): S {
    return this.pinned.settings
  }

  get productName(): string {
    return this.pinned.productName
  }

  get version(): string {
    return this.surroundings.identity.version
  }

  get hostName(): string {
    return this.surroundings.identity.hostName
  }

  get peer(): Endpoint {
    return this.connection.peer
  }

  get peerName(): string {
    return this.connection.peerName
  }

  get administrator(): string {
    const [first = ''] = listWords(String(this.pinned.section('common')['admin_mailaddr'] ?? ''))
    return addressOf(first)
  }

  get entry(): Entry {
    return this.#entry
  }

  /** When the draft was begun, in milliseconds since 1970. */
  get startedMs(): number {
    return this.#startedMs
  }

  permit(target: Target, address?: string): Decision {
    const decision = this.pinned.access.target(target, address)
    if (!decision.allowed) this.#deniedTo(target, address)
    return decision
  }

  skipsScan(target: Target, address?: string): boolean {
    return this.pinned.access.passes(target, address)
  }

  listsPeer(list: string): boolean {
    const { address } = this.connection.peer
    return this.pinned.access.lists(list, { address, name: this.connection.confirmedName })
  }

  listsDomain(list: string, domain: string): boolean {
    return this.pinned.access.lists(list, { name: domain, isDomain: true })
  }

  /** On success the entry's server is the one that was reached. */
  async dial(target: Target, options: DialOptions): Promise<Dialled> {
    const dialled = await this.surroundings.dialler.dial(target, this.pinned.access, {
      ...options,
      ownPort: this.connection.local.port,
      ...(this.pinned.ownAddress !== undefined && { ownAddress: this.pinned.ownAddress }),
      keepNamesMs: this.pinned.keepNamesMs,
    })
    if (dialled.reached) {
      this.#entry.server = target
      this.#entry.serverAddress = dialled.address
    } else if (dialled.denied) this.#deniedTo(target)
    return dialled
  }

  /** @throws FSIGK_SESSION_CLOSED, FSIGK_CONNECTION_GONE, and what the body's source or `answer` threw */
  async inspect(transfer: Transfer, answer: (outcome: Outcome) => Promise<void>): Promise<void> {
    if (this.#closed) throw fail('FSIGK_SESSION_CLOSED', [])
    // A tunnel may last for days, and asks no scanner: it must not keep earlier ones from being stopped.
    if (transfer.release.mode === 'live' && transfer.release.because === 'tunnel') this.#releaseScanners()
    await inspect(new SessionRoom(this), transfer, answer)
  }

  notice(template: 'error'): string {
    const { service } = this.surroundings
    return this.pinned.template(`${service}_${template}`).fill(sessionNoticeValues(this), noticeFormatOf(service))
  }

  keep(facts: DecisionFacts): void {
    const { method, url, status } = this.#entry
    const { service, decisions } = this.surroundings
    const common = { id: this.id, revision: this.revision, at: new Date().toISOString(), service, method, url, status }
    const { peer, confirmedName } = this.connection
    const known = confirmedName === undefined ? {} : { name: confirmedName }
    decisions.record({ ...common, peer: { address: peer.address, ...known }, ...facts })
    this.#kept = true
  }

  logError(message: string): void {
    this.surroundings.logs.error(this.#place(), message)
  }

  logInfo(message: string): void {
    this.surroundings.logs.info(this.#place(), message)
  }

  record(): void {
    this.recordDetection(nothingDetected, 0, 0)
  }

  carryDetection(facts: DetectionFacts, checks: number, checkMs: number): void {
    this.#carried = { facts, checks, checkMs }
  }

  /** Writes the drafted line with what was detected, what was carried to it included, and begins the next. */
  recordDetection(facts: DetectionFacts, checks: number, checkMs: number): void {
    const carried = this.#carried
    this.#carried = undefined
    if (carried === undefined) this.#write(facts, checks, checkMs)
    else this.#write(inOneLine(carried.facts, facts), carried.checks + checks, carried.checkMs + checkMs)
  }

  #write(facts: DetectionFacts, checks: number, checkMs: number): void {
    const { logs, counters } = this.surroundings
    const { connection } = this
    const now = Date.now()
    connection.records += 1
    const line = accessLine(connection.pieces, this.#entry, facts, {
      startedMs: this.#startedMs,
      elapsedMs: now - this.#startedMs,
      files: this.#entry.files ?? connection.records,
      checks,
      checkMs: Math.round(checkMs),
      revision: this.pinned.revision,
      id: this.id,
    })
    logs.access(line)
    if (facts.result === 'INFECTED' || facts.result === 'SPAM') logs.detect(line)
    counters.records += 1
    if (this.#entry.error !== '') {
      counters.errors += 1
      if (!this.#kept) this.keep({ is: 'error', error: this.#entry.error })
    }
    this.#kept = false
    counters.bytes += this.#entry.bytes
    this.#records += 1
    this.#startedMs = now
    this.#entry = new Draft(this.#entry)
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    if (this.#records === 0 || this.#carried !== undefined) this.record()
    this.#releaseScanners()
  }

  #releaseScanners(): void {
    if (!this.#holdsScanners) return
    this.#holdsScanners = false
    this.pinned.scanners.release()
  }

  #place(): MessagePlace {
    const { connection, entry } = this
    const { server, serverAddress } = entry
    return {
      port: connection.local.port,
      slot: connection.slot,
      peer: { ...connection.peer, name: connection.peerName },
      server: server === undefined ? undefined : { address: serverAddress, name: server.host, port: server.port },
      revision: this.revision,
      id: this.id,
    }
  }

  #deniedTo(target: Target, address = isIP(target.host) === 0 ? '' : target.host): void {
    this.#denied(accessDeniedTo(address, target.host))
    this.keep({ is: 'target-denied', ...target, address })
  }

  #denied(message: string): void {
    this.surroundings.counters.accessDenied += 1
    this.logInfo(message)
  }
}

/** A fresh line. Who the peer is, which server was reached and how files are counted outlast a record: they belong to the session. */
class Draft implements Entry {
  status = 0
  bytes = 0
  method = ''
  url = ''
  user: string
  server: Target | undefined
  serverAddress: string
  contentType = ''
  protocolStat: Entry['protocolStat'] = []
  error = ''
  denied?: true
  files?: number

  constructor(before?: Entry) {
    this.user = before?.user ?? ''
    this.server = before?.server
    this.serverAddress = before?.serverAddress ?? ''
    if (before?.files !== undefined) this.files = before.files
  }
}
