/**
 * `|command` of one log (guide 9.5): one process for all workers of the service. It is started again when it ends, and
 * never waited for: its lines wait in a bounded queue.
 */
import { setTimeout as delay } from 'node:timers/promises'
import type { Log } from '@fsigk/plugin-api'
import { BackOff } from '../supervisor/back-off.js'
import { CommandProcess } from './command-process.js'
import { LineQueue } from './line-queue.js'
import { type LogOutputStatus, type OutputAlarm, OutputHealth } from './output-health.js'

const QUEUE_BYTES = 4 * 1024 * 1024
/** When so much waits, a hold is over: there must be room for what comes while it is read. */
const HELD_BYTES = QUEUE_BYTES / 2
/** Handed over at once. */
const CHUNK_BYTES = 64 * 1024
/** It has recovered when all went well for so long. */
const WELL_AFTER_MS = 3_000
const LOOK_EVERY_MS = 250
/** How long a command that is to end may take for the lines that it has not read. */
const DRAIN_MS = 5_000
const PRINTED_EVERY_MS = 10_000

export interface CommandOutputOptions {
  /** The setting that names it: `http.access_log`. */
  readonly name: string
  readonly command: string
  readonly home: string
  readonly log: Log
  readonly alarm: OutputAlarm
  readonly queueBytes?: number
}

export class CommandOutput {
  readonly command: string
  readonly #queue: LineQueue
  readonly #health: OutputHealth
  readonly #backOff = new BackOff()
  #running: CommandProcess | undefined
  /** Earlier runs that still read what they were given. */
  readonly #leaving = new Set<Promise<boolean>>()
  #restarts = 0
  #restart: NodeJS.Timeout | undefined
  #look: NodeJS.Timeout | undefined
  #held: NodeJS.Timeout | undefined
  #troubleAt = 0
  #printedAt = Number.NEGATIVE_INFINITY
  #ending: Promise<void> | undefined
  #emptied: (() => void) | undefined

  constructor(private readonly options: CommandOutputOptions) {
    this.command = options.command
    this.#queue = new LineQueue(options.queueBytes ?? QUEUE_BYTES)
    this.#health = new OutputHealth(options.name, options.alarm)
  }

  /** Starts the command unless it runs, or is about to be started again. */
  start(): void {
    if (this.#running === undefined && this.#restart === undefined && this.#ending === undefined) this.#launch()
  }

  #launch(): void {
    const running = new CommandProcess(this.command, {
      home: this.options.home,
      onPrinted: (text) => this.#printed(text),
    })
    this.#running = running
    void running.gone.then((because) => this.#gone(running, because))
    this.#pump()
  }

  /** Takes whole lines. Never blocks; what there is no room for is counted. */
  push(lines: string): void {
    if (this.#held !== undefined && this.#queue.bytes > HELD_BYTES) this.#release()
    if (this.#ending !== undefined) this.#queue.lose(lines)
    else if (!this.#queue.push(lines)) this.#trouble('slow', `|${this.command} reads too slowly: lines are left out`)
    this.start()
    this.#pump()
  }

  /** Gives it nothing for so long, or until `reopen`, as long as there is room for what waits. */
  hold(ms: number): void {
    clearTimeout(this.#held)
    this.#held = setTimeout(() => this.#release(), ms).unref()
  }

  /** After rotation: a new process opens its files anew, the old one ends when it has read what it was given. */
  reopen(): void {
    this.#release()
    const old = this.#running
    if (old === undefined || this.#ending !== undefined) return
    this.#running = undefined
    this.#seeOff(old)
    this.start()
  }

  /** Gives the command what waits, as far as it takes it in time, and ends it with its whole process group. */
  end(): Promise<void> {
    this.#ending ??= this.#end()
    return this.#ending
  }

  status(): LogOutputStatus {
    const { state, because } = this.#health
    const pid = this.#running?.pid
    return {
      output: this.options.name,
      kind: 'command',
      state,
      ...(pid === undefined ? {} : { pid }),
      restarts: this.#restarts,
      waitingBytes: this.#queue.bytes,
      lostLines: this.#queue.lostLines,
      ...(because === undefined ? {} : { because }),
    }
  }

  #pump(): void {
    const running = this.#running
    if (running?.isReady !== true || this.#held !== undefined) return
    if (this.#queue.isEmpty) this.#emptied?.()
    else running.write(this.#queue.take(CHUNK_BYTES), () => this.#pump())
  }

  #release(): void {
    clearTimeout(this.#held)
    this.#held = undefined
    this.#pump()
  }

  #gone(process: CommandProcess, because: string): void {
    if (this.#running !== process) return
    this.#running = undefined
    this.#queue.putBack(process.underWay)
    this.#emptied?.()
    if (this.#ending !== undefined) return
    this.#restarts += 1
    this.#trouble('down', `|${this.command} ended (${because})`)
    const delayMs = this.#backOff.next(performance.now() - process.startedAt)
    this.#restart = setTimeout(() => {
      this.#restart = undefined
      this.start()
    }, delayMs)
  }

  #seeOff(process: CommandProcess): void {
    process.endInput()
    const leaving: Promise<boolean> = this.#left(process).then(() => this.#leaving.delete(leaving))
    this.#leaving.add(leaving)
  }

  async #left(process: CommandProcess): Promise<void> {
    if (!(await withinMs(process.gone, DRAIN_MS))) process.kill()
    await process.gone
    this.#queue.lose(process.underWay)
  }

  async #end(): Promise<void> {
    this.#release()
    clearTimeout(this.#restart)
    clearInterval(this.#look)
    // One that waits to be started again has its last try.
    if (this.#running === undefined && !this.#queue.isEmpty) this.#launch()
    if (this.#running !== undefined && !(this.#queue.isEmpty && this.#running.isReady)) {
      const { promise, resolve } = Promise.withResolvers<void>()
      this.#emptied = resolve
      await withinMs(promise, DRAIN_MS)
    }
    const running = this.#running
    this.#running = undefined
    if (running !== undefined) this.#seeOff(running)
    await Promise.all(this.#leaving)
    this.#queue.clear()
    if (this.#queue.lostLines > 0)
      this.options.log.warn('log command ended', { output: this.options.name, lostLines: this.#queue.lostLines })
  }

  #trouble(state: 'down' | 'slow', because: string): void {
    this.#troubleAt = performance.now()
    this.#health.trouble(state, because)
    this.#look ??= setInterval(() => this.#lookWhetherWell(), LOOK_EVERY_MS).unref()
  }

  #lookWhetherWell(): void {
    const now = performance.now()
    const running = this.#running
    if (running === undefined || !this.#queue.isEmpty) return
    if (now - Math.max(running.startedAt, this.#troubleAt) < WELL_AFTER_MS) return
    clearInterval(this.#look)
    this.#look = undefined
    this.#health.well(this.#queue.lostLines)
  }

  #printed(text: string): void {
    const now = performance.now()
    if (now - this.#printedAt < PRINTED_EVERY_MS) return
    this.#printedAt = now
    this.options.log.warn('log command printed', { output: this.options.name, text })
  }
}

/** @returns whether it settled in time */
async function withinMs(settles: Promise<unknown>, limitMs: number): Promise<boolean> {
  const over = new AbortController()
  const late = delay(limitMs, false, { signal: over.signal }).catch(() => false)
  const inTime = await Promise.race([settles.then(() => true), late])
  over.abort()
  return inTime
}
