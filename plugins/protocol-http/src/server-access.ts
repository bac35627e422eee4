/** The way from a request to its server: whether it may be asked, and the connection to ask it on. By the rules of now. */
import type { Sweeper } from '@fsigk/sockets'
import type { PeerRequest } from './peer-request.js'
import type { PeerUpstreams } from './peer-upstreams.js'
import type { Route } from './route.js'
import { UpstreamConnection } from './upstream.js'

export class ServerAccess {
  constructor(
    private readonly request: PeerRequest,
    private readonly route: Route,
    private readonly upstreams: PeerUpstreams,
    private readonly sweeper: Sweeper,
  ) {}

  /**
   * Whether what the parent is asked for may be reached; else the client has been told. For a web server of ours the Host
   * field is a name of that server: it meets the rules where `acl_to` is on, so that a parent which goes by Host all the same
   * opens nothing; without it any Host will do (decision 055).
   */
  mayAsk(): boolean {
    const { target, by } = this.route
    const { session, settings } = this.request
    if (by === 'direct' || (by === 'server' && !settings.acl_to)) return true
    const { host, port } = target
    const decision = session.permit({ host, port })
    if (!decision.allowed) this.request.refuse('targetDenied', decision.message)
    return decision.allowed
  }

  /**
   * Whether the server is one whose data is not scanned (`acl_pass_to`): by the name that the parent is to ask, or by the
   * server that is connected to.
   */
  skipsScan(): boolean {
    const { session } = this.request
    const { by, target, hop } = this.route
    if (by === 'proxy') return session.skipsScan(target)
    const { serverAddress } = session.entry
    return session.skipsScan(hop, serverAddress === '' ? undefined : serverAddress)
  }

  /**
   * A connection that waits for a request by this route.
   *
   * @param freshMs has waited no longer than this
   * @returns `refused` when it may not be used any more: the client has been told
   */
  waiting(freshMs: number): UpstreamConnection | 'refused' | undefined {
    const { hop, key, by } = this.route
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

  /** A new connection; undefined when there is none, and the client has been told or has left. */
  async dial(): Promise<UpstreamConnection | undefined> {
    const { hop, key, by } = this.route
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

  /** Puts a connection by for the next request that comes this way. */
  put(upstream: UpstreamConnection): void {
    this.upstreams.put(upstream)
  }
}
