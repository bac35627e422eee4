import type { ServerFault, Sweeper, Swept } from '@fsigk/sockets'
import type { Upstream } from './upstream.js'

/**
 * Says NOOP to a server that has sent a message, for as long as that is scanned and taken by the client: it would log out
 * who says nothing (RFC 1939, 3).
 */
export class KeepAwake implements Swept {
  #saidAt: number
  /** Whether a reply is still to come. */
  isAsked = false

  /**
   * @param isFree whether the server can be told something
   * @param everyMs how often
   */
  constructor(
    private readonly upstream: Upstream,
    private readonly isFree: () => boolean,
    private readonly everyMs: number,
    private readonly sweeper: Sweeper,
  ) {
    this.#saidAt = sweeper.now
  }

  /** From now on there may be something to wait for. */
  begin(): void {
    this.sweeper.add(this)
  }

  sweep(now: number): void {
    const { channel } = this.upstream
    if (!this.isFree() || channel.ended) {
      this.#saidAt = now
      return
    }
    if (this.isAsked) this.isAsked = channel.parser.takeReply() === undefined
    if (this.isAsked || now - this.#saidAt < this.everyMs) return
    this.isAsked = true
    this.#saidAt = now
    // Nobody may be waiting for what it says.
    channel.listen()
    channel.write('NOOP\r\n')
  }

  /** Nothing more is said. */
  stop(): void {
    this.sweeper.remove(this)
  }

  /** Reads the reply that is still to come, so that it is not taken for that to the next command. */
  async settle(limitMs: number): Promise<ServerFault | undefined> {
    this.stop()
    const reply = await this.upstream.reply(limitMs)
    return typeof reply === 'string' ? reply : undefined
  }
}
