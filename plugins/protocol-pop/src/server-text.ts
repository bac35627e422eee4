/** The lines that follow the first of a server's reply, up to the one with a dot alone, as they arrive; their dots taken out. */
import { type Arrival, type LowestRate, Pace, type ServerFault, type Taking } from '@fsigk/sockets'
import { DotUnstuffer } from '@fsigk/wire'
import { fail } from './errors.js'
import { PassingText } from './messages/passing-text.js'
import { serverFaults } from './replies.js'
import type { Upstream } from './upstream.js'

/** A server that sends less, on the average of the time during which it is waited for, is given up. */
const LOWEST_RATE: LowestRate = { bytesPerSecond: 1, periodMs: 60_000 }

/**
 * @param pieces its own only until it returns, unless `areKept`
 * @param bytes of the text so far
 * @returns whether more can be taken now
 */
export type TextTaker = (pieces: readonly Buffer[], bytes: number, areKept: boolean) => Exclude<Taking, 'over'>

const DONE: IteratorReturnResult<undefined> = { done: true, value: undefined }

export class ServerText implements AsyncIterableIterator<Buffer> {
  /** Why it will never be whole. */
  fault: ServerFault | undefined
  readonly #unstuffer = new DotUnstuffer()
  readonly #pace = new Pace(LOWEST_RATE)
  #passing: PassingText | undefined
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
    return this.#passing === undefined ? this.#unstuffer.ended : this.#passing.ended
  }

  /** Whether what comes next is known to follow at once. */
  get isMoreAtHand(): boolean {
    return !this.ended && this.upstream.channel.isMoreAtHand
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

  /**
   * Gives the text as it stands on the wire, with its end, as it comes: until that has come, or no more can be taken now. In
   * place of `next`, from the beginning of the text on.
   *
   * @throws FSIGK_POP_SERVER_LOST
   */
  async pass(take: TextTaker): Promise<void> {
    this.#passing ??= new PassingText()
    const passing = this.#passing
    const { channel } = this.upstream
    const { parser } = channel
    for (let bytes = parser.takeBytes(); bytes !== undefined; bytes = parser.takeBytes()) {
      if (this.#hand(passing, bytes, take, true) !== 'more') return
    }
    for (;;) {
      const arrival = await channel.each((bytes) => this.#hand(passing, bytes, take, false), this.idleMs, this.#pace)
      if (arrival === 'bytes') return
      if (arrival !== 'interrupt') throw this.#lost(arrival)
    }
  }

  #hand(passing: PassingText, bytes: Buffer, take: TextTaker, areKept: boolean): Taking {
    const pieces = passing.push(bytes)
    const taking = pieces.length === 0 ? 'more' : take(pieces, passing.bytes, areKept)
    if (passing.rest === undefined) return taking
    this.upstream.channel.parser.putBack(Buffer.from(passing.rest))
    return taking === 'full' ? 'full' : 'over'
  }

  /** Puts a piece of what `pass` just gave behind others, to leave together. */
  withFront(front: readonly Buffer[], piece: Buffer): Buffer {
    return this.upstream.channel.withFront(front, piece)
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
    throw this.#lost(arrival)
  }

  #lost(arrival: Arrival): Error {
    this.fault = arrival === 'end' ? 'closed' : 'timeout'
    this.upstream.close()
    this.failed?.()
    return fail('FSIGK_POP_SERVER_LOST', [serverFaults[this.fault]])
  }
}
