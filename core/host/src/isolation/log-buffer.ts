/** Lines on their way to a log sink: handed over in batches, one at a time; what a slow sink does not take is counted. */
import { setTimeout as delay } from 'node:timers/promises'
import { isFsigk, type Log } from '@fsigk/plugin-api'
import { MAX_LOG_BATCH_BYTES, MAX_LOG_BUFFER_BYTES } from './limits.js'
import type { LogWrite } from './messages.js'

/** What is told of lost lines, at most so often. */
const TELL_EVERY_MS = 10_000
/** How often it is asked whether there is an instance again. */
const RETRY_MS = 100

export class LogBuffer {
  #writes: LogWrite[] = []
  #bytes = 0
  #lost = 0
  #lostInAll = 0
  #closed = false
  #toldAt = Number.NEGATIVE_INFINITY
  #handing: Promise<void> | undefined

  /** @param hand resolves when the sink has taken a batch */
  constructor(
    private readonly hand: (batch: readonly LogWrite[]) => Promise<void>,
    private readonly log: Log,
    private readonly onLost: () => void = () => undefined,
  ) {}

  /** What waits, in bytes. */
  get waitingBytes(): number {
    return this.#bytes
  }

  /** Lines lost since the beginning. */
  get lostLines(): number {
    return this.#lostInAll
  }

  /** Takes lines, or counts them as lost when the sink is too far behind. Never waits, never throws. */
  add(write: LogWrite): void {
    const bytes = Buffer.byteLength(write.lines)
    if (this.#bytes + bytes > MAX_LOG_BUFFER_BYTES) {
      this.#lose(write)
      return
    }
    this.#writes.push(write)
    this.#bytes += bytes
    this.#handing ??= this.#handOver()
  }

  /** Waits until the sink has all, for at most so long. */
  async drained(limitMs: number): Promise<void> {
    const { promise: late, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, limitMs)
    await Promise.race([this.#handing, late])
    clearTimeout(timer)
  }

  /** No instance will come any more. */
  close(): void {
    this.#closed = true
  }

  async #handOver(): Promise<void> {
    // What one turn of the event loop writes goes together.
    await new Promise(setImmediate)
    while (this.#writes.length > 0) {
      const batch = this.#nextBatch()
      try {
        await this.hand(batch)
      } catch (error) {
        if (isFsigk(error, 'FSIGK_PLUGIN_DOWN') && !this.#closed) {
          this.#putBack(batch)
          await delay(RETRY_MS, undefined, { ref: false })
          continue
        }
        this.log.error('lines not taken', { error })
        for (const write of batch) this.#lose(write)
      }
    }
    this.#handing = undefined
  }

  /** Lines wait while there is no instance, rather than being lost. */
  #putBack(batch: readonly LogWrite[]): void {
    this.#writes.unshift(...batch)
    for (const { lines } of batch) this.#bytes += Buffer.byteLength(lines)
  }

  #nextBatch(): readonly LogWrite[] {
    let bytes = 0
    const end = this.#writes.findIndex(({ lines }) => {
      bytes += Buffer.byteLength(lines)
      return bytes > MAX_LOG_BATCH_BYTES
    })
    const batch = this.#writes.splice(0, end === -1 ? this.#writes.length : Math.max(end, 1))
    for (const { lines } of batch) this.#bytes -= Buffer.byteLength(lines)
    return batch
  }

  #lose({ lines }: LogWrite): void {
    const count = lines.split('\n').length - 1
    this.#lost += count
    this.#lostInAll += count
    this.onLost()
    const now = performance.now()
    if (now - this.#toldAt < TELL_EVERY_MS) return
    this.#toldAt = now
    this.log.warn('lines lost', { lines: this.#lost })
    this.#lost = 0
  }
}
