/** One request that goes to a server or the parent, and its answer, in order: route, connection, request, response. */
import { isFsigk } from '@fsigk/plugin-api'
import type { Sweeper } from '@fsigk/sockets'
import { ClientVigil, type ClientVigilOwner } from './client-vigil.js'
import { Answer, type AnswerOwner } from './downloads/answer.js'
import { nameInPath, willBeScanned } from './downloads/transfer.js'
import { authenticatesConnection } from './message/connection-authentication.js'
import { connectionOptions, persists } from './message/connection-options.js'
import { names } from './message/field-names.js'
import { requestText } from './message/request-text.js'
import type { ResponseHead } from './message/response-head.js'
import { interimText, switchingText } from './message/response-text.js'
import { tellNoRanges } from './message/tidy-response.js'
import { hasLooped, viaName } from './message/via-loop.js'
import type { Page, PeerRequest } from './peer-request.js'
import type { PeerUpstreams } from './peer-upstreams.js'
import { type Refusal, uploadRefusals } from './replies.js'
import type { Route } from './route.js'
import { ServerAccess } from './server-access.js'
import { established, Tunnel } from './tunnels/tunnel.js'
import { agreedUpgrade, askedUpgrade } from './tunnels/upgrade.js'
import { HeldUpload } from './uploads/held-upload.js'
import { heldUpload } from './uploads/held-uploads.js'
import { LiveSource, Upload } from './uploads/upload.js'
import type { UpstreamConnection } from './upstream.js'

/** Methods that may be sent a second time when the first got lost with a connection that the server was just closing. */
const REPEATABLE = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'DELETE', 'PROPFIND', 'REPORT', 'SEARCH', 'CONNECT'])

/** What may not be repeated takes only a connection that its server is unlikely to be just closing. */
const FRESH_MS = 2000

export class Exchange implements AnswerOwner, ClientVigilOwner {
  #upstream: UpstreamConnection | undefined
  /** The body, when it is held for the scan. */
  #held: HeldUpload | undefined
  #upload: Upload | undefined
  #response: ResponseHead | undefined
  /** Whether the answer is scanned, as far as the request tells. */
  #scanned = false
  readonly #client: ClientVigil
  readonly #server: ServerAccess

  constructor(
    private readonly request: PeerRequest,
    private readonly route: Route,
    upstreams: PeerUpstreams,
    private readonly sweeper: Sweeper,
  ) {
    this.#server = new ServerAccess(request, route, upstreams, sweeper)
    this.#client = new ClientVigil(request, this)
  }

  /** Serves the request; afterwards `request.kept` tells whether the connection can take another. */
  async run(): Promise<void> {
    const { request, route } = this
    const { head, settings, channel } = request
    if (head.fields.has(names.via) && hasLooped(head.fields, this.#viaName())) return request.refuse('loop')
    const urlName = nameInPath(route.target.path)
    const about = heldUpload(head, urlName, settings, this.skipsScan())
    if (about !== undefined) this.#held = new HeldUpload(request, about)
    else if (settings.http10 && head.framing.kind === 'chunked') return request.refuse('lengthRequired')
    this.#describe()
    if (!this.#server.mayAsk()) return
    this.#scanned = willBeScanned(head, urlName, settings, this.skipsScan())
    if (this.#scanned && settings.range === 'block' && head.fields.has(names.range))
      return request.refuse('rangeDenied')
    if (!this.#client.begin()) return
    const upgrade = askedUpgrade(request)
    const repeatable = head.framing.kind === 'none' && REPEATABLE.has(head.method)
    let answer: Answer | undefined
    try {
      if (this.#held !== undefined && !(await this.#held.passes())) return
      const text = this.#requestText(upgrade)
      const waiting = this.#server.waiting(repeatable ? Number.POSITIVE_INFINITY : FRESH_MS)
      if (waiting === 'refused') return
      let upstream = waiting ?? (await this.#server.dial())
      if (upstream === undefined) return
      let response = await this.#ask(upstream, text)
      if (response === 'upstreamClosed' && repeatable && upstream.reused && !upstream.heard && !channel.closed) {
        upstream.close()
        upstream = await this.#server.dial()
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
  #describe(): void {
    const { target, hop, by } = this.route
    const { session, xForwardedFor } = this.request
    session.entry.server = hop
    if (by === 'server') session.entry.url = `http://${target.authority}${target.path === '*' ? '' : target.path}`
    session.noticeVariables = { pathQuery: target.path, xForwardedFor }
  }

  #requestText(upgrade: string | undefined): string {
    const { head, settings, connectionOptions: connection } = this.request
    return requestText(head, {
      route: this.route,
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

  skipsScan(): boolean {
    return this.#server.skipsScan()
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

  clientLeft(): void {
    this.#upstream?.close()
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
    if (this.#serverPersists(this.#response)) this.#server.put(upstream)
    else upstream.close()
  }

  #serverPersists(response: ResponseHead): boolean {
    return this.request.settings.keepalive && persists(response.version, connectionOptions(response.fields))
  }
}

function isSuccessful({ status }: ResponseHead): boolean {
  return status >= 200 && status < 300
}
