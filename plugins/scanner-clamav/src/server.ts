/**
 * One clamd: its sessions, how many at most, and whether it is well. A server that could not be reached or fell silent
 * is left alone for a while; a health check on a connection of its own finds out while scans are waiting for it.
 */
import { type Content, isFsigk, type Log } from '@fsigk/plugin-api'
import { fail } from './errors.js'
import { nestedTooDeep, smallContent } from './nested-too-deep.js'
import { type ScanReply, scanReply, unscanned } from './replies.js'
import type { ServerAddress } from './server-address.js'
import { Session } from './session.js'
import type { ClamavSettings } from './settings.js'
import { spoolProbe } from './spool-probe.js'

const HEALTH_CHECK_MS = 5_000
/** How soon new definitions of a clamd are known. */
const VERSION_MS = 5_000
const FIRST_REST_MS = 1_000
const LONGEST_REST_MS = 60_000
/** How long a clamd that may not read our files is not asked to again. */
const NO_PATH_MS = 600_000
/** No clamd is set to take less in one stream. */
const SURELY_TAKEN_BYTES = 1024 * 1024
/** clamd closes an idle session after `IdleTimeout` (30 s unless told); ours are gone before that. */
const IDLE_MS = 15_000

interface Idle {
  readonly session: Session
  /** On the clock of `performance.now()`. */
  readonly since: number
}

export class ClamdServer implements Disposable {
  version = ''
  problem: string | undefined
  /** The one that was used last at the end. */
  readonly #idle: Idle[] = []
  #expiry: NodeJS.Timeout | undefined
  readonly #busy = new Set<Session>()
  /** Whether it reads small contents as open files; found out when it is greeted. */
  #takesOpenFiles = false
  readonly #waiting: (() => void)[] = []
  #open = 0
  #restUntil = 0
  #restMs = FIRST_REST_MS
  #disposed = false
  #readsVersion = false
  #connectMs = 0
  #noPathUntil = 0
  #check: NodeJS.Timeout | undefined
  #versions: NodeJS.Timeout | undefined
  /** Aborted when a health check fails: what is under way goes to another server. */
  #sick = new AbortController()

  constructor(
    readonly address: ServerAddress,
    private readonly log: Log,
    private readonly spool: string | undefined,
  ) {}

  /** Whether it is worth asking now. */
  get well(): boolean {
    return performance.now() >= this.#restUntil
  }

  /**
   * @throws FSIGK_CLAMAV_UNREACHABLE, FSIGK_CLAMAV_LOST, FSIGK_CLAMAV_STREAM_LOST, FSIGK_CLAMAV_SILENT: another server may do better
   * @throws the signal's reason, or what the content's source throws
   */
  async scan(content: Content, settings: ClamavSettings, signal: AbortSignal): Promise<ScanReply> {
    try {
      return await this.#scan(content, settings, signal)
    } catch (error) {
      // Beyond StreamMaxLength clamd answers and closes while it is still being sent to; the answer may be lost then. What
      // it was given as a file has no such limit.
      const mayBeTooLong = content.bytes > SURELY_TAKEN_BYTES && isFsigk(error, 'FSIGK_CLAMAV_STREAM_LOST')
      if (!mayBeTooLong || !(await this.#answers(settings, signal))) throw error
      return { is: 'report', report: unscanned('undecodable', 'clamd ended the stream, as beyond StreamMaxLength') }
    }
  }

  async #scan(content: Content, settings: ClamavSettings, signal: AbortSignal): Promise<ScanReply> {
    const reply = await this.#within(settings, signal, async (session) => {
      const byPath = this.#pathFor(content, settings)
      if (byPath !== undefined) {
        const told = scanReply(await session.ask(`SCAN ${byPath}`, signal))
        if (told.is !== 'no-access') return told
        this.#readsFiles(false)
      }
      if (this.#takesOpenFiles) {
        const told = scanReply(await session.scan(content, signal, true))
        if (told.is === 'report') return told
        this.#takesOpenFiles = false
      }
      return scanReply(await session.scan(content, signal))
    })
    this.#recovered()
    return reply
  }

  /** Asks for its version, which proves that it answers. Never rejects. */
  async greet(settings: ClamavSettings, signal: AbortSignal): Promise<void> {
    this.#connectMs = settings.connect_timeout * 1000
    this.#watchVersion()
    try {
      const limit = AbortSignal.any([signal, AbortSignal.timeout(settings.connect_timeout * 1000)])
      using session = await Session.open(this.address, settings.connect_timeout * 1000, limit)
      this.version = await session.ask('VERSION', limit)
      const tellsLimits = scanReply(await session.scan(nestedTooDeep, limit))
      if (tellsLimits.is === 'report' && tellsLimits.report.unscanned === undefined)
        this.log.warn('clamd calls OK what exceeds its limits; set AlertExceedsMax yes in clamd.conf', {
          server: this.address.name,
        })
      await this.#tryPath(settings, session, limit)
      this.#takesOpenFiles = settings.by_path && 'path' in this.address && (await this.#tryOpenFile(limit))
      this.#recovered()
    } catch (error) {
      if (!signal.aborted) this.#rest((error as Error).message)
    }
  }

  /** The version is read again from time to time: clamd loads new definitions when it likes. */
  #watchVersion(): void {
    clearTimeout(this.#versions)
    if (!this.#disposed) this.#versions = setTimeout(() => void this.#readVersion(), VERSION_MS).unref()
  }

  [Symbol.dispose](): void {
    this.#disposed = true
    clearTimeout(this.#check)
    clearTimeout(this.#expiry)
    clearTimeout(this.#versions)
    this.#giveUp(fail('FSIGK_CLAMAV_LOST', [this.address.name, 'the plugin stops']))
    for (const { session } of this.#idle.splice(0)) session[Symbol.dispose]()
  }

  /** Never rejects: a server that does not tell its version is left alone for a while. One question at a time. */
  async #readVersion(): Promise<void> {
    clearTimeout(this.#versions)
    if (this.#disposed || this.#readsVersion) return
    this.#readsVersion = true
    const limit = AbortSignal.timeout(this.#connectMs)
    try {
      using session = await Session.open(this.address, this.#connectMs, limit)
      const version = await session.ask('VERSION', limit)
      if (version !== this.version) this.log.info('definitions of clamd', { server: this.address.name, version })
      this.version = version
      this.#recovered()
    } catch (error) {
      if (!this.#disposed && this.well) this.#rest((error as Error).message)
    } finally {
      this.#readsVersion = false
      this.#watchVersion()
    }
  }

  async #answers(settings: ClamavSettings, signal: AbortSignal): Promise<boolean> {
    const ms = settings.connect_timeout * 1000
    const limit = AbortSignal.any([signal, AbortSignal.timeout(ms)])
    try {
      using session = await Session.open(this.address, ms, limit)
      await session.ask('PING', limit)
    } catch {
      return false
    }
    this.#recovered()
    return true
  }

  async #within(
    settings: ClamavSettings,
    signal: AbortSignal,
    ask: (session: Session) => Promise<ScanReply>,
  ): Promise<ScanReply> {
    if (this.#open < settings.connections) this.#open++
    else await this.#turn(settings.connections, signal)
    this.#watch(settings)
    const sick = this.#sick.signal
    try {
      for (;;) {
        const kept = this.#takeIdle()
        const session = kept ?? (await this.#begin(settings, AbortSignal.any([signal, sick])))
        this.#busy.add(session)
        if (sick.aborted) session.fail(sick.reason as Error)
        try {
          const reply = await ask(session)
          this.#keep(session)
          return reply
        } catch (error) {
          // One that was kept may have been closed by clamd meanwhile: a fresh one tells.
          if (kept === undefined || signal.aborted || sick.aborted) throw error
        } finally {
          this.#busy.delete(session)
        }
      }
    } catch (error) {
      if (!signal.aborted && isServersFault(error)) this.#rest(error.message)
      throw error
    } finally {
      this.#open--
      this.#waiting.shift()?.()
      if (this.#open === 0) clearTimeout(this.#check)
    }
  }

  /** Waits until fewer than `most` are under way. */
  async #turn(most: number, signal: AbortSignal): Promise<void> {
    while (this.#open >= most) {
      signal.throwIfAborted()
      const { promise, resolve } = Promise.withResolvers<void>()
      this.#waiting.push(resolve)
      signal.addEventListener('abort', () => resolve(), { once: true })
      await promise
      const at = this.#waiting.indexOf(resolve)
      if (at !== -1) this.#waiting.splice(at, 1)
    }
    signal.throwIfAborted()
    this.#open++
  }

  async #begin(settings: ClamavSettings, limit: AbortSignal): Promise<Session> {
    const session = await Session.open(this.address, settings.connect_timeout * 1000, limit)
    session.onEnd = () => this.#lost(session)
    return session
  }

  /** clamd keeps idle sessions for longer than we do: when it ends one, it stops, or was started anew. */
  #lost(session: Session): void {
    if (this.#idle.some((idle) => idle.session === session)) void this.#readVersion()
  }

  /** Ends what is under way, which may be tried elsewhere. */
  #giveUp(because: Error): void {
    this.#sick.abort(because)
    this.#sick = new AbortController()
    for (const session of this.#busy) session.fail(because)
  }

  /** Only while something waits for an answer; what fails a check has its scans given up. */
  #watch(settings: ClamavSettings): void {
    if (this.#open > 1) return
    const check = async (): Promise<void> => {
      const { signal } = this.#sick
      await this.#ping(settings, signal)
      if (this.#open > 0 && !signal.aborted) this.#check = setTimeout(() => void check(), HEALTH_CHECK_MS)
    }
    clearTimeout(this.#check)
    this.#check = setTimeout(() => void check(), HEALTH_CHECK_MS)
  }

  async #ping(settings: ClamavSettings, signal: AbortSignal): Promise<void> {
    if ((await this.#answers(settings, signal)) || signal.aborted) return
    const silent = fail('FSIGK_CLAMAV_SILENT', [this.address.name, settings.connect_timeout])
    this.#giveUp(silent)
    this.#rest(silent.message)
  }

  /** Has it look at a file like those that are scanned. */
  async #tryPath({ by_path }: ClamavSettings, session: Session, limit: AbortSignal): Promise<void> {
    if (this.spool === undefined || !by_path || !('path' in this.address)) return
    const making = spoolProbe(this.spool)
    // A spool that takes no file is told of when it is needed.
    await using probe = await making.catch(() => undefined)
    if (probe === undefined) return
    this.#readsFiles(scanReply(await session.ask(`SCAN ${probe.path}`, limit)).is !== 'no-access')
  }

  /** On a session of its own, since a clamd that may not take descriptors ends it. */
  async #tryOpenFile(limit: AbortSignal): Promise<boolean> {
    try {
      using session = await Session.open(this.address, this.#connectMs, limit)
      const line = await session.scan(smallContent, limit, true)
      return line.startsWith('fd[') && scanReply(line).is === 'report'
    } catch {
      return false
    }
  }

  #readsFiles(may: boolean): void {
    this.#noPathUntil = may ? 0 : performance.now() + NO_PATH_MS
    const event = may ? 'clamd reads files by their path' : 'clamd may not read our files, they are sent to it'
    this.log.info(event, { server: this.address.name })
  }

  /** A file goes by path only to a clamd on this machine, and only when it may read it. */
  #pathFor({ path }: Content, { by_path }: ClamavSettings): string | undefined {
    if (!by_path || path === undefined || !('path' in this.address)) return undefined
    return performance.now() >= this.#noPathUntil ? path : undefined
  }

  #takeIdle(): Session | undefined {
    for (let idle = this.#idle.pop(); idle !== undefined; idle = this.#idle.pop()) {
      if (idle.session.usable) return idle.session
    }
    return undefined
  }

  #keep(session: Session): void {
    if (!session.usable) return
    this.#idle.push({ session, since: performance.now() })
    this.#expiry ??= setTimeout(() => this.#expire(), IDLE_MS).unref()
  }

  /** One timer for all: those that waited longest stand first. */
  #expire(): void {
    const before = performance.now() - IDLE_MS
    const fresh = this.#idle.findIndex(({ since }) => since > before)
    const old = this.#idle.splice(0, fresh === -1 ? this.#idle.length : fresh)
    for (const { session } of old) session[Symbol.dispose]()
    const [oldest] = this.#idle
    this.#expiry =
      oldest === undefined ? undefined : setTimeout(() => this.#expire(), oldest.since - before + 1).unref()
  }

  #rest(problem: string): void {
    if (this.problem === undefined) this.log.error('clamd down', { server: this.address.name, problem })
    this.problem = problem
    this.#restUntil = performance.now() + this.#restMs
    this.#restMs = Math.min(this.#restMs * 2, LONGEST_REST_MS)
  }

  #recovered(): void {
    if (this.problem !== undefined) {
      this.log.info('clamd up again', { server: this.address.name })
      // It may have come back with other definitions, and as another user.
      this.problem = undefined
      this.#noPathUntil = 0
      void this.#readVersion()
    }
    this.#restUntil = 0
    this.#restMs = FIRST_REST_MS
  }
}

/** What the content's source throws is no fault of a clamd, and no other clamd does better. */
export function isServersFault(error: unknown): error is Error {
  return isFsigk(error) && error.code.startsWith('FSIGK_CLAMAV_') && error.code !== 'FSIGK_CLAMAV_SHORT_CONTENT'
}
