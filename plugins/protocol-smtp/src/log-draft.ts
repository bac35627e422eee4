/** The line of a transaction in the access log (guide 9.1.1). */
import type { Session } from '@fsigk/plugin-api'
import { type OwnReply, replies } from './replies.js'
import { MAX_QUOTED_CHARACTERS, type Reply, replyLine } from './reply.js'
import type { SmtpSettings } from './settings.js'

const FAILED = 500

export class LogDraft {
  /** Something stands in the draft that is not written yet. */
  #isBegun = false
  #recipients: readonly string[] = []

  constructor(private readonly session: Session<SmtpSettings>) {
    this.#begin()
  }

  /** A sender was named. */
  mail(mailFrom: string): void {
    this.#isBegun = true
    this.session.entry.protocolStat = [mailFrom, '']
  }

  /** @param recipients those whom the server accepted so far; a list that grows */
  recipients(recipients: readonly string[]): void {
    this.#recipients = recipients
  }

  /** A recipient was refused: named in the line when nobody was accepted. */
  refusedRecipient(recipient: string): void {
    if (this.#recipients.length === 0) this.session.entry.url = `mail:${recipient}`
  }

  /** @param message PROXY-ERROR of the line */
  failed(message: string): void {
    this.#isBegun = true
    const { entry } = this.session
    entry.error = message
    entry.status = FAILED
  }

  /** A reply by which the server refused a command; in info.log too (guide 9.1.4). */
  serverError(verb: string, reply: Reply): void {
    const said = `ERROR Reply(${verb}): buf=[${replyLine(reply)}]`
    this.failed(`SERVER/${said}`)
    this.session.logInfo(said)
  }

  /** Something that we refused. */
  refused(says: OwnReply, detail = ''): void {
    const { code, text } = replies[says]
    this.failed(`PROXY/${code} ${text(detail).slice(0, MAX_QUOTED_CHARACTERS)}`)
  }

  /** A message is about to come: its line is written by whoever takes it. */
  message(): void {
    const { entry } = this.session
    entry.url = `mail:${this.#recipients.join(',')}`
    entry.status = 0
  }

  /** Its line has been written. */
  messageEnded(): void {
    this.#isBegun = false
    this.#begin()
  }

  /** Writes the line, if there is something to tell. */
  end(): void {
    if (!this.#isBegun) return
    const { entry } = this.session
    if (this.#recipients.length > 0) entry.url = `mail:${this.#recipients.join(',')}`
    this.session.record()
    this.messageEnded()
  }

  #begin(): void {
    const { entry } = this.session
    entry.method = 'GET'
    entry.url = 'mail:'
    entry.protocolStat = ['', '']
    this.#recipients = []
  }
}
