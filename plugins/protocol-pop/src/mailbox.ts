/** The server that a client's mailbox is on: how it is reached, asked, and lost (guide 11.10). One at a time. */
import type { Target } from '@fsigk/plugin-api'
import { Intake, type ServerFault } from '@fsigk/sockets'
import type { Peer } from './peer.js'
import { cannotConnect, faultReply, serverFaults } from './replies.js'
import type { Reply } from './reply.js'
import { Upstream } from './upstream.js'

export class Mailbox {
  /** Undefined while the client has named none that could be reached. */
  server: Upstream | undefined
  /** Whose it is, as far as that was told; without the server. */
  user = ''
  /** PASS, APOP or AUTH has succeeded. */
  isOpen = false
  /** Numbers of messages that the client asked for and could not have, for now. */
  readonly #owed = new Set<number>()

  constructor(private readonly peer: Peer) {}

  /**
   * Connects to a server, in place of the one before.
   *
   * @param isParent the settings name it, not the client
   * @returns its greeting; undefined when there is none: the client has been told why
   */
  async reach(target: Target, isParent: boolean): Promise<Reply | undefined> {
    const { session, settings, connection, sweeper, idleMs } = this.peer
    this.close()
    this.describe(target)
    if (target.host === '') return this.#unreached(target, 'pop.parent_server_host names no server')
    const intake = new Intake()
    const dialled = await session.dial(target, {
      onread: intake.onread,
      timeoutMs: settings.connect_timeout * 1000,
      signal: connection.signal,
      ...(isParent && { exempt: 'local' }),
    })
    if (!dialled.reached) return this.#unreached(target, dialled.message)
    const server = new Upstream(dialled.socket, target, sweeper, dialled, intake)
    this.server = server
    server.channel.onEnd = () => this.peer.channel.interrupt()
    const greeting = await server.reply(idleMs)
    if (typeof greeting === 'object' && greeting.is !== 'challenge') return greeting
    this.close()
    return this.#unreached(target, serverFaults[typeof greeting === 'object' ? 'malformed' : greeting])
  }

  /**
   * Sends a command, and waits for the first line of its reply.
   *
   * @returns undefined when there is none: the client has been told, and the session is over
   */
  async ask(server: Upstream, line: string): Promise<Reply | undefined> {
    const reply = await this.step(server, line)
    if (reply?.is !== 'challenge') return reply
    server.close()
    return this.#lost('malformed')
  }

  /** The same of AUTH, where the server may ask for more (RFC 5034, 4). */
  async step(server: Upstream, line: string): Promise<Reply | undefined> {
    if (server.channel.ended) return this.left(server)
    const reply = await server.command(line, this.peer.idleMs)
    return typeof reply === 'object' ? reply : this.#lost(reply)
  }

  /** Whether the client has asked for a message that it could not have. @param word of a command: the message's number */
  isOwed(word: string | undefined): boolean {
    return this.#owed.has(numberIn(word))
  }

  /** A message was asked for by RETR. @param word of the command: its number */
  retrieved(word: string | undefined, outcome: 'delivered' | 'owed'): void {
    if (outcome === 'owed') this.#owed.add(numberIn(word))
    else this.#owed.delete(numberIn(word))
  }

  /** Passes a line of the server's to the client. */
  pass(reply: Reply): void {
    this.peer.session.entry.status = 200
    this.peer.say(reply.line)
  }

  /** The server is gone. Its last words are the client's to hear: it says there why it closes. */
  left(server: Upstream): undefined {
    const { session, sweeper } = this.peer
    const unasked = server.takeUnasked()
    const elapsedMs = Math.round(sweeper.now - server.channel.movedAt)
    session.logInfo(
      `is_server_alivesocket: select(s=-1):ret=0,cur_pid=${process.pid}: ${serverFaults.closed} ` +
        `There may be timeout on the server because of no traffic. (elapsed=${elapsedMs}ms)`,
    )
    if (unasked?.is === 'error') this.peer.sayFailure(unasked.line, serverFaults.closed)
    else return this.#lost('closed')
  }

  /** Drafts the line of the log. */
  describe(target = this.server?.target): void {
    if (target !== undefined) this.peer.describe(this.user, target)
  }

  close(): void {
    this.#owed.clear()
    this.server?.close()
    this.server = undefined
  }

  #unreached(target: Target, message: string): undefined {
    this.peer.sayFailure(cannotConnect(target, message), message)
  }

  #lost(fault: ServerFault): undefined {
    this.peer.sayFailure(faultReply(fault), serverFaults[fault])
  }
}

/** As lenient servers read it: `01` and `+1` are 1. */
function numberIn(word = ''): number {
  return Number.parseInt(word, 10)
}
