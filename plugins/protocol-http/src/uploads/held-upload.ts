/**
 * A request body that is held and scanned before the server is contacted (`virus_check_post`, guide 7.1.1.1). It stays in
 * the spool until it has been sent on; the line of the log is that of the response, or its own when it is refused.
 */
import type { Body, OutgoingBody, Transfer } from '@fsigk/plugin-api'
import { lowestRatesOf } from '@fsigk/sockets'
import { bodyError } from '../errors.js'
import type { Fields } from '../message/fields.js'
import { CHUNKED, type Framing } from '../message/framing.js'
import type { Page, PeerRequest } from '../peer-request.js'
import { refuseBody } from '../refused-body.js'
import { CONTINUE, uploadRefusals } from '../replies.js'
import { type BodyFault, type BodyWatcher, IncomingBody } from '../sockets/incoming-body.js'
import type { UploadSource } from './upload.js'

export class HeldUpload implements BodyWatcher, UploadSource {
  /** What to say when the body did not come whole and nothing has been said yet. */
  page: Page | undefined
  fault: BodyFault | undefined
  readonly #judged = Promise.withResolvers<OutgoingBody | undefined>()
  readonly #sent = Promise.withResolvers<void>()
  #inspection: Promise<void> | undefined
  #outgoing: OutgoingBody | undefined

  /** @param about how the body is to be looked at */
  constructor(
    private readonly request: PeerRequest,
    private readonly about: Omit<Transfer, 'body'>,
  ) {}

  /**
   * Has the body held and judged.
   *
   * @returns whether it may go on; else the client has been told
   * @throws what `session.inspect` throws: the body did not come whole, the client has left
   */
  async passes(): Promise<boolean> {
    const { request, about } = this
    const { session } = request
    session.entry.contentType = about.type
    const incoming = new IncomingBody(request.channel, request.idleMs, this)
    incoming.lowestRate = lowestRatesOf(request.settings).client
    const body = request.awaitsContinue ? this.#asked(incoming) : incoming
    this.#inspection = session.inspect({ ...about, body }, (outcome) => {
      const passed = 'body' in outcome
      if (passed) this.#outgoing = outcome.body
      else refuseBody(request, outcome)
      this.#judged.resolve(this.#outgoing)
      return passed ? this.#sent.promise : Promise.resolve()
    })
    this.#inspection.catch(this.#judged.reject)
    return (await this.#judged.promise) !== undefined
  }

  /** How it is announced to the server: by its length, when that is known, unless there are trailers to send. */
  get framing(): Framing {
    const bytes = this.#outgoing?.bytes
    if (bytes === undefined) return CHUNKED
    return (this.trailers()?.size ?? 0) > 0 && !this.request.settings.http10 ? CHUNKED : { kind: 'length', bytes }
  }

  /** Whether the client has sent all of it. */
  get isWhole(): boolean {
    return this.request.channel.parser.bodyState === 'ended'
  }

  open(): Body {
    if (this.#outgoing === undefined) throw new TypeError('An upload was opened that may not pass.')
    return this.#outgoing.open()
  }

  trailers(): Fields | undefined {
    return this.isWhole ? this.request.channel.parser.trailers : undefined
  }

  /** The client is asked for the body as soon as somebody wants to read it: a refusal by its length comes before. */
  async *#asked(body: AsyncIterable<Buffer>): Body {
    if (this.request.channel.parser.unread === 0) this.request.channel.write(CONTINUE)
    yield* body
  }

  /** It has been sent as far as it will be: its spool can go. Resolves when it is gone. */
  async finish(): Promise<void> {
    this.#sent.resolve()
    await this.#inspection?.catch(told)
  }

  bodyFailed(fault: BodyFault): Error {
    const { request } = this
    this.fault = fault
    // The page is made now, while the log line that it tells of is still being drafted.
    if (this.#outgoing === undefined && fault !== 'cut' && !request.channel.closed)
      this.page = request.errorPage(uploadRefusals[fault])
    return bodyError(fault, 'the client', request.idleMs)
  }
}

/** `passes` has thrown it. */
function told(): void {}
