/**
 * A plugin in a thread or a process of its own, with the same face as one that runs inline. Its instance is begun again
 * when it ends, and ended when it does not keep to time, memory or measure; calls outlive that where they can.
 */
import { isDeepStrictEqual } from 'node:util'
import type { Log, RoleOf } from '@fsigk/plugin-api'
import { fail, messageOf } from '../errors.js'
import type { Deadlines } from '../plugins/deadline.js'
import type { FoundPlugin } from '../plugins/found-plugin.js'
import type { StartedPlugin } from '../plugins/started-plugin.js'
import { BackOff } from '../supervisor/back-off.js'
import { Heartbeat } from '../supervisor/heartbeat.js'
import { CallQueue, type OverdueCall } from './call-queue.js'
import { isolatedRole } from './isolated-role.js'
import { ISOLATION_LIMITS, type IsolationLimits } from './limits.js'
import { LogBuffer } from './log-buffer.js'
import { type IsolatedKind, PluginInstance } from './plugin-instance.js'

const BEAT_EVERY_MS = 1_000

export interface IsolationOptions {
  readonly isolation: 'worker' | 'process'
  /** The plugin's own log: what it says, and what becomes of it. */
  readonly log: Log
  /** `$FSIGK_HOME/databases` */
  readonly databases: string
  /** `$FSIGK_HOME/log` */
  readonly logs: string
  /** Where contents lie that are files; undefined for a plugin that is handed none. */
  readonly spool?: string
  readonly deadlines: Deadlines
  readonly limits?: Partial<IsolationLimits>
  /** Told when an instance ended that was at nobody's work: a call that was at work tells itself. */
  readonly onEnd?: (because: string) => void
  /** Told each time that an instance ended which should not have. */
  readonly onEveryEnd?: (because: string) => void
  /** Told why there is none, and undefined when there is one again. */
  readonly onDown?: (because: string | undefined) => void
  /** Told when lines for a log sink were left out. */
  readonly onLinesLost?: () => void
}

export class IsolatedPlugin<K extends IsolatedKind> implements StartedPlugin<K> {
  readonly role: RoleOf[K]
  section = ''

  readonly #queue: CallQueue
  readonly #lines: LogBuffer
  readonly #limits: IsolationLimits
  readonly #heartbeat: Heartbeat
  readonly #backOff = new BackOff()
  #instance: PluginInstance | undefined
  /** An overdue call for whose sake the instance was ended. */
  #blamed: OverdueCall | undefined
  #retry: NodeJS.Timeout | undefined
  #stopped = false
  #isDown = false

  private constructor(
    readonly found: FoundPlugin,
    private readonly kind: K,
    private settings: unknown,
    private readonly options: IsolationOptions,
  ) {
    this.#limits = { ...ISOLATION_LIMITS, ...options.limits }
    this.#queue = new CallQueue(found.id, this.#limits.graceMs, (call) => this.#endOverdue(call))
    this.#lines = new LogBuffer((writes) => this.#handOver(writes), options.log, options.onLinesLost)
    this.role = isolatedRole(kind, {
      queue: this.#queue,
      lines: this.#lines,
      definitions: () => this.#instance?.definitions ?? '',
    })
    const everyMs = Math.min(BEAT_EVERY_MS, this.#limits.stuckMs / 2)
    this.#heartbeat = new Heartbeat({ everyMs, limitMs: this.#limits.stuckMs })
  }

  /**
   * Starts the plugin in a thread or a process of its own.
   *
   * @param settings the values of the plugin's own section, frozen
   * @throws FSIGK_PLUGIN_KIND, FSIGK_PLUGIN_LOAD, FSIGK_PLUGIN_TIMEOUT, FSIGK_PLUGIN_FAILED. Nothing of it is left running
   */
  static async start<K extends IsolatedKind>(
    found: FoundPlugin,
    kind: K,
    settings: unknown,
    options: IsolationOptions,
  ): Promise<IsolatedPlugin<K>> {
    if (found.kind !== kind) throw fail('FSIGK_PLUGIN_KIND', [found.id, found.kind, kind])
    const plugin = new IsolatedPlugin(found, kind, settings, options)
    try {
      await plugin.#begin()
      return plugin
    } catch (error) {
      plugin.#stopped = true
      plugin.#heartbeat[Symbol.dispose]()
      throw error
    }
  }

  /** Lines that wait for a log sink, in bytes, and how many were left out. */
  get backlog(): { readonly waitingBytes: number; readonly lostLines: number } {
    const { waitingBytes, lostLines } = this.#lines
    return { waitingBytes, lostLines }
  }

  /** The process of its own that it runs in; undefined while there is none. */
  get pid(): number | undefined {
    return this.#instance?.pid
  }

  /**
   * Tells the plugin its new settings, when they are new or when it should look at its files again.
   * @throws FSIGK_PLUGIN_TIMEOUT, FSIGK_PLUGIN_FAILED
   */
  async reload(settings: unknown, again = false): Promise<void> {
    if (!again && isDeepStrictEqual(settings, this.settings)) return
    await this.#instance?.reload(settings, again)
    this.settings = settings
  }

  /** @throws FSIGK_PLUGIN_TIMEOUT, FSIGK_PLUGIN_FAILED; its thread or process is gone all the same */
  async stop(): Promise<void> {
    if (!this.#stopped && this.#instance !== undefined) await this.#lines.drained(this.options.deadlines.stop)
    this.#stopped = true
    this.#lines.close()
    clearTimeout(this.#retry)
    this.#heartbeat[Symbol.dispose]()
    try {
      await this.#instance?.stop()
    } finally {
      this.#queue.refuse(() => fail('FSIGK_PLUGIN_DOWN', [this.found.id, 'it was stopped']))
    }
  }

  async #begin(): Promise<void> {
    const { found, kind, settings, options } = this
    const instance = new PluginInstance({ ...options, found, kind, settings, limits: this.#limits })
    this.section = await instance.ready
    if (this.#stopped) return instance.kill('it was stopped')
    this.#instance = instance
    this.#heartbeat.watch(instance)
    void instance.ended.then((because) => this.#ended(instance, because))
    this.#queue.serve(instance)
  }

  #ended(instance: PluginInstance, because: string): void {
    this.#instance = undefined
    this.#heartbeat.forget(instance)
    const blamed = this.#blamed
    this.#blamed = undefined
    const { busy } = this.#queue
    const atWork = this.#queue.ended(because, blamed !== undefined)
    if (this.#stopped) return
    const { log, onEnd, onEveryEnd } = this.options
    const calls = blamed === undefined ? atWork : [blamed]
    const hooks = [...new Set(calls.map(({ hook }) => hook))].join(' ')
    const sessions = calls.flatMap(({ session }) => session ?? []).join(' ')
    log.error('plugin ended', { because, hooks, sessions, servedMs: Math.round(instance.servedMs) })
    onEveryEnd?.(because)
    if (!busy) onEnd?.(because)
    // What ended it while it worked came with a session and does not say that it cannot live.
    void this.#beginAgain(busy ? 0 : this.#backOff.next(instance.servedMs), because)
  }

  async #beginAgain(waitMs: number, because: string): Promise<void> {
    const { onDown, log } = this.options
    if (waitMs > 0) {
      this.#refuse(because)
      this.#isDown = true
      onDown?.(because)
      await this.#wait(waitMs)
    }
    if (this.#stopped) return
    try {
      await this.#begin()
      if (this.#isDown) onDown?.(undefined)
      this.#isDown = false
    } catch (error) {
      if (this.#stopped) return
      log.error('plugin not begun again', { error })
      await this.#beginAgain(this.#backOff.next(0) || BEAT_EVERY_MS, messageOf(error))
    }
  }

  /** Whoever asks while there is none and none comes soon is told so at once. */
  #refuse(because: string): void {
    this.#queue.refuse(() => fail('FSIGK_PLUGIN_DOWN', [this.found.id, because]))
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#retry = setTimeout(resolve, ms)
    })
  }

  /** A call that goes on after its time holds what it holds; only the end of the instance gives that back. */
  #endOverdue(call: OverdueCall): void {
    const instance = this.#instance
    if (instance === undefined) return
    // When nothing at all is heard of it, any call that is at work may be the one that holds it up.
    if (instance.silentMs < 2 * BEAT_EVERY_MS) this.#blamed = call
    instance.kill(`${call.hook}() did not end within ${this.#limits.graceMs} ms of its deadline`)
  }

  #handOver(writes: Parameters<ConstructorParameters<typeof LogBuffer>[0]>[0]): Promise<undefined> {
    const signal = AbortSignal.timeout(this.#limits.stuckMs)
    return this.#queue.ask('write', { settings: undefined, signal }, () => ({ hook: 'write', writes }))
  }
}
