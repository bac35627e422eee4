/** The connection to the server of one client: a command at a time, and its reply. */
import type { Duplex } from 'node:stream'
import type { Target } from '@fsigk/plugin-api'
import { AskedServer, type Intake, type Sweeper, type Taker } from '@fsigk/sockets'
import { ReplyReader } from './parse.js'
import type { Reply } from './reply.js'

export class Upstream extends AskedServer<Reply, ReplyReader> {
  /**
   * @param taker tells what the server has taken
   * @param intake that the socket was dialled with
   */
  constructor(
    socket: Duplex,
    readonly target: Target,
    sweeper: Sweeper,
    taker: Taker,
    intake: Intake,
  ) {
    super(socket, new ReplyReader(), sweeper, taker, intake)
  }
}
