/** CONNECT: bytes both ways between a client and a server, unread and unscanned, and recorded as such. */
import type { Outcome, OutgoingBody, Transfer } from '@fsigk/plugin-api'
import { Channel } from './channel.js'
import { bodyError } from './errors.js'
import { UNTIL_CLOSE } from './framing.js'
import { IncomingBody } from './incoming-body.js'
import { ResponseParser } from './parse.js'
import type { PeerRequest } from './peer-request.js'
import { portIsListed } from './ports.js'
import { authorityTarget } from './request-target.js'
import type { Sweeper } from './sweeper.js'

/** Serves a CONNECT request. The connection closes after it. */
export async function tunnel(request: PeerRequest, sweeper: Sweeper): Promise<void> {
  const { head, session, settings, connection } = request
  const { framing } = head
  // What follows the head is the tunnel's: a length would say otherwise.
  if (framing.kind === 'chunked' || (framing.kind === 'length' && framing.bytes > 0)) return request.refuse('framing')
  const target = authorityTarget(head.url)
  if (target === undefined) return request.refuse('urlFormat')
  const { host, port } = target
  session.entry.server = { host, port }
  session.noticeVariables = { xForwardedFor: request.xForwardedFor }
  if (!portIsListed(settings.connect_ports, port)) {
    return request.refuse(
      'portDenied',
      `CONNECT(${host}:${port})/Access Inhibited by Proxy(FSIGK) # http.connect_ports`,
    )
  }
  const timeoutMs = settings.connect_timeout * 1000
  const dialled = await session.dial({ host, port }, { timeoutMs, signal: connection.signal })
  if (!dialled.reached) return request.refuse(dialled.denied ? 'targetDenied' : 'unreachable', dialled.message)
  session.entry.serverAddress = dialled.address
  await new Tunnel(request, new Channel(dialled.socket, new ResponseParser(), sweeper), sweeper).run()
}

class Tunnel {
  constructor(
    private readonly request: PeerRequest,
    private readonly upstream: Channel,
    private readonly sweeper: Sweeper,
  ) {}

  async run(): Promise<void> {
    const { upstream, request } = this
    const gone = () => upstream.destroy()
    request.connection.signal.addEventListener('abort', gone, { once: true })
    try {
      upstream.parser.beginBody(UNTIL_CLOSE)
      request.channel.parser.beginBody(UNTIL_CLOSE)
      await request.session.inspect(this.#transfer(), (outcome) => this.#open(outcome))
    } catch (error) {
      // A tunnel that breaks is an everyday end; a fault of ours before it was open is not.
      if (request.progress === 'none') throw error
      request.channel.reset()
    } finally {
      request.connection.signal.removeEventListener('abort', gone)
      upstream.destroy()
    }
  }

  #transfer(): Transfer {
    return {
      direction: 'download',
      release: { mode: 'live', because: 'tunnel' },
      body: this.#from(this.upstream, this.request.channel, 'the server'),
      bytes: undefined,
      name: '',
      type: '',
      codings: [],
      partial: false,
    }
  }

  async #open(outcome: Outcome): Promise<void> {
    const { request } = this
    if (outcome.disposition !== 'pass' && outcome.disposition !== 'tag') return request.refuse('targetDenied')
    const { entry } = request.session
    entry.status = 200
    request.progress = 'begun'
    request.channel.write(`HTTP/1.${request.settings.http10 ? 0 : 1} 200 Connection established\r\n\r\n`)
    const outwards = this.#outwards()
    await this.#inwards(outcome.body)
    await outwards
    request.progress = 'done'
  }

  /** From the server to the client. */
  async #inwards(body: OutgoingBody): Promise<void> {
    const { request } = this
    const { entry } = request.session
    for await (const data of body.open()) {
      entry.bytes += data.length
      if (!request.channel.write(data)) await request.room(entry.bytes, undefined, data.length)
    }
    request.channel.socket.end()
  }

  /** From the client to the server. Never rejects: what breaks it ends the other direction. */
  async #outwards(): Promise<void> {
    const { upstream, request } = this
    try {
      for await (const data of this.#from(request.channel, upstream, 'the client')) {
        if (!upstream.write(data) && (await upstream.room(request.idleMs)) !== 'room') return upstream.destroy()
      }
      upstream.socket.end()
    } catch {
      upstream.destroy()
    }
  }

  /** What comes from one side, as long as either is not idle. */
  #from(channel: Channel, other: Channel, who: string): IncomingBody {
    const { request, sweeper } = this
    return new IncomingBody(channel, request.idleMs, {
      bodyFailed: (fault) => bodyError(fault, who, request.idleMs),
      mayWait: () => sweeper.now - other.movedAt < request.idleMs,
    })
  }
}
