/** One request that goes to a server or the parent, and its answer, in order: route, connection, request, response. */
import { isFsigk } from '@fsigk/plugin-api'
import type { Sweeper } from '@fsigk/sockets'
import { ClientVigil } from './client-vigil.js'
import { Answer, type AnswerOwner } from './downloads/answer.js'
import { nameInPath, willBeScanned } from './downloads/transfer.js'
import { connectionOptions, persists } from './message/connection-options.js'
import { names } from './message/field-names.js'
import type { RequestHead } from './message/request-head.js'
import { requestText } from './message/request-text.js'
import type { ResponseHead } from './message/response-head.js'
import { interimText, switchingText } from './message/response-text.js'
import { tellNoRanges } from './message/tidy-response.js'
import { hasLooped, viaName } from './message/via-loop.js'
import type { Page, PeerRequest } from './peer-request.js'
import type { PeerUpstreams } from './peer-upstreams.js'
import { type Refusal, uploadRefusals } from './replies.js'
import { type Route, routeOf } from './route.js'
import { established, Tunnel } from './tunnels/tunnel.js'
import { agreedUpgrade, askedUpgrade } from './tunnels/upgrade.js'
import { HeldUpload } from './uploads/held-upload.js'
import { heldUpload } from './uploads/held-uploads.js'
import { LiveSource, Upload } from './uploads/upload.js'
import { UpstreamConnection } from './upstream.js'

/** Methods that may be sent a second time when the first got lost with a connection that the server was just closing. */
const REPEATABLE = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'DELETE', 'PROPFIND', 'REPORT', 'SEARCH', 'CONNECT'])

/** What may not be repeated takes only a connection that its server is unlikely to be just closing. */
const FRESH_MS = 2000

export class Exchange implements AnswerOwner {
  #route: Route | undefined
  #upstream: UpstreamConnection | undefined
  /** The body, when it is held for the scan. */
  #held: HeldUpload | undefined
  #upload: Upload | undefined
  #response: ResponseHead | undefined
  /** Whether the answer is scanned, as far as the request tells. */
  #scanned = false
  readonly #client: ClientVigil

  constructor(
    private readonly request: PeerRequest,
    private readonly upstreams: PeerUpstreams,
    private readonly sweeper: Sweeper,
  ) {
    this.#client = new ClientVigil(
      request,
      () => this.requestIsWhole(),
      () => this.#upstream?.close(),
    )
  }

  /** Serves the request; afterwards `request.kept` tells whether the connection can take another. */
  async run(): Promise<void> {
    const { request } = this
    const { head, settings, channel } = request
    const route = routeOf(head, settings)
    if (typeof route === 'string') return request.refuse(route)
    if (head.fields.has(names.via) && hasLooped(head.fields, this.#viaName())) return request.refuse('loop')
    this.#route = route
    const urlName = nameInPath(route.target.path)
    const about = heldUpload(head, urlName, settings, this.skipsScan())
    if (about !== undefined) this.#held = new HeldUpload(request, about)
    else if (settings.http10 && head.framing.kind === 'chunked') return request.refuse('lengthRequired')
    this.#describe(route)
    if (!this.#mayAsk(route)) return
    this.#scanned = willBeScanned(head, urlName, settings, this.skipsScan())
    if (this.#scanned && settings.range === 'block' && head.fields.has(names.range))
      return request.refuse('rangeDenied')
    if (!this.#client.begin()) return
    const upgrade = askedUpgrade(request)
    const repeatable = head.framing.kind === 'none' && REPEATABLE.has(head.method)
    let answer: Answer | undefined
    try {
      if (this.#held !== undefined && !(await this.#held.passes())) return
      const text = this.#requestText(route, upgrade)
      const waiting = this.#waiting(route, repeatable ? Number.POSITIVE_INFINITY : FRESH_MS)
      if (waiting === 'refused') return
      let upstream = waiting ?? (await this.#dial(route))
      if (upstream === undefined) return
      let response = await this.#ask(upstream, text)
      if (response === 'upstreamClosed' && repeatable && upstream.reused && !upstream.heard && !channel.closed) {
        upstream.close()
        upstream = await this.#dial(route)
        if (upstream === undefined) return
        response = await this.#ask(upstream, text)
      }
      if (this.#upload?.fault === 'cut') return this.#client.left()
      if (channel.closed) return
      if (typeof response === 'string') return this.#refuse(response)
      if (response.status === 101) return await this.#switch(response, upgrade, upstream)
      if (head.method === 'CONNECT' && isSuccessful(response)) {
        return await this.#tunnel(upstream, { status: 200, head: established(settings.http10) })
      }
      this.#received(response, upstream)
      answer = new Answer(request, response, upstream, urlName, this)
      await answer.give()
    } catch (error) {
      this.#failed(error, answer?.page ?? this.#held?.page)
    } finally {
      this.#client.end()
      if (!this.requestIsWhole()) request.kept = false
      this.#upload?.stop()
      this.#upstream?.close()
      await this.#held?.finish()
    }
  }

  /** Says in the log line and in notices where the request goes. */
  #describe({ target, hop, by }: Route): void {
    const { session, xForwardedFor } = this.request
    session.entry.server = hop
    if (by === 'server') session.entry.url = `http://${target.authority}${target.path === '*' ? '' : target.path}`
    session.noticeVariables = { pathQuery: target.path, xForwardedFor }
  }

  #requestText(route: Route, upgrade: string | undefined): string {
    const { head, settings, connectionOptions: connection } = this.request
    return requestText(head, {
      route,
      connection,
      upgrade,
      keep: settings.keepalive,
      http10: settings.http10,
      scanned: this.#scanned,
      whole: this.#scanned && settings.range !== 'pass',
      held: this.#held?.framing,
      authenticates: settings.proxyauth_pam_auth,
      forwardedBy: settings.anonymous ? undefined : this.#forwardedBy(),
    })
  }

  #forwardedBy(): { via: string; client: string } {
    return { via: this.#viaName(), client: this.request.connection.peer.address }
  }

  #viaName(): string {
    const { connection, session } = this.request
    return viaName(session.hostName, connection.local.port, session.productName)
  }

  /**
   * Whether what the parent is asked for may be reached. For a web server of ours the Host field is a name of that server:
   * it meets the rules where `acl_to` is on, so that a parent which goes by Host all the same opens nothing; without it any
   * Host will do (decision 055).
   */
  #mayAsk({ target: { host, port }, by }: Route): boolean {
    const { session, settings } = this.request
    if (by === 'direct' || (by === 'server' && !settings.acl_to)) return true
    const decision = session.permit({ host, port })
    if (!decision.allowed) this.request.refuse('targetDenied', decision.message)
    return decision.allowed
  }

  /** By the name that the parent is to ask, or by the server that is connected to. */
  skipsScan(): boolean {
    const { session } = this.request
    const route = this.#route
    if (route === undefined) return false
    if (route.by === 'proxy') return session.skipsScan(route.target)
    const { serverAddress } = session.entry
    return session.skipsScan(route.hop, serverAddress === '' ? undefined : serverAddress)
  }

  /** A connection that waits for a request by this route and may be used under the rules of now. */
  #waiting({ hop, key, by }: Route, freshMs: number): UpstreamConnection | 'refused' | undefined {
    const upstream = this.upstreams.take(key, freshMs)
    if (upstream === undefined) return undefined
    const { session } = this.request
    session.entry.serverAddress = upstream.address
    if (by !== 'direct') return upstream
    const decision = session.permit(hop, upstream.address)
    if (decision.allowed) return upstream
    upstream.close()
    this.request.refuse('targetDenied', decision.message)
    return 'refused'
  }

  async #dial({ hop, key, by }: Route): Promise<UpstreamConnection | undefined> {
    const { session, settings, connection, channel } = this.request
    const timeoutMs = settings.connect_timeout * 1000
    const dialled = await session.dial(hop, { timeoutMs, exempt: by !== 'direct', signal: connection.signal })
    if (!dialled.reached) {
      if (channel.closed) session.entry.error = dialled.message
      else this.request.refuse(dialled.denied ? 'targetDenied' : 'unreachable', dialled.message)
      return undefined
    }
    session.entry.serverAddress = dialled.address
    const upstream = new UpstreamConnection(dialled.socket, key, dialled.address, this.sweeper, dialled)
    if (!channel.closed) return upstream
    upstream.close()
    return undefined
  }

  /** Sends the request and waits for the final response. */
  #ask(upstream: UpstreamConnection, text: string): Promise<ResponseHead | Refusal> {
    const { head, channel, settings, idleMs } = this.request
    this.#upstream = upstream
    upstream.heard = false
    upstream.channel.write(text)
    this.#upload = this.#beginUpload(upstream)
    const limits = { headBytes: settings.max_header, headMs: settings.header_timeout * 1000, idleMs }
    return upstream.response(head.method, limits, (interim) => {
      if (this.request.speaks11) channel.write(interimText(interim))
    })
  }

  #beginUpload(upstream: UpstreamConnection): Upload | undefined {
    const held = this.#held
    const framing = held?.framing ?? this.request.head.framing
    if (framing.kind === 'none' || (framing.kind === 'length' && framing.bytes === 0)) return undefined
    const source = held ?? new LiveSource(this.request)
    const upload = new Upload(this.request, source, upstream.channel, framing.kind === 'chunked')
    void upload.run().then(() => held?.finish())
    return upload
  }

  /** The server speaks another protocol from here on, if it was asked to. */
  async #switch(response: ResponseHead, asked: string | undefined, upstream: UpstreamConnection): Promise<void> {
    const protocol = agreedUpgrade(asked, response)
    if (protocol === undefined) return this.request.refuse('switchUnasked')
    await this.#tunnel(upstream, { status: 101, head: switchingText(response, protocol) })
  }

  /** What follows on both connections is the client's and the server's own. */
  async #tunnel(upstream: UpstreamConnection, opening: { status: number; head: string }): Promise<void> {
    const { request, sweeper } = this
    this.#upstream = undefined
    this.#client.end()
    await new Tunnel(request, upstream.channel, sweeper, opening).run()
  }

  #received(response: ResponseHead, upstream: UpstreamConnection): void {
    this.#response = response
    if (this.#scanned && this.request.settings.range !== 'pass') tellNoRanges(response.fields)
    if (authenticatesConnection(this.request.head, response)) upstream.owned = true
    // A server that has refused the request and closes will not read the rest of it (RFC 9112, 9.5).
    if (response.status >= 300 && !this.#serverPersists(response)) this.#upload?.stop()
  }

  /** An answer that has begun and cannot be ended is cut off, so that it never looks whole. */
  #failed(error: unknown, page: Page | undefined): void {
    const { request } = this
    request.kept = false
    if (this.#held?.fault === 'cut') this.#client.left()
    this.#client.end()
    if (request.progress === 'begun') request.channel.reset()
    if (request.progress === 'none' && page !== undefined) request.send(page)
    else if (!isFsigk(error) || (!error.code.startsWith('FSIGK_HTTP_') && !request.channel.closed)) throw error
  }

  /** Answers in place of a server that gave no usable response. */
  #refuse(refusal: Refusal): void {
    const { request } = this
    const fault = this.#upload?.fault
    if (refusal === 'responseTooLarge') request.session.logError('get_response_header: Too Large Header')
    if (refusal === 'upstreamClosed' && fault === undefined) {
      request.session.logInfo(
        `is_server_alivesocket: select(s=-1):ret=0,cur_pid=${process.pid}: Server closed connection while transaction. ` +
          `There may be timeout on the server because of no traffic. (elapsed=${request.elapsedMs}ms)`,
      )
    }
    request.refuse(fault === undefined ? refusal : uploadRefusals[fault])
  }

  requestIsWhole(): boolean {
    return this.#held?.isWhole ?? this.#isSent()
  }

  #isSent(): boolean {
    return this.#upload === undefined || this.#upload.done
  }

  responseEnded(): void {
    const upstream = this.#upstream
    if (upstream === undefined || this.#response === undefined || !this.#isSent()) return
    this.#upstream = undefined
    if (this.#serverPersists(this.#response)) this.upstreams.put(upstream)
    else upstream.close()
  }

  #serverPersists(response: ResponseHead): boolean {
    return this.request.settings.keepalive && persists(response.version, connectionOptions(response.fields))
  }
}

function isSuccessful({ status }: ResponseHead): boolean {
  return status >= 200 && status < 300
}

/** Whether this exchange is a step of an authentication that holds for its connection (NTLM, Negotiate). */
function authenticatesConnection(head: RequestHead, response: ResponseHead): boolean {
  for (const name of [names.authorization, names.proxyAuthorization]) {
    const credentials = head.fields.first(name)
    if (credentials !== undefined && CONNECTION_SCHEME.test(credentials)) return true
  }
  if (response.status !== 401 && response.status !== 407) return false
  const challenge = response.status === 401 ? names.wwwAuthenticate : names.proxyAuthenticate
  return CONNECTION_SCHEME.test(response.fields.joined(challenge) ?? '')
}

const CONNECTION_SCHEME = /(^|,\s*)(ntlm|negotiate)\b/i
