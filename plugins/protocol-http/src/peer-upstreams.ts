import type { UpstreamConnection } from './upstream.js'
import type { UpstreamPool } from './upstream-pool.js'

/**
 * Connections to servers as one client sees them: those of the pool, and one of its own. NTLM and Negotiate authenticate
 * a connection, not a request: one on which a client has done so must never serve another (RFC 4559, 6).
 */
export class PeerUpstreams {
  #own: UpstreamConnection | undefined

  constructor(private readonly pool: UpstreamPool) {}

  /** Takes a waiting connection: the client's own, or one of the pool that has waited no longer than `freshMs`. */
  take(key: string, freshMs: number): UpstreamConnection | undefined {
    const own = this.#own
    if (own?.key !== key) return this.pool.take(key, freshMs)
    this.#own = undefined
    if (own.usable) return own
    own.close()
    return undefined
  }

  /** Puts a connection by for its next request. */
  put(connection: UpstreamConnection): void {
    if (!connection.owned) {
      this.pool.put(connection)
      return
    }
    this.#own?.close()
    connection.reused = true
    this.#own = connection
  }

  /** The client has left. */
  close(): void {
    this.#own?.close()
    this.#own = undefined
  }
}
