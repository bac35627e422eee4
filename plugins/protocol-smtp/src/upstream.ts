/** The connection to the server of one client: a command at a time, and its reply. */
import type { Duplex } from 'node:stream'
import type { Target } from '@fsigk/plugin-api'
import { AskedServer, type ServerFault, type Sweeper, type Taker } from '@fsigk/sockets'
import { ReplyReader } from './parse.js'
import { asksForMore, type Reply } from './reply.js'

/** Why the server gave no reply. */
export type UpstreamFault = ServerFault

export class Upstream extends AskedServer<Reply, ReplyReader> {
  /** @param taker tells what the server has taken */
  constructor(
    socket: Duplex,
    readonly target: Target,
    sweeper: Sweeper,
    taker?: Taker,
  ) {
    super(socket, new ReplyReader(), sweeper, taker)
  }

  /**
   * As of `AskedServer`, for a command that is all there is to say: a server that asks for more (3xx) would take the next
   * one for something else.
   */
  override async command(line: string, limitMs: number): Promise<Reply | ServerFault> {
    const reply = await super.command(line, limitMs)
    if (typeof reply === 'string' || !asksForMore(reply)) return reply
    this.close()
    return 'malformed'
  }

  /** Sends what the server may ask for more after: DATA, and what is said in AUTH. */
  async begin(line: string, limitMs: number): Promise<Reply | ServerFault> {
    return await super.command(line, limitMs)
  }
}
