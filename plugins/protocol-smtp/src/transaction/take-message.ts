/**
 * One message, from our 354 to the reply to its end: taken in, scanned, sent on or refused. The client is told that all is
 * well only with the server's own words, so that nothing is ever here alone (guide 11.9, DATA).
 */
import { mailTransfer } from '@fsigk/mail'
import { isFsigk, type Outcome, type Session } from '@fsigk/plugin-api'
import { lowestRatesOf } from '@fsigk/sockets'
import type { OwnReply } from '../replies.js'
import { type Reply, replyLine } from '../reply.js'
import type { SmtpSettings } from '../settings.js'
import type { Upstream, UpstreamFault } from '../upstream.js'
import { Answer } from './answer.js'
import { enact } from './dispositions.js'
import { IncomingMessage } from './incoming-message.js'
import { clientLeft } from './losses.js'
import type { PeerChannel, Transaction } from './transaction.js'
import { Vigil } from './vigil.js'

/**
 * @returns whether the session goes on: both sides are ready for the next command, and no transaction is open
 * @throws what is nobody's fault; the client has been told to come again
 */
export async function takeMessage(
  peer: PeerChannel,
  upstream: Upstream,
  session: Session<SmtpSettings>,
  transaction: Transaction,
): Promise<'next' | 'close'> {
  return await new Taking(peer, upstream, session, transaction).run()
}

class Taking {
  readonly #incoming: IncomingMessage
  readonly #vigil: Vigil
  readonly #answer: Answer

  constructor(
    private readonly peer: PeerChannel,
    private readonly upstream: Upstream,
    private readonly session: Session<SmtpSettings>,
    private readonly transaction: Transaction,
  ) {
    const { settings } = session
    const idleMs = settings.idle_timeout * 1000
    this.#answer = new Answer(peer, upstream, session, transaction)
    this.#incoming = new IncomingMessage(peer, {
      idleMs,
      lowestRate: lowestRatesOf(settings).client,
      bareLineEnds: settings.bare_line_ends,
      onEnd: () => this.#vigil.messageEnded(),
    })
    this.#vigil = new Vigil(peer, upstream, {
      noopMs: settings.noop_interval * 1000,
      replyMs: idleMs,
      answerMs: settings.answer_timeout * 1000,
      onRefusal: (reply) => session.logInfo(noopError(reply)),
      onLoss: (error) => this.#incoming.abandon(error),
    })
  }

  async run(): Promise<'next' | 'close'> {
    const { session, transaction } = this
    const { settings, entry } = session
    const { mailFrom, recipients, policy } = transaction
    const envelope = { mailFrom, rcptTo: recipients }
    this.#answer.begin()
    entry.status = 500
    session.noticeVariables = this.#incoming.top.noticeVariables(envelope)
    let failure: unknown
    try {
      const transfer = mailTransfer({
        direction: 'upload',
        body: this.#incoming,
        settings,
        envelope,
        signal: this.#vigil.signal,
        ...(policy !== undefined && { policy }),
      })
      await session.inspect(transfer, (outcome) => this.#judged(outcome))
    } catch (error) {
      failure = error
    }
    const serverIsReady = await this.#vigil.end()
    if (!this.#answer.isGiven) await this.#refuse(failure, serverIsReady)
    return this.#answer.next
  }

  async #judged(outcome: Outcome): Promise<void> {
    const { peer, session, upstream, transaction } = this
    const incoming = this.#incoming
    const serverIsReady = await this.#vigil.end()
    session.entry.protocolStat = [transaction.mailFrom, incoming.top.value('message-id')]
    session.entry.contentType = incoming.top.value('content-type')
    session.entry.bytes = incoming.bytes
    const refused = !('body' in outcome)
    if (refused && !incoming.isWhole) {
      await incoming.discard()
      if (!incoming.isWhole && incoming.fault !== 'tooLong') incoming.throwFault()
    }
    // Whoever has left tries again: what was sent on now would come twice.
    if (peer.ended && incoming.isWhole) throw clientLeft()
    await enact(outcome, {
      session,
      upstream,
      transaction,
      incoming,
      serverIsReady,
      answer: this.#answer,
      vigil: this.#vigil,
      peer,
    })
    if (!incoming.isWhole) this.#answer.next = 'close'
  }

  /** What is said when the message came to no outcome, or its outcome to no end. */
  async #refuse(failure: unknown, serverIsReady: boolean): Promise<void> {
    const incoming = this.#incoming
    await incoming.discard()
    if (this.peer.ended) {
      this.#answer.next = 'close'
      return
    }
    const says = this.#reason(failure)
    const goesOn = incoming.isWhole && serverIsReady && this.#vigil.loss !== 'server'
    if (goesOn && (says === 'dataLineEnd' || says === 'deferred')) await this.#answer.reset()
    else this.#answer.next = 'close'
    this.#answer.say(says, says === 'disconnected' ? this.#answer.disconnected('DATA') : '')
    // What nobody knows of is the plugin's fault.
    if (failure !== undefined && !isFsigk(failure)) throw failure
  }

  #reason(failure: unknown): OwnReply {
    const { fault, isWhole } = this.#incoming
    if (fault === 'stalled' || fault === 'slow') return 'dataTimeout'
    if (fault === 'tooLong' || isFsigk(failure, 'FSIGK_BODY_TOO_LARGE')) return 'tooLongMessage'
    if (fault === 'lineEnd' && isWhole) return 'dataLineEnd'
    if (this.#vigil.loss === 'late') return 'deferred'
    return isFsigk(failure, 'FSIGK_SMTP_SERVER_LEFT') ? 'disconnected' : 'deferred'
  }
}

/** In the words of guide 9.1.4, its spelling included. */
function noopError(reply: Reply | UpstreamFault): string {
  return typeof reply === 'string'
    ? `ERROR Reply(NOOB): buf=[NULL], error=0(${reply})`
    : `ERROR Reply(NOOB): buf=[${replyLine(reply)}]`
}
