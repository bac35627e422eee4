/** The lines that follow the first of a server's reply, up to the one with a dot alone, as they arrive; their dots taken out. */
import { type LowestRate, Pace, type ServerFault } from '@fsigk/sockets'
import { DotUnstuffer } from '@fsigk/wire'
import { fail } from './errors.js'
import { serverFaults } from './replies.js'
import type { Upstream } from './upstream.js'

/** A server that sends less, on the average of the time during which it is waited for, is given up. */
const LOWEST_RATE: LowestRate = { bytesPerSecond: 1, periodMs: 60_000 }

const DONE: IteratorReturnResult<undefined> = { done: true, value: undefined }

export class ServerText implements AsyncIterableIterator<Buffer> {
  /** Why it will never be whole. */
  fault: ServerFault | undefined
  readonly #unstuffer = new DotUnstuffer()
  readonly #pace = new Pace(LOWEST_RATE)
  #pieces: Buffer[] = []

  /**
   * @param idleMs how long the server may be silent
   * @param failed called when it will never be whole
   */
  constructor(
    private readonly upstream: Upstream,
    private readonly idleMs: number,
    private readonly failed?: () => void,
  ) {}

  /** Whether it has come to its end. */
  get ended(): boolean {
    return this.#unstuffer.ended
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  /** @throws FSIGK_POP_SERVER_LOST */
  async next(): Promise<IteratorResult<Buffer, undefined>> {
    for (;;) {
      const value = this.#pieces.shift()
      if (value !== undefined) return { done: false, value }
      if (this.ended) return DONE
      if (!this.#take()) await this.#wait()
    }
  }

  /** Reads past what has not been taken. @returns whether the end came */
  async discard(): Promise<boolean> {
    try {
      while ((await this.next()).done !== true);
      return true
    } catch {
      return false
    }
  }

  #take(): boolean {
    const { parser } = this.upstream.channel
    const bytes = parser.takeBytes()
    if (bytes === undefined) return false
    this.#pieces = [...this.#unstuffer.push(bytes)]
    if (this.#unstuffer.rest !== undefined) parser.putBack(this.#unstuffer.rest)
    return true
  }

  async #wait(): Promise<void> {
    const { channel } = this.upstream
    const arrival = await channel.more(this.idleMs, this.#pace)
    if (channel.parser.unread > 0 || arrival === 'bytes') return
    if (arrival === 'interrupt') return
    this.fault = arrival === 'end' ? 'closed' : 'timeout'
    this.upstream.close()
    this.failed?.()
    throw fail('FSIGK_POP_SERVER_LOST', [serverFaults[this.fault]])
  }
}
