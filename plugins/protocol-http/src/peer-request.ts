/** One request of a client, with what is needed to answer it. */
import type { Connection, Session } from '@fsigk/plugin-api'
import type { Channel } from '@fsigk/sockets'
import { lowestRatesOf, Pace } from '@fsigk/sockets'
import { fail } from './errors.js'
import { type ConnectionOptions, connectionOptions, persists } from './message/connection-options.js'
import { names } from './message/field-names.js'
import type { Framing } from './message/framing.js'
import { isContinue, type RequestHead } from './message/request-head.js'
import type { RequestParser } from './parse.js'
import type { Downloads } from './progress/downloads.js'
import { pageHead, type Refusal, replies } from './replies.js'
import type { HttpSettings } from './settings.js'

/** What happened to a request, in the guide's order and words. */
export type ProtocolDetail = 'KEEPALIVE' | 'PROGRESS' | 'TRICKLE'

/** A page of ours, ready to send. */
export interface Page {
  readonly head: string
  readonly body: Buffer
}

export class PeerRequest {
  readonly settings: HttpSettings
  readonly connectionOptions: ConnectionOptions
  readonly xForwardedFor: string
  readonly idleMs: number
  /** How much of the final answer has been written. */
  progress: 'none' | 'begun' | 'done' = 'none'
  /** Where a download that takes long goes on while its client waits at a page; undefined where `progress` is off. */
  downloads: Downloads | undefined
  /** The client may send its next request on this connection. */
  kept = false
  /** Whether the client may be cut off for being slow: in a tunnel it may take what it gets when it likes. */
  isPaced = true
  #pace: Pace | undefined
  readonly #began = performance.now()

  constructor(
    readonly session: Session<HttpSettings>,
    readonly head: RequestHead,
    readonly channel: Channel<RequestParser>,
    readonly connection: Connection,
    /** Aborted when the service drains: then no connection is kept. */
    private readonly draining: AbortSignal,
  ) {
    this.settings = session.settings
    this.idleMs = session.settings.idle_timeout * 1000
    this.connectionOptions = connectionOptions(head.fields)
    this.xForwardedFor = head.fields.joined(names.xForwardedFor) ?? ''
    const { entry } = session
    entry.method = head.method
    entry.url = head.url
    if (this.xForwardedFor !== '') entry.protocolStat = ['', this.xForwardedFor]
    else entry.protocolStat = NOTHING_TO_TELL
  }

  /** Milliseconds since the request came. */
  get elapsedMs(): number {
    return Math.round(performance.now() - this.#began)
  }

  /** Whether no parent stands between us and the server. */
  get direct(): boolean {
    return !this.settings.self_proxy
  }

  /** Whether the client understands chunks, trailers and interim responses. */
  get speaks11(): boolean {
    return this.head.version === '1.1' && !this.settings.http10
  }

  /** Whether the client waits for our word before it sends the body (RFC 9110, 10.1.1). */
  get awaitsContinue(): boolean {
    return this.head.version === '1.1' && isContinue(this.head.fields.first(names.expect))
  }

  /**
   * Decides whether the connection is kept after this answer.
   *
   * @param framing of the answer: one that ends with the connection cannot be followed by another
   * @param whole the request has been read whole: what comes next is another
   */
  decideKeep(framing: Framing, whole: boolean): void {
    this.kept =
      whole &&
      framing.kind !== 'close' &&
      this.head.method !== 'CONNECT' &&
      this.settings.keepalive &&
      !this.draining.aborted &&
      this.#mayAskMore &&
      persists(this.head.version, this.connectionOptions)
    if (this.kept) this.tell('KEEPALIVE')
  }

  /** Whoever has closed his half asks for nothing but what has come already. */
  get #mayAskMore(): boolean {
    return !this.channel.ended || this.channel.parser.unread > 0
  }

  /** Adds a word to the protocol's details in the log line (guide 9.1.1). */
  tell(word: ProtocolDetail): void {
    const { entry } = this.session
    const [before = ''] = entry.protocolStat
    if (before === '' && word === 'KEEPALIVE' && this.xForwardedFor === '') entry.protocolStat = KEPT_ALIVE
    else entry.protocolStat = [before === '' ? word : [...wordsOf(before), word].toSorted(), this.xForwardedFor]
  }

  /** Drafts the log line of an error of ours and makes its page. Nothing is sent. */
  errorPage(refusal: Refusal, message = replies[refusal].message): Page {
    const { entry } = this.session
    entry.status = replies[refusal].status
    entry.error = message
    return this.page(entry.status, this.session.notice('error'))
  }

  /** A page of ours with this status. The connection closes after it. */
  page(status: number, notice: string, fields = ''): Page {
    const { entry } = this.session
    const body = Buffer.from(this.head.method === 'HEAD' ? '' : notice)
    entry.status = status
    entry.bytes = body.length
    this.kept = false
    if (this.head.version === '0.9') return { head: '', body }
    return { head: pageHead(status, Buffer.byteLength(notice), this.settings.http10, fields), body }
  }

  /** Sends a page as the answer. */
  send({ head, body }: Page): void {
    this.progress = 'done'
    this.channel.writeTogether(head, [body])
  }

  /** Answers with an error of ours. */
  refuse(refusal: Refusal, message?: string): void {
    this.send(this.errorPage(refusal, message))
  }

  /**
   * Waits until the client has taken what was written.
   *
   * @param sent bytes of body so far, of `total` when that is known
   * @throws FSIGK_HTTP_PEER_LEFT, FSIGK_HTTP_PEER_STALLED, FSIGK_HTTP_PEER_SLOW, logged in the guide's words (9.1.3, 9.1.4)
   */
  async room(sent: number, total: number | undefined, writeSize: number): Promise<void> {
    const { client: lowest } = lowestRatesOf(this.settings)
    if (this.isPaced && lowest !== undefined) this.#pace ??= new Pace(lowest)
    const room = await this.channel.room(this.idleMs, this.#pace)
    if (room === 'room') return
    const seconds = this.settings.idle_timeout
    if (room === 'slow') {
      const { client_min_rate, min_rate_period } = this.settings
      this.session.logError(
        `sendfile timeout: Less than ${client_min_rate} bytes/s can send while ${min_rate_period} sec. ` +
          `There maybe temporary network trouble between receiver.) / URL=[${this.head.url}]`,
      )
      throw fail('FSIGK_HTTP_PEER_SLOW', [client_min_rate, min_rate_period])
    }
    if (room === 'timeout') {
      this.session.logError(
        `sendfile timeout: No data can send while ${seconds} sec. ` +
          `There maybe temporary network trouble between receiver.) / URL=[${this.head.url}]`,
      )
      throw fail('FSIGK_HTTP_PEER_STALLED', [seconds])
    }
    this.session.logInfo(`sendfile canceled: n=-1, written=${sent}, filelen=${total ?? sent} writesize=${writeSize}`)
    throw fail('FSIGK_HTTP_PEER_LEFT', [])
  }
}

function wordsOf(detail: string | readonly string[]): readonly string[] {
  return typeof detail === 'string' ? [detail] : detail
}

const NOTHING_TO_TELL: readonly string[] = ['', '']
const KEPT_ALIVE: readonly string[] = ['KEEPALIVE', '']
