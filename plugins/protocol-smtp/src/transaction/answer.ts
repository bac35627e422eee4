/** The one reply to the end of a message, ours or the server's, and what stands of it in the log. */
import { targetText } from '@fsigk/mail'
import type { Session } from '@fsigk/plugin-api'
import { type OwnReply, ownReply, replies } from '../replies.js'
import { isPositive, type Reply, replyLine, replyText, saysGoodbye } from '../reply.js'
import type { SmtpSettings } from '../settings.js'
import type { Upstream } from '../upstream.js'
import type { PeerChannel, Transaction } from './transaction.js'

/** What is no reply to a detection is an error of the log. */
const DETECTIONS: ReadonlySet<OwnReply> = new Set(['accepted', 'infected', 'tooLongMessage', 'deferred'])

/** How long the server may take over RSET: it has nothing to do for it, and the client waits. */
const RESET_MS = 5000

export class Answer {
  isGiven = false
  /** Whether the session goes on after it. */
  next: 'next' | 'close' = 'next'

  constructor(
    private readonly peer: PeerChannel,
    private readonly upstream: Upstream,
    private readonly session: Session<SmtpSettings>,
    private readonly transaction: Pick<Transaction, 'enhanced' | 'policy'>,
  ) {}

  /** Asks for the message. */
  begin(): void {
    this.peer.write(ownReply(this.session, 'enterMail', this.transaction.enhanced))
  }

  /** Ends the transaction at the server. Where that fails, or takes long, the session is over. */
  async reset(): Promise<Reply | undefined> {
    const reply = await this.ask('RSET', RESET_MS)
    if (reply !== undefined && isPositive(reply)) return reply
    this.next = 'close'
    if (reply !== undefined) this.enactingFailed('RSET', reply)
    return reply
  }

  /** Tells error.log that the server refused a step of what is done about a detection (guide 9.1.3). */
  enactingFailed(step: 'RSET' | 'MAIL FROM' | 'RCPT TO' | 'DATA' | 'DATA END', reply: Reply): void {
    const action = (this.transaction.policy ?? this.session.settings).action
    this.session.logError(`smtp_data_cmd_senddata:${action}:smtp error:[${step}]: buf=[${replyLine(reply)}]`)
  }

  /** The server's reply to a command; undefined when there is none in time, and the connection to it is closed. */
  async ask(line: string, limitMs: number): Promise<Reply | undefined> {
    const reply = await this.upstream.command(line, Math.min(limitMs, this.session.settings.idle_timeout * 1000))
    return typeof reply === 'string' ? undefined : reply
  }

  /** Says something of ours. */
  say(says: OwnReply, detail = ''): void {
    const { code, text } = replies[says]
    const { entry } = this.session
    this.isGiven = true
    entry.status = code < 400 ? 200 : 500
    if (!DETECTIONS.has(says)) entry.error ||= `PROXY/${code} ${text(detail)}`
    this.peer.write(ownReply(this.session, says, this.transaction.enhanced, detail))
  }

  /**
   * Passes on what the server said.
   *
   * @param at what it was said to, in the words of the log (guide 9.1.4)
   */
  pass(reply: Reply, at: 'DATA' | 'DATAEND'): void {
    const { entry } = this.session
    this.isGiven = true
    entry.status = isPositive(reply) ? 200 : 500
    if (!isPositive(reply)) {
      const said = `buf=[${replyLine(reply)}]`
      entry.error = `SERVER/ERROR Reply(${at}): ${said}`
      this.session.logInfo(`ERROR Reply(${at})${at === 'DATA' ? '' : ':'} url=[${entry.url}] ${said}`)
    }
    if (saysGoodbye(reply)) this.next = 'close'
    this.peer.write(replyText(reply))
  }

  /** That the server left at this command, in the words of guide 11.8. */
  disconnected(command: string): string {
    return `(${command}) disconnected from (${targetText(this.upstream.target)})`
  }
}
