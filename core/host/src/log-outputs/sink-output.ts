/**
 * A log sink: a plugin in a process of its own, whatever its manifest says, that takes lines of all services. What it does
 * harms nobody: lines wait for it in a bounded queue, and it is begun again when it ends, hangs or does not start.
 */

import type { ServiceLogName } from '@fsigk/gateway'
import type { Log } from '@fsigk/plugin-api'
import { fail, messageOf } from '../errors.js'
import { IsolatedPlugin } from '../isolation/isolated-plugin.js'
import type { Deadlines } from '../plugins/deadline.js'
import type { FoundPlugin } from '../plugins/found-plugin.js'
import { BackOff } from '../supervisor/back-off.js'
import { countLines } from './line-queue.js'
import { type LogOutputStatus, type OutputAlarm, OutputHealth } from './output-health.js'

/** What waits for a sink that has not started yet. */
const MAX_WAITING_BYTES = 4 * 1024 * 1024
const WELL_AFTER_MS = 3_000
const LOOK_EVERY_MS = 250

export interface SinkOutputOptions {
  /** As `plugins.log_sinks` names it. */
  readonly id: string
  /** Undefined when no such plugin is installed. */
  readonly found: FoundPlugin | undefined
  readonly folders: { readonly databases: string; readonly logs: string }
  readonly deadlines: Deadlines
  readonly log: Log
  readonly alarm: OutputAlarm
}

interface Write {
  readonly log: ServiceLogName
  readonly service: string
  readonly lines: string
}

export class SinkOutput {
  readonly #health: OutputHealth
  readonly #backOff = new BackOff()
  #settings: unknown
  #plugin: IsolatedPlugin<'log'> | undefined
  #starting: Promise<void> | undefined
  #retry: NodeJS.Timeout | undefined
  #look: NodeJS.Timeout | undefined
  #troubleAt = 0
  #restarts = 0
  #waiting: Write[] = []
  #waitingBytes = 0
  #lostLines = 0
  #ended = false

  constructor(private readonly options: SinkOutputOptions) {
    this.#health = new OutputHealth(options.id, options.alarm)
  }

  /** Starts it, or tells it its settings. @param again it opens its files anew, even where no setting changed */
  async apply(settings: unknown, again = false): Promise<void> {
    this.#settings = settings
    if (this.#plugin === undefined) {
      this.#start()
      return
    }
    try {
      await this.#plugin.reload(settings, again)
    } catch (error) {
      this.options.log.error('log sink stays on its earlier settings', { error })
    }
  }

  /** Takes whole lines. Never blocks; what there is no room for is counted. */
  push(log: ServiceLogName, service: string, lines: string): void {
    if (this.#plugin !== undefined) {
      this.#plugin.role.write(log, service, lines)
      return
    }
    if (this.#ended || this.#waitingBytes + lines.length > MAX_WAITING_BYTES) this.#lostLines += countLines(lines)
    else {
      this.#waiting.push({ log, service, lines })
      this.#waitingBytes += lines.length
    }
  }

  /** Ends it, when it has had what waits for it or its time is over. */
  async end(): Promise<void> {
    this.#ended = true
    clearTimeout(this.#retry)
    clearInterval(this.#look)
    await this.#starting
    await this.#plugin
      ?.stop()
      .catch((error: unknown) => this.options.log.error('log sink did not stop well', { error }))
    const { lostLines } = this.status()
    if (lostLines > 0) this.options.log.warn('log sink ended', { lostLines })
  }

  status(): LogOutputStatus {
    const { state, because } = this.#health
    const { waitingBytes, lostLines } = this.#plugin?.backlog ?? { waitingBytes: 0, lostLines: 0 }
    const pid = this.#plugin?.pid
    return {
      output: this.options.id,
      kind: 'sink',
      state,
      ...(pid === undefined ? {} : { pid }),
      restarts: this.#restarts,
      waitingBytes: waitingBytes + this.#waitingBytes,
      lostLines: lostLines + this.#lostLines,
      ...(because === undefined ? {} : { because }),
    }
  }

  #start(): void {
    if (this.#starting !== undefined || this.#ended) return
    clearTimeout(this.#retry)
    this.#starting = this.#begin()
      .catch((error: unknown) => {
        this.#trouble('down', messageOf(error))
        // A plugin that is not there is not there a moment later.
        if (this.options.found !== undefined && !this.#ended)
          this.#retry = setTimeout(() => this.#start(), this.#backOff.next(0) || LOOK_EVERY_MS).unref()
      })
      .finally(() => {
        this.#starting = undefined
      })
  }

  async #begin(): Promise<void> {
    const { id, found, folders, deadlines, log } = this.options
    if (found === undefined) throw fail('FSIGK_PLUGIN_MISSING', [id, 'plugins.log_sinks'])
    const settings = this.#settings
    const plugin = await IsolatedPlugin.start(found, 'log', settings, {
      isolation: 'process',
      log,
      ...folders,
      deadlines,
      onEveryEnd: (because) => {
        this.#restarts += 1
        this.#trouble('down', because)
      },
      onDown: (because) => {
        if (because !== undefined) this.#trouble('down', because)
      },
      onLinesLost: () => this.#trouble('slow', 'it takes lines too slowly, or not at all: lines are left out'),
    })
    this.#plugin = plugin
    for (const { log: name, service, lines } of this.#waiting.splice(0)) plugin.role.write(name, service, lines)
    this.#waitingBytes = 0
    if (settings !== this.#settings) await this.apply(this.#settings)
  }

  #trouble(state: 'down' | 'slow', because: string): void {
    this.#troubleAt = performance.now()
    this.#health.trouble(state, because)
    if (!this.#ended) this.#look ??= setInterval(() => this.#lookWhetherWell(), LOOK_EVERY_MS).unref()
  }

  #lookWhetherWell(): void {
    const { waitingBytes, lostLines } = this.status()
    if (this.#plugin?.pid === undefined || waitingBytes > 0) return
    if (performance.now() - this.#troubleAt < WELL_AFTER_MS) return
    clearInterval(this.#look)
    this.#look = undefined
    this.#health.well(lostLines)
  }
}
