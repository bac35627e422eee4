/** One client: its requests in order, each on the settings of its own moment, until either side ends it. */
import type { Connection, Service, Session } from '@fsigk/plugin-api'
import type { Sweeper } from '@fsigk/sockets'
import { Channel } from '@fsigk/sockets'
import { Exchange } from './exchange.js'
import { names } from './message/field-names.js'
import { Fields } from './message/fields.js'
import { NO_BODY } from './message/framing.js'
import type { RequestHead } from './message/request-head.js'
import { answerForGateway, isForGateway } from './own-answer.js'
import { RequestParser } from './parse.js'
import { PeerRequest } from './peer-request.js'
import { PeerUpstreams } from './peer-upstreams.js'
import { answerTicket, ticketRequest } from './progress/answer-ticket.js'
import type { Downloads } from './progress/downloads.js'
import type { Refusal } from './replies.js'
import type { RequestTurns } from './request-turns.js'
import { routeOf } from './route.js'
import type { HttpSettings } from './settings.js'
import { skipsOf } from './skips.js'
import { connectTunnel } from './tunnels/connect.js'
import type { UpstreamPool } from './upstream-pool.js'

/** How long a client may take to send its first byte: no revision is pinned yet that could say. */
const FIRST_REQUEST_MS = 60_000

/** How long a new connection may still send its request when the service drains: it may have been accepted just before. */
const DRAIN_GRACE_MS = 1000

/** So many empty lines between two requests are read past. */
const MAX_EMPTY_LINES = 8

export class Conversation {
  readonly #channel: Channel<RequestParser>
  readonly #upstreams: PeerUpstreams
  /** How long to wait for the next request, and for the client to take what it was sent. */
  #waitMs = FIRST_REQUEST_MS
  #waiting = false
  #requests = 0
  #emptyLines = 0
  /** The last request was a POST, after which old browsers send an empty line too many. */
  #afterPost = false

  constructor(
    private readonly connection: Connection,
    private readonly service: Service<HttpSettings>,
    pool: UpstreamPool,
    private readonly sweeper: Sweeper,
    private readonly downloads: Downloads,
    private readonly turns: RequestTurns,
  ) {
    this.#channel = new Channel(connection.socket, new RequestParser(), sweeper, connection)
    this.#upstreams = new PeerUpstreams(pool)
  }

  /** Holds the conversation. What was written has left when this settles; closing is core's. */
  async hold(): Promise<void> {
    try {
      for (;;) {
        if (!this.#hasBegun() && !(await this.#requestBegins())) break
        const turn = this.turns.enter()
        if (turn !== undefined) await turn
        if (!(await this.#session())) break
      }
      // Whoever connects and says nothing is on record all the same, as 000 (guide 9.1.1).
      if (this.#requests === 0) this.service.open(this.connection).close()
      await this.#channel.finish(this.#waitMs)
    } finally {
      this.#upstreams.close()
    }
  }

  /** The service drains: a connection on which nothing is under way ends. */
  drain(): void {
    if (this.#waiting) this.#channel.interrupt()
  }

  /** Whether the first byte of a request is there. */
  #hasBegun(): boolean {
    const { parser } = this.#channel
    this.#emptyLines += parser.takeEmptyLines()
    return parser.begun && this.#emptyLines <= MAX_EMPTY_LINES
  }

  /** Waits for the first byte of a request; false when none will come. */
  async #requestBegins(): Promise<boolean> {
    while (this.#emptyLines <= MAX_EMPTY_LINES) {
      const isDraining = this.service.draining.aborted
      if (isDraining && this.#requests > 0) return false
      this.#waiting = true
      const arrival = await this.#channel.more(isDraining ? DRAIN_GRACE_MS : this.#waitMs)
      this.#waiting = false
      if (this.#hasBegun()) return true
      if (arrival === 'end' || arrival === 'timeout') return false
    }
    return false
  }

  /** Serves one request in a session of its own; gives whether the connection can take another. */
  async #session(): Promise<boolean> {
    const session = this.service.open(this.connection)
    this.#requests++
    try {
      const { settings } = session
      this.#logEmptyLines(session)
      this.#waitMs = settings.keepalive_timeout * 1000
      const denied = session.access.allowed ? undefined : this.#refuse(session, 'sourceDenied')
      const head = denied ?? this.#takeHead(session) ?? (await this.#restOfHead(session))
      if (head === 'none') return false
      const request = new PeerRequest(session, head, this.#channel, this.connection, this.service.draining)
      if (settings.progress) request.downloads = this.downloads
      await this.#answer(request)
      // Answers without a body are written without waiting for room: whoever reads none of them must not ask for more.
      if (this.#channel.isFull && request.kept) request.kept = (await this.#channel.room(request.idleMs)) === 'room'
      this.#afterPost = head.method === 'POST'
      if (request.kept) this.#emptyLines = this.#channel.parser.takeEmptyLines()
      this.#logEmptyLines(session)
      return request.kept
    } finally {
      session.close()
    }
  }

  /** Takes a request head if it is whole; `none` when it is refused. */
  #takeHead(session: Session<HttpSettings>): RequestHead | 'none' | undefined {
    const head = this.#channel.parser.takeRequest(session.settings.max_urllen)
    return head !== undefined && 'fault' in head ? this.#refuse(session, head.fault, head.method, head.url) : head
  }

  /** Waits for the rest of a request head; `none` when it does not come or is refused. */
  async #restOfHead(session: Session<HttpSettings>): Promise<RequestHead | 'none'> {
    const deadline = this.sweeper.now + session.settings.header_timeout * 1000
    for (;;) {
      const arrival = await this.#channel.more(Math.max(0, deadline - this.sweeper.now))
      if (arrival === 'timeout') return this.#refuse(session, 'requestTimeout')
      if (arrival === 'end') return 'none'
      const head = this.#takeHead(session)
      if (head !== undefined) return head
    }
  }

  #answer(request: PeerRequest): Promise<void> {
    const { head, settings, downloads } = request
    if (settings.block_user_agent && skipsOf(settings).blocks(head.fields.all(names.userAgent)))
      return Promise.resolve(request.refuse('userAgentDenied'))
    if (head.method === 'CONNECT') return connectTunnel(request, this.#upstreams, this.sweeper)
    if (isForGateway(head, settings.self_proxy)) return Promise.resolve(answerForGateway(request))
    if (downloads !== undefined) {
      const ticket = ticketRequest(head)
      if (ticket !== undefined) return answerTicket(request, ticket, downloads)
    }
    const route = routeOf(head, settings)
    if (typeof route === 'string') return Promise.resolve(request.refuse(route))
    return new Exchange(request, route, this.#upstreams, this.sweeper).run()
  }

  /** Refuses what was not understood as a request, or not looked at. */
  #refuse(session: Session<HttpSettings>, refusal: Refusal, method = '', url = ''): 'none' {
    const head: RequestHead = { method, url, version: '1.1', fields: new Fields(), framing: NO_BODY }
    new PeerRequest(session, head, this.#channel, this.connection, this.service.draining).refuse(refusal)
    return 'none'
  }

  #logEmptyLines(session: Session<HttpSettings>): void {
    if (this.#emptyLines > 0 && this.#afterPost) session.logInfo('read extra CRLF for POST method')
    this.#emptyLines = 0
  }
}
