/** A server's response on its way to the client: through `session.inspect`, and said on the wire as its outcome is. */
import type { Outcome, OutgoingBody, Transfer } from '@fsigk/plugin-api'
import { lowestRatesOf } from '@fsigk/sockets'
import { bodyError } from '../errors.js'
import { names } from '../message/field-names.js'
import type { Fields } from '../message/fields.js'
import type { Framing } from '../message/framing.js'
import type { ResponseHead } from '../message/response-head.js'
import { responseText, toldLength } from '../message/response-text.js'
import type { Page, PeerRequest } from '../peer-request.js'
import { LongAnswer } from '../progress/long-answer.js'
import { isOffered } from '../progress/offer.js'
import { refuseBody } from '../refused-body.js'
import type { Refusal } from '../replies.js'
import { type BodyFault, type BodyWatcher, IncomingBody } from '../sockets/incoming-body.js'
import type { UpstreamConnection } from '../upstream.js'
import { type DeliverySource, deliver } from './delivery.js'
import { trickling } from './long-download.js'
import { downloadOf } from './transfer.js'

/** What an answer asks of the exchange that it ends. */
export interface AnswerOwner {
  /** The server's response has come whole: its connection is free. */
  responseEnded(): void
  requestIsWhole(): boolean
  /** Whether the server is one whose data is not scanned (`acl_pass_to`). */
  skipsScan(): boolean
}

const SAID = Promise.resolve()

const refusals: Readonly<Record<BodyFault, Refusal>> = {
  cut: 'upstreamClosed',
  malformed: 'responseBody',
  stalled: 'upstreamTimeout',
  slow: 'upstreamSlow',
}

export class Answer implements BodyWatcher, DeliverySource {
  /** What to say when the body came to nothing before anything of it was sent. */
  page: Page | undefined
  #ended = false
  #trailers: Fields | undefined

  /** @param urlName the last part of the URL's path, as a file name */
  constructor(
    private readonly request: PeerRequest,
    readonly response: ResponseHead,
    private readonly upstream: UpstreamConnection,
    private readonly urlName: string,
    private readonly owner: AnswerOwner,
  ) {}

  /**
   * Gives the answer. Its log line is written, or drafted for the session's close. Rejects with what made it fail:
   * where nothing had been said yet, `page` then says why.
   */
  give(): Promise<void> | void {
    const { request, response } = this
    const { framing } = response
    const { session } = request
    session.entry.contentType = response.fields.first(names.contentType) ?? ''
    if (framing.kind === 'none' || (framing.kind === 'length' && framing.bytes === 0)) return this.#withoutBody(framing)
    const body = new IncomingBody(this.upstream.channel, request.idleMs, this)
    const transfer = downloadOf(request.head, this.urlName, response, body, session.settings, this.owner.skipsScan())
    // What flows as it comes may be a conversation, in which a server says something now and then.
    if (transfer.release.mode !== 'live') body.lowestRate = lowestRatesOf(session.settings).server
    const { downloads } = request
    if (downloads !== undefined && isOffered(request.head, response, transfer))
      return new LongAnswer(request, response, transfer, downloads, this).give()
    return session.inspect(this.#mayTrickle(transfer), (outcome) => this.say(outcome))
  }

  #mayTrickle(transfer: Transfer): Transfer {
    const { settings } = this.request
    return settings.trickle ? trickling(transfer, settings, (body) => this.#trickle(body)) : transfer
  }

  /** Sends what may go out before the verdict, and after it the rest. The client sees it cut when there is none. */
  async #trickle(body: OutgoingBody): Promise<void> {
    const { request } = this
    request.session.entry.status = this.response.status
    request.tell('TRICKLE')
    try {
      await deliver(request, body, this)
    } catch (error) {
      this.abandon()
      if (request.channel.closed) {
        request.session.logInfo(
          'http_forward_response_storeforward_trickle_send: sendfile canceled: ret=-1, ' +
            `tmpfile_offset=${request.session.entry.bytes}, bytes=${body.bytes ?? -1}: errno=32(Broken pipe)`,
        )
      }
      throw error
    }
  }

  #withoutBody(framing: Framing): void {
    const { request, response } = this
    this.bodyEnded()
    const told = framing.kind === 'length' ? framing : toldLength(response, request.head.method)
    request.session.entry.status = response.status
    request.decideKeep(told, this.requestIsWhole())
    request.progress = 'done'
    if (request.head.version === '0.9') return
    const { http10 } = request.settings
    const { kept: keep, direct } = request
    request.channel.write(responseText(response, { framing: told, keep, direct, http10 }))
  }

  /** Says on the wire what became of the body. */
  say(outcome: Outcome): Promise<void> {
    switch (outcome.disposition) {
      case 'pass':
      case 'tag':
        this.request.session.entry.status = this.response.status
        return deliver(this.request, outcome.body, this)
      case 'block':
      case 'replace':
      case 'return':
      case 'drop':
      case 'defer':
        refuseBody(this.request, outcome)
        return SAID
    }
    outcome satisfies never
  }

  /** Nobody wants the body any more: what still comes would be taken in for nothing. */
  abandon(): void {
    if (!this.#ended) this.upstream.close()
  }

  bodyEnded(): void {
    this.#ended = true
    this.#trailers = this.upstream.channel.parser.trailers
    this.owner.responseEnded()
  }

  bodyFailed(fault: BodyFault): Error {
    const { request } = this
    // The page is made now, while the log line that it tells of is still being drafted.
    if (request.progress === 'none' && !request.channel.closed) this.page = request.errorPage(refusals[fault])
    const error = bodyError(fault, 'the server', request.idleMs)
    if (this.page === undefined && !request.channel.closed) request.session.entry.error = error.message
    return error
  }

  trailers(): Fields | undefined {
    return this.#trailers
  }

  atHand(): boolean {
    return this.#ended || this.upstream.channel.parser.unread > 0
  }

  requestIsWhole(): boolean {
    return this.owner.requestIsWhole()
  }
}
