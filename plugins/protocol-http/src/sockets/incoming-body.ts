/** A body as it arrives on a channel, for whoever reads it: nothing is read ahead but what the channel bounds. */
import { type LowestRate, Pace } from '@fsigk/sockets'
import type { HttpChannel } from './http-channel.js'

/** Why a body is not whole: the connection ended, its framing is none, nothing came for too long, or too little. */
export type BodyFault = 'cut' | 'malformed' | 'stalled' | 'slow'

export interface BodyWatcher {
  /** Called once, as soon as the last byte has been taken. */
  bodyEnded?(): void
  /** Called once when the body will never be whole. What it returns is thrown at the reader. */
  bodyFailed(fault: BodyFault): Error
  /** Whether the silence of the sender is excused, when its limit is over. */
  mayWait?(): boolean
}

const DONE: IteratorReturnResult<undefined> = { done: true, value: undefined }

export class IncomingBody implements AsyncIterableIterator<Buffer> {
  /** Slower senders are given up, once they have begun. */
  lowestRate: LowestRate | undefined
  #ended = false
  #pace: Pace | undefined
  #begun = false

  /** @param idleMs how long the sender may be silent */
  constructor(
    private readonly channel: HttpChannel,
    private readonly idleMs: number,
    private readonly watcher: BodyWatcher,
  ) {}

  [Symbol.asyncIterator](): this {
    return this
  }

  next(): Promise<IteratorResult<Buffer, undefined>> {
    const here = this.#take()
    return here === undefined ? this.#wait() : Promise.resolve(here)
  }

  #take(): IteratorResult<Buffer, undefined> | undefined {
    // Once it has ended the channel is another message's.
    if (this.#ended) return DONE
    const { parser } = this.channel
    const value = parser.takeBody()
    if (parser.bodyState === 'ended') {
      this.#ended = true
      this.watcher.bodyEnded?.()
    }
    if (value !== undefined) {
      this.#begun = true
      return { done: false, value }
    }
    return this.#ended ? DONE : undefined
  }

  async #wait(): Promise<IteratorResult<Buffer, undefined>> {
    const { channel, watcher } = this
    for (;;) {
      if (channel.parser.bodyState === 'broken') throw watcher.bodyFailed(channel.ended ? 'cut' : 'malformed')
      const arrival = await channel.more(this.idleMs, this.#paceOnceBegun())
      const here = this.#take()
      if (here !== undefined) return here
      if (arrival === 'interrupt') return DONE
      if (arrival === 'slow') throw watcher.bodyFailed('slow')
      if (arrival === 'timeout' && watcher.mayWait?.() !== true) throw watcher.bodyFailed('stalled')
    }
  }

  /** A sender that has not begun may be waiting for us (100 Continue): his silence has its own limit. */
  #paceOnceBegun(): Pace | undefined {
    if (!this.#begun || this.lowestRate === undefined) return undefined
    this.#pace ??= new Pace(this.lowestRate)
    return this.#pace
  }
}
