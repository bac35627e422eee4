/** A server that is told a command at a time and replies to each, as those of mail do. */
import type { Duplex } from 'node:stream'
import { Channel } from './channel.js'
import type { BytesReader, Taker } from './far-end.js'
import type { Intake } from './intake.js'
import type { Sweeper } from './sweeper.js'

/** Makes replies of the bytes that a server sends. */
export interface ReplyParser<R> extends BytesReader {
  /** Takes the next reply; undefined while it has not come whole. What is no reply stays. */
  takeReply(): R | 'malformed' | undefined
}

/** Why a server gave no reply: it left, said nothing for too long, said what is no reply, or spoke out of turn. */
export type ServerFault = 'closed' | 'timeout' | 'malformed' | 'unasked'

export class AskedServer<R, P extends ReplyParser<R>> {
  readonly channel: Channel<P>

  /**
   * @param taker tells what the server has taken
   * @param intake as of a channel
   */
  constructor(
    socket: Duplex,
    parser: P,
    private readonly sweeper: Sweeper,
    taker?: Taker,
    intake?: Intake,
  ) {
    this.channel = new Channel(socket, parser, sweeper, taker, intake)
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
  command(line: string, limitMs: number): Promise<R | ServerFault> {
    if (!this.isReady) return Promise.resolve(this.#fail(this.channel.parser.unread > 0 ? 'unasked' : 'closed'))
    this.channel.write(`${line}\r\n`)
    return this.reply(limitMs)
  }

  /** Waits for a reply: the greeting, or that to what was written to the channel. As `command`. */
  async reply(limitMs: number): Promise<R | ServerFault> {
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

  /** What the server said without having been asked, as it does before it closes; undefined when it said nothing. */
  takeUnasked(): R | undefined {
    const reply = this.channel.parser.takeReply()
    return reply === 'malformed' ? undefined : reply
  }

  close(): void {
    this.channel.onEnd = undefined
    this.channel.destroy()
  }

  /** Gives the server up, for this reason. */
  #fail(fault: ServerFault): ServerFault {
    this.close()
    return fault
  }
}
