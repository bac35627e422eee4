/** The one reply to the end of a message, ours or the server's, and what stands of it in the log. */
import type { Session } from '@fsigk/plugin-api'
import { type OwnReply, ownReply, replies } from '../replies.js'
import { isPositive, type Reply, replyLine, replyText } from '../reply.js'
import type { SmtpSettings } from '../settings.js'
import type { Upstream } from '../upstream.js'
import type { PeerChannel } from './transaction.js'

/** So much of what a server said stands in a log line. */
const MAX_ERROR_CHARACTERS = 1000

/** What is no reply to a detection is an error of the log. */
const DETECTIONS: ReadonlySet<OwnReply> = new Set(['accepted', 'infected', 'tooLongMessage', 'deferred'])

export class Answer {
  isGiven = false
  /** Whether the session goes on after it. */
  next: 'next' | 'close' = 'next'

  constructor(
    private readonly peer: PeerChannel,
    private readonly upstream: Upstream,
    private readonly session: Session<SmtpSettings>,
    private readonly enhanced: boolean,
  ) {}

  /** Asks for the message. */
  begin(): void {
    this.peer.write(ownReply(this.session, 'enterMail', this.enhanced))
  }

  /** Ends the transaction at the server. Where that fails, the session is over. */
  async reset(): Promise<Reply | undefined> {
    const reply = await this.ask('RSET')
    if (reply === undefined || !isPositive(reply)) this.next = 'close'
    return reply
  }

  /** The server's reply to a command; undefined when there is none, and the connection to it is closed. */
  async ask(line: string): Promise<Reply | undefined> {
    const reply = await this.upstream.command(line, this.session.settings.idle_timeout * 1000)
    return typeof reply === 'string' ? undefined : reply
  }

  /** Says something of ours. */
  say(says: OwnReply, detail = ''): void {
    const { code, text } = replies[says]
    const { entry } = this.session
    this.isGiven = true
    entry.status = code < 400 ? 200 : 500
    if (!DETECTIONS.has(says)) entry.error ||= `PROXY/${code} ${text(detail)}`.slice(0, MAX_ERROR_CHARACTERS)
    this.peer.write(ownReply(this.session, says, this.enhanced, detail))
  }

  /** Passes on what the server said. */
  pass(reply: Reply): void {
    const { entry } = this.session
    this.isGiven = true
    entry.status = isPositive(reply) ? 200 : 500
    if (!isPositive(reply))
      entry.error = `SERVER/ERROR Reply(DATA): buf=[${replyLine(reply)}]`.slice(0, MAX_ERROR_CHARACTERS)
    if (reply.code === 421) this.next = 'close'
    this.peer.write(replyText(reply))
  }

  /** That the server left at this command, in the words of guide 11.8. */
  disconnected(command: string): string {
    const { host, port } = this.upstream.target
    return `(${command}) disconnected from (${host}:${port})`
  }
}
