/**
 * One life of an isolated plugin, from the begin of its thread or process to its end. It tells what it hears and ends
 * what does not keep to the rules; that it is begun again is not its business (`isolated-plugin.ts`).
 */
import { FsigkError, isFsigk, type Log, type PluginKind } from '@fsigk/plugin-api'
import { fail } from '../errors.js'
import type { Deadlines } from '../plugins/deadline.js'
import type { FoundPlugin } from '../plugins/found-plugin.js'
import type { Beating } from '../supervisor/heartbeat.js'
import type { ChannelEvents, PluginChannel } from './channel.js'
import { type IsolationLimits, LAST_WORD_MS, MAX_UNASKED, PROCESS_START_MS } from './limits.js'
import { type FromPlugin, fromPlugin, type ToPlugin, type Work } from './messages.js'
import { ProcessChannel } from './process-channel.js'
import { ThreadChannel } from './thread-channel.js'

const MIB = 1024 * 1024

export type IsolatedKind = Exclude<PluginKind, 'protocol'>

export interface InstanceOptions {
  readonly found: FoundPlugin
  readonly kind: IsolatedKind
  readonly isolation: 'worker' | 'process'
  readonly settings?: unknown
  readonly databases: string
  readonly logs: string
  readonly spool?: string
  /** It is loaded and made, to see whether it can be, and not started. */
  readonly tryOnly?: boolean
  readonly deadlines: Deadlines
  readonly limits: IsolationLimits
  readonly log: Log
}

/** What a call came to. One whose instance ended first never settles. */
export type Settled =
  | { readonly is: 'answered'; readonly answer: unknown }
  | { readonly is: 'refused'; readonly code: string; readonly because: string }

export class PluginInstance implements Beating {
  /** Resolves with the section of its settings when it has started. */
  readonly ready: Promise<string>
  /** Resolves with the reason when it is gone. */
  readonly ended: Promise<string>
  /** The version of a scanner's definitions, `''` for other kinds. */
  definitions = ''

  readonly #channel: PluginChannel
  readonly #readiness = Promise.withResolvers<string>()
  readonly #calls = new Map<number, (settled: Settled) => void>()
  #reloading = Promise.withResolvers<void>()
  #stopping = Promise.withResolvers<string | undefined>()
  #state: 'starting' | 'running' | 'ended' = 'starting'
  #because: string | undefined
  #next = 0
  #unasked = 0
  #heardAt = performance.now()
  #startedAt: number | undefined
  readonly #startTimer: NodeJS.Timeout

  constructor(private readonly options: InstanceOptions) {
    const {
      found,
      kind,
      isolation,
      settings,
      databases,
      logs,
      spool,
      deadlines,
      limits,
      log,
      tryOnly = false,
    } = options
    this.ready = this.#readiness.promise
    this.ready.catch(() => {})
    const events: ChannelEvents = {
      onMessage: (message) => this.#heard(message),
      onPrinted: (text) => log.info('printed', { text }),
    }
    this.#channel =
      isolation === 'worker'
        ? new ThreadChannel(found.id, limits, events)
        : new ProcessChannel(found.id, limits, events)
    const limitMs = deadlines.load + deadlines.start + deadlines.stop + PROCESS_START_MS
    this.#startTimer = setTimeout(() => {
      this.#readiness.reject(fail('FSIGK_PLUGIN_TIMEOUT', [found.id, 'start', limitMs]))
      this.kill(`it did not start within ${limitMs} ms`)
    }, limitMs)
    this.ended = this.#channel.gone.then((how) => {
      clearTimeout(this.#startTimer)
      this.#state = 'ended'
      this.#because ??= how
      this.#readiness.reject(fail('FSIGK_PLUGIN_FAILED', [found.id, 'start', this.#because]))
      return this.#because
    })
    this.#channel.post({ is: 'begin', found, kind, settings, databases, logs, spool, deadlines, tryOnly })
  }

  /** Of its process; undefined for a thread. */
  get pid(): number | undefined {
    return this.#channel.pid
  }

  /** For how long it has been at work, in milliseconds; 0 when it never was. */
  get servedMs(): number {
    return this.#startedAt === undefined ? 0 : performance.now() - this.#startedAt
  }

  /** How long nothing was heard of it, in milliseconds. */
  get silentMs(): number {
    return performance.now() - this.#heardAt
  }

  /**
   * Asks for one answer.
   * @throws what the channel says of work that cannot cross
   */
  call(
    work: Work,
    settings: unknown,
    session: string | undefined,
  ): { readonly number: number; readonly settled: Promise<Settled> } {
    const number = this.#next++
    const { promise, resolve } = Promise.withResolvers<Settled>()
    this.#post({ is: 'call', call: number, work, settings, session })
    this.#calls.set(number, resolve)
    return { number, settled: promise }
  }

  abort(call: number): void {
    this.#post({ is: 'abort', call })
  }

  /**
   * Tells new settings. One that does not take them in time is ended.
   * @throws FSIGK_PLUGIN_TIMEOUT, and what the plugin's reload throws
   */
  async reload(settings: unknown, again: boolean): Promise<void> {
    const { found, deadlines } = this.options
    const limitMs = deadlines.reload + LAST_WORD_MS
    this.#reloading = Promise.withResolvers()
    this.#post({ is: 'reload', settings, again })
    const late = setTimeout(() => {
      this.#reloading.reject(fail('FSIGK_PLUGIN_TIMEOUT', [found.id, 'reload', deadlines.reload]))
    }, limitMs)
    try {
      await Promise.race([this.#reloading.promise, this.#endedIn('reload')])
    } catch (error) {
      // What of the new settings it has taken, nobody knows.
      if (isFsigk(error, 'FSIGK_PLUGIN_TIMEOUT')) this.kill(`it did not finish reload() within ${deadlines.reload} ms`)
      throw error
    } finally {
      clearTimeout(late)
    }
  }

  /**
   * Stops the plugin, and ends its thread or process whether it stops or not.
   * @throws FSIGK_PLUGIN_FAILED, FSIGK_PLUGIN_TIMEOUT when it did not stop well
   */
  async stop(): Promise<void> {
    const { found, deadlines } = this.options
    if (this.#state === 'ended') return
    this.#post({ is: 'stop' })
    const { promise: late, resolve } = Promise.withResolvers<string>()
    const timer = setTimeout(resolve, deadlines.stop + LAST_WORD_MS, `it did not end within ${deadlines.stop} ms`)
    const problem = await Promise.race([this.#stopping.promise, late, this.ended])
    clearTimeout(timer)
    this.kill('it was stopped')
    await this.ended
    if (problem !== undefined) throw fail('FSIGK_PLUGIN_FAILED', [found.id, 'stop', problem])
  }

  /** Ends it at once, and says why. */
  kill(because: string): void {
    this.#because ??= because
    this.#channel.kill()
  }

  beat(): void {
    this.#unasked = 0
    this.#post({ is: 'beat' })
  }

  silentForMs(): number | undefined {
    return this.#state === 'running' ? this.silentMs : undefined
  }

  stuck(silentMs: number): void {
    this.kill(`its event loop stood still for ${silentMs} ms`)
  }

  async #endedIn(hook: string): Promise<never> {
    throw fail('FSIGK_PLUGIN_FAILED', [this.options.found.id, hook, await this.ended])
  }

  #post(message: ToPlugin): void {
    if (this.#state !== 'ended') this.#channel.post(message)
  }

  #heard(message: unknown): void {
    if (this.#because !== undefined && this.#state !== 'starting') return
    this.#heardAt = performance.now()
    const parsed = fromPlugin.safeParse(message)
    if (parsed.success) this.#obey(parsed.data)
    else this.#unasked = this.#tooMany('it said what is no message')
  }

  #obey(message: FromPlugin): void {
    switch (message.is) {
      case 'ready':
        this.#state = 'running'
        this.#startedAt = performance.now()
        clearTimeout(this.#startTimer)
        this.definitions = message.definitions
        this.#readiness.resolve(message.section)
        break
      case 'failed':
        this.#readiness.reject(
          message.code === ''
            ? fail('FSIGK_PLUGIN_FAILED', [this.options.found.id, 'start', message.because])
            : new FsigkError(message.code, message.because),
        )
        this.kill(message.because)
        break
      case 'answered':
        this.definitions = message.definitions
        this.#settle(message.call, { is: 'answered', answer: message.answer })
        break
      case 'refused':
        this.#settle(message.call, { is: 'refused', code: message.code, because: message.because })
        break
      case 'reloaded':
        this.definitions = message.definitions
        this.#reloading.resolve()
        break
      case 'notReloaded':
        this.#reloading.reject(
          message.code === ''
            ? fail('FSIGK_PLUGIN_FAILED', [this.options.found.id, 'reload', message.because])
            : new FsigkError(message.code, message.because),
        )
        break
      case 'stopped':
        this.#stopping.resolve(message.because)
        break
      case 'log':
        this.#unasked = this.#tooMany('it flooded the host with lines of its log')
        this.options.log[message.level](message.event, message.data)
        break
      case 'ending':
        this.#because ??= message.because
        break
      case 'beat':
        if (message.heldBytes > this.options.limits.memoryMiB * MIB)
          this.kill(`it used more than ${this.options.limits.memoryMiB} MiB of memory`)
        break
      default:
        message satisfies never
    }
  }

  #settle(call: number, settled: Settled): void {
    const resolve = this.#calls.get(call)
    this.#calls.delete(call)
    if (resolve === undefined) this.#unasked = this.#tooMany('it answered what nobody asked')
    else resolve(settled)
  }

  #tooMany(because: string): number {
    if (this.#unasked >= MAX_UNASKED) this.kill(because)
    return this.#unasked + 1
  }
}
