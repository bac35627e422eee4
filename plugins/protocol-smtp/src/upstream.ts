/** The connection to the server of one client: a command at a time, and its reply. */
import type { Duplex } from 'node:stream'
import type { Target } from '@fsigk/plugin-api'
import { Channel, type Sweeper, type Taker } from '@fsigk/sockets'
import { ReplyReader } from './parse.js'
import type { Reply } from './reply.js'

/** Why a server gave no reply: it left, said nothing for too long, said what is no reply, or spoke out of turn. */
export type UpstreamFault = 'closed' | 'timeout' | 'malformed' | 'unasked'

export class Upstream {
  readonly channel: Channel<ReplyReader>

  /** @param taker tells what the server has taken */
  constructor(
    socket: Duplex,
    readonly target: Target,
    private readonly sweeper: Sweeper,
    taker?: Taker,
  ) {
    this.channel = new Channel(socket, new ReplyReader(), sweeper, taker)
  }

  /** Whether the server can take a command: it is there, and said nothing that nobody asked for. */
  get isReady(): boolean {
    return !this.channel.ended && this.channel.parser.unread === 0
  }

  /**
   * Sends a command, and waits for its reply. After a fault the connection is closed: nothing that comes later could be
   * told from the reply to another command.
   *
   * @param line without its CRLF; latin1, without CR, LF and NUL
   * @param limitMs how long the whole reply may take
   */
  command(line: string, limitMs: number): Promise<Reply | UpstreamFault> {
    if (!this.isReady) return Promise.resolve(this.#fail(this.channel.parser.unread > 0 ? 'unasked' : 'closed'))
    this.channel.write(`${line}\r\n`)
    return this.reply(limitMs)
  }

  /** Waits for a reply: the greeting, or that to what was written to the channel. As `command`. */
  async reply(limitMs: number): Promise<Reply | UpstreamFault> {
    const { channel, sweeper } = this
    const deadline = sweeper.now + limitMs
    for (;;) {
      const reply = channel.parser.takeReply()
      if (reply === 'malformed') return this.#fail('malformed')
      if (reply !== undefined) return reply
      if (channel.ended) return this.#fail('closed')
      const arrival = await channel.more(Math.max(0, deadline - sweeper.now))
      if (arrival === 'timeout') return this.#fail('timeout')
    }
  }

  /** What the server said without having been asked, as it does before it closes (421); undefined when it said nothing. */
  takeUnasked(): Reply | undefined {
    const reply = this.channel.parser.takeReply()
    return reply === 'malformed' ? undefined : reply
  }

  close(): void {
    this.channel.onEnd = undefined
    this.channel.destroy()
  }

  #fail(fault: UpstreamFault): UpstreamFault {
    this.close()
    return fault
  }
}
