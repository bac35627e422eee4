/**
 * A scanner that the settings name, in its place whether it works or not. While it cannot be had, or its breaker is
 * open, what it should look at is unscanned, never clean; it is tried again until it works.
 */

import type { LoadedScanner } from '@fsigk/gateway'
import { type Call, type Content, isFsigk, type Log, type Scanner, type ScanReport } from '@fsigk/plugin-api'
import { messageOf } from '../errors.js'
import type { BreakerState } from '../ipc/messages.js'
import type { FoundPlugin } from '../plugins/found-plugin.js'
import type { StartedPlugin } from '../plugins/started-plugin.js'
import type { ScanTally } from './scan-tally.js'
import { Trial } from './trial.js'
import type { WorkerPlugin } from './worker-plugin.js'

const RETRY_MS = 30_000

export interface StandingScannerOptions {
  readonly id: string
  /** The section of its settings, as far as its schema tells. */
  readonly section: string | undefined
  readonly log: Log
  readonly watch: ScanTally
  /** What was found of it; undefined when the settings name what is not there. */
  readonly found: Pick<FoundPlugin, 'scanner' | 'version' | 'stamp'> | undefined
  /** Whether its breaker lets it be asked. */
  readonly breaker: () => BreakerState
  /** Starts an instance with the settings of the moment; undefined when there is nothing to start. */
  readonly start:
    | ((settings: unknown, onDown: (because: string | undefined) => void) => Promise<StartedPlugin<'scanner'>>)
    | undefined
  /** Told why it is down, and undefined when it is up again. */
  readonly onChange: (because: string | undefined) => void
}

export class StandingScanner implements LoadedScanner, WorkerPlugin {
  readonly id: string
  readonly log: Log
  readonly watch: ScanTally
  readonly cost: LoadedScanner['cost']
  readonly judgesBy: LoadedScanner['judgesBy']
  readonly build: string
  /** The scanner as the pipeline asks it. */
  readonly scanner: Scanner
  #running: StartedPlugin<'scanner'> | undefined
  #retry: NodeJS.Timeout | undefined
  #trial: Trial | undefined
  #stopped = false
  #retired = false

  constructor(private readonly options: StandingScannerOptions) {
    this.id = options.id
    this.log = options.log
    this.watch = options.watch
    const { scanner: traits, version = '', stamp = '' } = options.found ?? {}
    this.cost = traits?.cost ?? 'costly'
    this.judgesBy = traits?.judgesBy ?? 'moment'
    this.build = `${version} ${stamp}`
    const definitions = () => this.#running?.role.definitions ?? ''
    this.scanner = {
      scan: (content, call) => this.#scan(content, call),
      get definitions() {
        return definitions()
      },
    }
  }

  get section(): string {
    return this.#running?.section ?? this.options.section ?? ''
  }

  /** Tries to start it. Never rejects: a scanner that does not start is down, and tried again later. */
  async start(settings: unknown): Promise<void> {
    const { start, log } = this.options
    if (start === undefined) return
    clearTimeout(this.#retry)
    try {
      const running = await start(settings, (because) => this.#changed(because))
      if (this.#stopped) return await running.stop()
      this.#running = running
      this.#changed(undefined)
    } catch (error) {
      log.error('scanner down', { error })
      this.#changed(messageOf(error))
      if (!this.#stopped) this.#retry = setTimeout(() => void this.start(settings), RETRY_MS).unref()
    }
  }

  /** @throws what the plugin's reload throws; one that is down is started instead */
  async reload(settings: unknown, again: boolean): Promise<void> {
    if (this.#running === undefined) await this.start(settings)
    else await this.#running.reload(settings, again)
  }

  /**
   * The settings name it no longer; how it fares is of interest only to the sessions that still see it.
   * @param replaced another one of its id has its place
   */
  retire(replaced: boolean): void {
    if (!replaced) this.#changed(undefined)
    this.#retired = true
  }

  /** Never rejects. */
  async stop(): Promise<void> {
    this.#stopped = true
    clearTimeout(this.#retry)
    await this.#running?.stop().catch((error: unknown) => this.log.error('plugin did not stop', { error }))
  }

  #changed(because: string | undefined): void {
    if (!this.#retired) this.options.onChange(because)
  }

  async #scan(content: Content, call: Call): Promise<ScanReport> {
    const running = this.#running
    if (running === undefined) return this.#engineDown(this.id)
    const state = this.options.breaker()
    if (state !== 'half-open') this.#trial = undefined
    if (state === 'closed') return await this.#ask(running, content, call)
    if (state === 'half-open') {
      if (this.#trial === undefined || this.#trial.hasEndedFor(call)) return await this.#try(running, content, call)
      if (await this.#trial.succeedsFor(call)) return await this.#ask(running, content, call)
    }
    return this.#engineDown(`${this.id} is tripped`)
  }

  /** Asks it, to see whether it works again. Until it has answered, or its time is up, nobody else asks. */
  async #try(running: StartedPlugin<'scanner'>, content: Content, call: Call): Promise<ScanReport> {
    const trial = new Trial(call)
    this.#trial = trial
    let works = false
    try {
      const report = await this.#ask(running, content, call)
      works = true
      return report
    } finally {
      trial.end(works)
    }
  }

  async #ask(running: StartedPlugin<'scanner'>, content: Content, call: Call): Promise<ScanReport> {
    try {
      return await running.role.scan(content, call)
    } catch (error) {
      if (isFsigk(error, 'FSIGK_PLUGIN_DOWN')) return this.#engineDown(this.id)
      throw error
    }
  }

  #engineDown(detail: string): ScanReport {
    return { findings: [], unscanned: [{ because: 'engine-down', detail }] }
  }
}
