/**
 * One client: its commands in order, each with the whole of its reply before the next is looked at, so that a client that
 * does not wait is served right (RFC 2449, 6.6). Reads like guide 11.10.
 */
import type { Connection, Service } from '@fsigk/plugin-api'
import type { Sweeper } from '@fsigk/sockets'
import { passableCapabilities, passableMechanisms } from './capabilities.js'
import { commandLine, hasText, isVerb, withheld } from './commands.js'
import { authenticate, chooseServer, logIn, parentOf } from './login.js'
import { Mailbox } from './mailbox.js'
import { type Asked, Retrieval } from './messages/retrieval.js'
import { type Command, parseCommand } from './parse.js'
import { Peer } from './peer.js'
import { greeting, replies } from './replies.js'
import type { PopSettings } from './settings.js'
import { passText } from './texts.js'
import type { Upstream } from './upstream.js'

/** How long a client may still be silent when the service drains: it may have connected just before. */
const DRAIN_GRACE_MS = 1000

/** The same once it is logged in: what it has fetched is deleted only when it says QUIT. */
const DRAIN_LOGGED_IN_MS = 5000

/** More lines than any message has: the server sends all of them (RFC 1939, 7), and does not call the message seen. */
const ALL_LINES = 2_147_483_647

/** Whether the session goes on. */
type GoesOn = boolean | Promise<boolean>

export class Conversation {
  readonly #peer: Peer
  readonly #mailbox: Mailbox
  #isWaiting = false

  constructor(
    connection: Connection,
    private readonly service: Service<PopSettings>,
    private readonly sweeper: Sweeper,
  ) {
    this.#peer = new Peer(service.open(connection), connection, sweeper)
    this.#mailbox = new Mailbox(this.#peer)
  }

  /** Holds the conversation. What was written has left when this settles; closing is core's. */
  async hold(): Promise<void> {
    const peer = this.#peer
    try {
      if (!peer.session.access.allowed) peer.sayFailure(replies.accessDenied, 'Access Denied')
      else if (await this.#greet()) await this.#serve()
      await peer.channel.finish(peer.idleMs)
    } finally {
      this.#mailbox.close()
      peer.session.close()
    }
  }

  /** The service drains: who says nothing more has little time left. */
  drain(): void {
    if (this.#isWaiting) this.#peer.channel.interrupt()
  }

  async #greet(): Promise<boolean> {
    const peer = this.#peer
    const { session, settings } = peer
    if (settings.self_proxy) {
      peer.say(greeting(session))
      return true
    }
    const reply = await this.#mailbox.reach(parentOf(peer) ?? { host: '', port: settings.parent_server_port }, true)
    if (reply === undefined) return false
    this.#mailbox.pass(reply)
    return reply.is === 'ok'
  }

  async #serve(): Promise<void> {
    const peer = this.#peer
    for (;;) {
      const command = await this.#nextCommand()
      if (command === undefined || !(await this.#execute(command))) return
      if (peer.channel.isFull && (await peer.room()) !== 'room') return
    }
  }

  /** Waits for the next command; undefined when the session is over. */
  async #nextCommand(): Promise<Command | undefined> {
    const peer = this.#peer
    const { channel } = peer
    const deadline = this.sweeper.now + peer.idleMs
    for (;;) {
      const line = channel.parser.takeCommand()
      if (typeof line === 'object') return parseCommand(line.line)
      if (line === 'endless') return undefined
      if (line !== undefined) {
        peer.say(replies[line])
        if (channel.isFull && (await peer.room()) !== 'room') return undefined
        continue
      }
      const { server } = this.#mailbox
      if (server?.channel.ended === true) return this.#mailbox.left(server)
      server?.channel.listen()
      const isDraining = this.service.draining.aborted
      this.#isWaiting = true
      const arrival = await channel.more(this.#patience(isDraining, Math.max(0, deadline - this.sweeper.now)))
      this.#isWaiting = false
      if (arrival === 'end') return undefined
      if (arrival !== 'timeout') continue
      peer.say(isDraining ? replies.draining : replies.idle)
      return undefined
    }
  }

  #patience(isDraining: boolean, leftMs: number): number {
    if (!isDraining) return leftMs
    return Math.min(this.#mailbox.isOpen ? DRAIN_LOGGED_IN_MS : DRAIN_GRACE_MS, leftMs)
  }

  #execute(command: Command): GoesOn {
    const peer = this.#peer
    const mailbox = this.#mailbox
    const { server } = mailbox
    const { verb, words } = command
    if (!isVerb(verb)) return this.#say(replies.illegalCharacter)
    if (verb === 'USER' && peer.settings.self_proxy && !mailbox.isOpen) return chooseServer(peer, mailbox, command)
    if (verb === 'QUIT') return this.#quit(server)
    if (server === undefined) return this.#say(replies.userFirst)
    if (withheld.has(verb)) return this.#say(replies.withheld)
    switch (verb) {
      case 'USER':
      case 'APOP':
        if (!mailbox.isOpen) mailbox.user = words[0] ?? ''
        mailbox.describe()
        return logIn(mailbox, server, commandLine(command))
      case 'PASS':
        return logIn(mailbox, server, commandLine(command))
      case 'AUTH':
        return words.length > 0 ? authenticate(peer, mailbox, server, command) : this.#pass(server, command)
      case 'RETR':
        return this.#retrieve(server, command)
      case 'DELE':
        return mailbox.isOwed(words[0]) ? this.#say(replies.notDelivered) : this.#pass(server, command)
      case 'TOP':
        return this.#top(server, command)
      default:
        return this.#pass(server, command)
    }
  }

  /** Sends a command on and passes its reply, with the lines that follow. */
  async #pass(server: Upstream, command: Command): Promise<boolean> {
    const mailbox = this.#mailbox
    const reply = await mailbox.ask(server, commandLine(command))
    if (reply === undefined) return false
    if (reply.is === 'error' || !hasText(command)) {
      mailbox.pass(reply)
      return true
    }
    this.#peer.session.entry.status = 200
    return await passText(this.#peer, server, reply, this.#passableOf(command.verb))
  }

  #passableOf(verb: string): ((lines: readonly string[]) => readonly string[]) | undefined {
    if (verb === 'AUTH') return passableMechanisms
    const withoutTop = this.#peer.settings.top === 'block'
    return verb === 'CAPA' ? (lines) => passableCapabilities(lines, withoutTop) : undefined
  }

  /** The beginning of a message, by the setting `top`: of one that has been scanned whole. */
  #top(server: Upstream, command: Command): GoesOn {
    const { settings } = this.#peer
    const [message = '', lines = ''] = command.words
    if (settings.top === 'block') return this.#say(replies.topBlocked)
    if (!/^\d{1,15}$/.test(lines) || command.words.length !== 2) return this.#say(replies.topFormat)
    if (settings.top === 'pass' || !settings.virus_check)
      return this.#fetch(server, commandLine(command), { skipped: 'PASS_TOP' })
    return this.#fetch(server, `TOP ${message} ${ALL_LINES}`, { lines: Number(lines) })
  }

  /** A client that does not wait may have sent DELE behind RETR, before it can know that it does not get the message. */
  #retrieve(server: Upstream, command: Command): Promise<boolean> {
    const [message] = command.words
    return this.#fetch(server, commandLine(command), {
      told: (outcome) => this.#mailbox.retrieved(message, outcome),
    })
  }

  async #fetch(server: Upstream, line: string, asked: Asked): Promise<boolean> {
    const mailbox = this.#mailbox
    const reply = await mailbox.ask(server, line)
    if (reply === undefined) return false
    mailbox.describe()
    if (reply.is === 'ok') return await new Retrieval(this.#peer, server, reply, asked).run()
    mailbox.pass(reply)
    return true
  }

  async #quit(server: Upstream | undefined): Promise<boolean> {
    if (server === undefined) this.#peer.say(replies.quit)
    else {
      const reply = await this.#mailbox.ask(server, 'QUIT')
      if (reply !== undefined) this.#mailbox.pass(reply)
    }
    return false
  }

  #say(line: string): true {
    this.#peer.say(line)
    return true
  }
}
