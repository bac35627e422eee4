/** CONNECT: what is looked at before anybody is asked, and the way to the server, straight or through the parent. */

import type { Sweeper } from '@fsigk/sockets'
import { Channel } from '@fsigk/sockets'
import { Exchange } from '../exchange.js'
import { ResponseParser } from '../parse.js'
import type { PeerRequest } from '../peer-request.js'
import type { PeerUpstreams } from '../peer-upstreams.js'
import { routeOf } from '../route.js'
import { portIsListed } from './ports.js'
import { established, Tunnel } from './tunnel.js'

/** Serves a CONNECT request. The connection closes after it (guide 7.1.1.1). */
export async function connectTunnel(request: PeerRequest, upstreams: PeerUpstreams, sweeper: Sweeper): Promise<void> {
  const { head, session, settings, connection } = request
  const { framing } = head
  // What follows the head is the tunnel's: a length would say otherwise.
  if (framing.kind === 'chunked' || (framing.kind === 'length' && framing.bytes > 0)) return request.refuse('framing')
  const route = routeOf(head, settings)
  if (typeof route === 'string') return request.refuse(route)
  const { hop, target } = route
  session.entry.server = hop
  session.noticeVariables = { xForwardedFor: request.xForwardedFor }
  if (!portIsListed(settings.connect_ports, target.port)) {
    return request.refuse(
      'portDenied',
      `CONNECT(${target.authority})/Access Inhibited by Proxy(FSIGK) # http.connect_ports`,
    )
  }
  if (route.by !== 'direct') return new Exchange(request, route, upstreams, sweeper).run()
  const timeoutMs = settings.connect_timeout * 1000
  const dialled = await session.dial(hop, { timeoutMs, signal: connection.signal })
  if (!dialled.reached) return request.refuse(dialled.denied ? 'targetDenied' : 'unreachable', dialled.message)
  session.entry.serverAddress = dialled.address
  const upstream = new Channel(dialled.socket, new ResponseParser(), sweeper, dialled)
  await new Tunnel(request, upstream, sweeper, { status: 200, head: established(settings.http10) }).run()
}
