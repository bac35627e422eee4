/** What a session's commands work on: the client and the server, what is known of both, and what each is told. */
import { targetText } from '@fsigk/mail'
import type { Session } from '@fsigk/plugin-api'
import type { Sweeper } from '@fsigk/sockets'
import type { LogDraft } from './log-draft.js'
import type { CommandLine, LineFault } from './parse.js'
import { type OwnReply, ownReply } from './replies.js'
import { isPositive, type Reply, replyLine, replyText, saysGoodbye } from './reply.js'
import type { Route } from './route.js'
import type { SmtpSettings } from './settings.js'
import type { PeerChannel } from './transaction/transaction.js'
import type { Upstream, UpstreamFault } from './upstream.js'

/** Whether the session goes on after a command. */
export type Next = 'next' | 'close'

/** Why no further command comes. */
export type Silence = LineFault | 'left' | 'idle' | 'interrupted'

/** From an accepted MAIL to the end of its data, RSET or a new greeting. */
export interface OpenTransaction {
  readonly mailFrom: string
  readonly mailParameters: readonly string[]
  readonly recipients: string[]
}

/** Guide 11.8 has the first; the others are in its style. */
const faultWords: Readonly<Record<UpstreamFault, string>> = {
  closed: 'disconnected from',
  timeout: 'no response from',
  malformed: 'illegal reply from',
  unasked: 'unexpected reply from',
}

export class Dialogue {
  /** Our replies to this client carry enhanced status codes. */
  enhanced = false
  /** The client has proved to the server who it is. */
  authenticated = false
  transaction: OpenTransaction | undefined
  /** Commands that were none. */
  errors = 0
  readonly idleMs: number

  constructor(
    readonly session: Session<SmtpSettings>,
    readonly peer: PeerChannel,
    readonly upstream: Upstream,
    readonly route: Route,
    readonly log: LogDraft,
    private readonly sweeper: Sweeper,
  ) {
    this.idleMs = session.settings.idle_timeout * 1000
  }

  /** Says something of ours. */
  say(says: OwnReply, detail?: string): void {
    this.peer.write(ownReply(this.session, says, this.enhanced, detail))
  }

  /** Says something of ours that belongs into the log as an error. */
  refuse(says: OwnReply, detail?: string): void {
    this.log.refused(says, detail)
    this.say(says, detail)
  }

  /** Tells the client what the server said. A server that says so closes its side, and so do we. */
  pass(reply: Reply): Next {
    this.peer.write(replyText(reply))
    return saysGoodbye(reply) ? 'close' : 'next'
  }

  /**
   * Has the server's reply to a command. When there is none, the client has been told, and the session closes.
   *
   * @param line without its CRLF
   */
  async ask(verb: string, line: string, limitMs = this.idleMs): Promise<Reply | undefined> {
    const reply = await this.upstream.command(line, limitMs)
    if (typeof reply !== 'string') return reply
    this.lost(verb, reply)
    return undefined
  }

  /** Sends the server a command and the client its reply. */
  async relay(verb: string, line: string): Promise<{ readonly next: Next; readonly ok: boolean }> {
    const reply = await this.ask(verb, line)
    if (reply === undefined) return { next: 'close', ok: false }
    return { next: this.pass(reply), ok: isPositive(reply) }
  }

  /** The server closed, or spoke, while nobody had asked it: its own words, if it said that it closes, else ours. */
  serverLeft(): void {
    const reply = this.upstream.takeUnasked()
    if (reply !== undefined && saysGoodbye(reply)) {
      this.log.failed(`SERVER/${replyLine(reply)}`)
      this.pass(reply)
    } else this.lost('', reply === undefined && this.upstream.channel.ended ? 'closed' : 'unasked')
  }

  /** Tells the client why there is no reply of the server. */
  lost(verb: string, fault: UpstreamFault): void {
    const command = verb === '' ? '' : `(${verb}) `
    this.refuse('disconnected', `${command}${faultWords[fault]} (${targetText(this.upstream.target)})`)
  }

  /** Waits for the next line, which must come whole within `idle_timeout`. */
  async nextLine(isOver: () => boolean = () => false): Promise<CommandLine | Silence> {
    const { peer } = this
    const deadline = this.sweeper.now + this.idleMs
    // Whoever reads no replies must not ask for more.
    if (peer.isFull && (await peer.room(this.idleMs)) !== 'room') return 'left'
    for (;;) {
      if (isOver()) return 'interrupted'
      const line = peer.parser.takeLine()
      if (line !== undefined) return line
      if (peer.ended) return 'left'
      const arrival = await peer.more(Math.max(0, deadline - this.sweeper.now))
      if (arrival === 'timeout') return 'idle'
    }
  }

  /** What was under way is over, without a message. */
  endTransaction(): void {
    if (this.transaction === undefined) return
    this.transaction = undefined
    this.log.end()
  }
}
