/**
 * One service in one worker: it holds conversations with the protocol plugin, opens their sessions on the newest
 * settings, and drains. Accepting is the acceptor's work, and the plugins' life is the host's.
 */
import type { Socket } from 'node:net'
import { join } from 'node:path'
import type { SettingsSnapshot } from '@fsigk/config'
import {
  type Connection,
  type Log,
  nothingShared,
  type OpenSession,
  type Protocol,
  type Service,
  type SharedState,
} from '@fsigk/plugin-api'
import { GatewayConnection } from './connection.js'
import { Counters, type CounterValues } from './counters.js'
import { DecisionLog } from './decisions/decision-log.js'
import { fail } from './errors.js'
import { type HindranceSums, Hindrances } from './hindrances.js'
import type { LogFileEvent } from './logs/log-file.js'
import { logRoutesOf } from './logs/log-routes.js'
import type { MessagePlace } from './logs/prefix.js'
import { RepeatedMessages } from './logs/repeated.js'
import { ServiceLogs } from './logs/service-logs.js'
import { AdminNotices } from './mail-notices/admin-notices.js'
import { NoticeSpool } from './mail-notices/notice-spool.js'
import { closeGently } from './net/close-gently.js'
import { Dialler } from './net/dialler.js'
import { localOf, peerOf } from './net/endpoints.js'
import { reverseLookupFailed } from './net/guide-messages.js'
import { NameLookups } from './net/name-lookups.js'
import { PeerNames } from './net/peer-names.js'
import { type GatewayFolders, PinnedSettings } from './pinned-settings.js'
import type { LoadedScanner } from './pipeline/loaded-scanner.js'
import { ScannerSet } from './pipeline/scanner-set.js'
import type { GatewayServiceOptions } from './service-options.js'
import { GatewaySession } from './session.js'
import { SessionIds } from './session-ids.js'
import type { SessionSurroundings } from './session-view.js'
import { messageOf } from './system-error.js'
import type { VerdictCache, VerdictFigures } from './verdicts/verdict-cache.js'
import { verdictCacheLimits } from './verdicts/verdict-cache-limits.js'

/** How long a conversation that was ended has to write its record. */
const GIVING_UP_MS = 1_000

export class GatewayService<S = unknown> implements Service<S> {
  readonly name: string
  readonly shared: SharedState
  readonly #protocol: Protocol<S>
  readonly #folders: GatewayFolders
  readonly #log: Log | undefined
  readonly #surroundings: SessionSurroundings
  readonly #draining = new AbortController()
  readonly #conversations = new Map<GatewayConnection, Promise<void>>()
  readonly #names: PeerNames
  readonly #verdicts: VerdictCache | undefined
  readonly #noticeKey: Buffer | undefined
  #pinned: PinnedSettings<S>

  /** @throws FSIGK_ACCESS_LIST_INVALID, FSIGK_LOG_OPEN_FAILED */
  constructor(options: GatewayServiceOptions<S>) {
    this.name = options.name
    this.shared = options.shared ?? nothingShared
    this.#protocol = options.protocol
    this.#folders = options.folders
    this.#log = options.log
    const scanners = new ScannerSet(options.scanners)
    this.#names = options.names ?? new PeerNames()
    this.#verdicts = options.verdicts
    this.#noticeKey = options.noticeKey
    this.#pinned = this.#pin(options.snapshot, scanners)
    this.#verdicts?.limit(verdictCacheLimits(options.snapshot))
    this.#surroundings = {
      service: options.name,
      identity: options.identity,
      dialler: options.dialler ?? new Dialler(new NameLookups().lookup),
      logs: new ServiceLogs(options.folders.logs, options.name, (event) => this.#noteLogEvent(event), {
        routes: logRoutesOf(options.snapshot, options.folders.logs, options.name),
        ...(options.forward === undefined ? {} : { forward: options.forward }),
        wanted: options.wantedLogs ?? [],
      }),
      decisions: new DecisionLog(join(options.folders.logs, options.name), options.identity.worker, (error) =>
        this.#log?.error('facts not kept', { service: this.name, error }),
      ),
      adminNotices: new AdminNotices(new NoticeSpool(options.folders.notices)),
      counters: new Counters(),
      hindrances: new Hindrances(),
      repeated: new RepeatedMessages(),
      ids: new SessionIds(),
    }
  }

  /** A list file can no longer be used: said whenever it has changed and still cannot. */
  readonly #told = (error: Error): void => {
    this.#log?.error('list file not used', { service: this.name, error })
    this.logs.error({ revision: this.revision }, `${error.message} The list as it was last read stays in force.`)
  }

  get draining(): AbortSignal {
    return this.#draining.signal
  }

  /** The revision that new sessions see. */
  get revision(): number {
    return this.#pinned.revision
  }

  get logs(): ServiceLogs {
    return this.#surroundings.logs
  }

  /**
   * New sessions see these settings, and these scanners; open ones keep theirs.
   *
   * @param loaded in the administrator's order; those in force unless told
   * @returns resolves when no session sees the earlier scanners any more, undefined when they stay
   * @throws FSIGK_ACCESS_LIST_INVALID, FSIGK_LOG_OPEN_FAILED; the settings in force stay so then
   */
  apply(snapshot: SettingsSnapshot, loaded?: readonly LoadedScanner[]): { readonly unused: Promise<void> } | undefined {
    const earlier = this.#pinned.scanners
    const stay = loaded === undefined || sameItems(loaded, earlier.loaded)
    const scanners = stay ? earlier : new ScannerSet(loaded)
    const pinned = this.#pin(snapshot, scanners)
    this.logs.route(logRoutesOf(snapshot, this.#folders.logs, this.name))
    this.#pinned = pinned
    this.#verdicts?.limit(verdictCacheLimits(snapshot))
    return stay ? undefined : { unused: earlier.retire() }
  }

  /** @throws FSIGK_CONNECTION_FOREIGN for a connection of another service */
  open(connection: Connection): OpenSession<S> {
    if (!(connection instanceof GatewayConnection)) throw fail('FSIGK_CONNECTION_FOREIGN', [])
    connection.sessions += 1
    // Switched on while this connection was open: its next session knows the name.
    if (this.#pinned.reverseLookup && !connection.nameAsked) void this.#learnName(connection)
    return new GatewaySession(this.#surroundings, this.#pinned, connection)
  }

  /** Whom a connection is counted for, before it has a slot; `''` for nobody. */
  countedFor(socket: Socket): string {
    const peer = peerOf(socket)
    return peer === undefined ? '' : this.#pinned.access.countedFor(peer.address)
  }

  /** Says in the protocol's words that there are too many connections of this peer. Does not close. */
  turnAway(socket: Socket): void {
    const { settings, productName } = this.#pinned
    const words = this.#protocol.turnAway?.(settings, { productName, ...this.#surroundings.identity }) ?? ''
    if (words !== '') socket.write(words, 'latin1')
  }

  /**
   * Holds one conversation, from accept until the socket is closed. Never rejects: what the plugin throws ends the
   * connection and is logged. All its lines are written when this settles, before the slot is given back.
   *
   * @param slot the lowest free slot of the service at accept
   */
  async converse(socket: Socket, slot: number): Promise<void> {
    const peer = peerOf(socket)
    const local = localOf(socket)
    socket.on('error', learnedByClose)
    if (peer === undefined || local === undefined || socket.destroyed) return
    const connection = new GatewayConnection(this.name, socket, peer, local, slot)
    const conversation = this.#hold(connection)
    this.#conversations.set(connection, conversation)
    const { counters } = this.#surroundings
    counters.connections += 1
    counters.openConnections += 1
    await conversation
    counters.openConnections -= 1
    this.#conversations.delete(connection)
  }

  /**
   * Lets conversations finish what is under way, for at most so long, then ends them. The caller has stopped accepting.
   *
   * @param deadlineMs 0 ends them at once
   */
  async drain(deadlineMs: number): Promise<void> {
    this.#draining.abort()
    await this.#settledWithin(deadlineMs)
    for (const connection of this.#conversations.keys()) connection.giveUp()
    await this.#settledWithin(GIVING_UP_MS)
    this.logs.flush()
    await this.#surroundings.decisions.flush()
    await this.#surroundings.adminNotices.idle()
  }

  /** After rotation of the logs. */
  reopenLogs(): void {
    this.logs.reopen()
  }

  /** What scanners said is forgotten: they may say otherwise, though nothing shows it. */
  forgetVerdicts(): void {
    this.#verdicts?.forget()
  }

  get verdicts(): VerdictFigures | undefined {
    return this.#verdicts?.figures
  }

  counters(): CounterValues {
    return this.#surroundings.counters.values()
  }

  /** What kept bodies from being scanned, since the start. */
  hindrances(): HindranceSums {
    return this.#surroundings.hindrances.sums()
  }

  /** Writes and closes the logs; nothing can be logged afterwards. Drain first. */
  close(): void {
    this.logs.close()
  }

  #pin(snapshot: SettingsSnapshot, scanners: ScannerSet): PinnedSettings<S> {
    return new PinnedSettings(snapshot, this.name, {
      folders: this.#folders,
      scanners,
      told: this.#told,
      verdicts: this.#verdicts,
      noticeKey: this.#noticeKey,
    })
  }

  async #hold(connection: GatewayConnection): Promise<void> {
    try {
      if (this.#pinned.reverseLookup) await this.#learnName(connection)
      await this.#protocol.converse(connection, this)
    } catch (cause) {
      this.#log?.error('conversation failed', { service: this.name, slot: connection.slot, cause })
      this.logs.error(this.#placeOf(connection), `${this.name}: converse: ${messageOf(cause)}`)
      connection.socket.destroy()
    }
    // A connection that asked for nothing has its line too, with 000 (guide 9.1.1).
    if (connection.sessions === 0) this.open(connection).close()
    this.logs.flush()
    await closeGently(connection.socket)
  }

  async #learnName(connection: GatewayConnection): Promise<void> {
    connection.nameAsked = true
    const { address } = connection.peer
    const name = await this.#names.nameOf(address, connection.signal, (failure) =>
      this.logs.info(this.#placeOf(connection), reverseLookupFailed(address, failure)),
    )
    if (name !== undefined) connection.learnName(name)
  }

  #placeOf(connection: GatewayConnection): MessagePlace {
    return {
      port: connection.local.port,
      slot: connection.slot,
      peer: { ...connection.peer, name: connection.peerName },
      revision: this.revision,
    }
  }

  /** Conversations that begin in the meantime, with connections that had been waiting for a slot, are waited for too. */
  async #settledWithin(limitMs: number): Promise<void> {
    if (this.#conversations.size === 0) return
    const { promise: over, resolve } = Promise.withResolvers<'over'>()
    const timer = setTimeout(resolve, limitMs, 'over')
    while (this.#conversations.size > 0) {
      const settled = Promise.all(this.#conversations.values())
      if ((await Promise.race([settled, over])) === 'over') break
    }
    clearTimeout(timer)
  }

  #noteLogEvent(event: LogFileEvent): void {
    const { is, ...data } = event
    if (is === 'failing') this.#log?.error('log cannot be written', data)
    else this.#log?.warn('log can be written again', data)
  }
}

function sameItems<T>(one: readonly T[], other: readonly T[]): boolean {
  return one.length === other.length && one.every((item, index) => item === other[index])
}

/** A reset must not become an uncaught error; the conversation learns of it by 'close'. */
function learnedByClose(): void {}
