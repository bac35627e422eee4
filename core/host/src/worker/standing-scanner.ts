/**
 * A scanner that the settings name, in its place whether it works or not. While it cannot be had, what it should look
 * at is unscanned, never clean; it is tried again until it starts.
 */

import type { LoadedScanner } from '@fsigk/gateway'
import { type Call, type Content, isFsigk, type Log, type Scanner, type ScanReport } from '@fsigk/plugin-api'
import { messageOf } from '../errors.js'
import type { StartedPlugin } from '../plugins/started-plugin.js'
import type { WorkerPlugin } from './worker.js'

const RETRY_MS = 30_000

export interface StandingScannerOptions {
  readonly id: string
  /** The section of its settings, as far as its schema tells. */
  readonly section: string | undefined
  readonly log: Log
  /** Starts an instance with the settings of the moment; undefined when there is nothing to start. */
  readonly start: ((settings: unknown) => Promise<StartedPlugin<'scanner'>>) | undefined
  /** Told why it is down, and undefined when it is up again. */
  readonly onChange: (because: string | undefined) => void
}

export class StandingScanner implements LoadedScanner, WorkerPlugin {
  readonly id: string
  readonly log: Log
  /** The scanner as the pipeline asks it. */
  readonly scanner: Scanner
  #running: StartedPlugin<'scanner'> | undefined
  #retry: NodeJS.Timeout | undefined
  #stopped = false

  constructor(private readonly options: StandingScannerOptions) {
    this.id = options.id
    this.log = options.log
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
    const { start, onChange, log } = this.options
    if (start === undefined) return
    clearTimeout(this.#retry)
    try {
      const running = await start(settings)
      if (this.#stopped) return await running.stop()
      this.#running = running
      onChange(undefined)
    } catch (error) {
      log.error('scanner down', { error })
      onChange(messageOf(error))
      if (!this.#stopped) this.#retry = setTimeout(() => void this.start(settings), RETRY_MS).unref()
    }
  }

  /** @throws what the plugin's reload throws; one that is down is started instead */
  async reload(settings: unknown, again: boolean): Promise<void> {
    if (this.#running === undefined) await this.start(settings)
    else await this.#running.reload(settings, again)
  }

  async stop(): Promise<void> {
    this.#stopped = true
    clearTimeout(this.#retry)
    await this.#running?.stop()
  }

  async #scan(content: Content, call: Call): Promise<ScanReport> {
    if (this.#running === undefined) return this.#engineDown()
    try {
      return await this.#running.role.scan(content, call)
    } catch (error) {
      if (isFsigk(error, 'FSIGK_PLUGIN_DOWN')) return this.#engineDown()
      throw error
    }
  }

  #engineDown(): ScanReport {
    return { findings: [], unscanned: [{ because: 'engine-down', detail: this.id }] }
  }
}
