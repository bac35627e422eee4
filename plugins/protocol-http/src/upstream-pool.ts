/**
 * Connections to servers that wait for their next request: those of one worker, bounded in number and in time. A service has
 * as many pools as workers; nothing is shared between them.
 */
import type { Sweeper, Swept } from '@fsigk/sockets'
import type { UpstreamConnection } from './upstream.js'

/** As many may wait for one target as for all: behind a parent, or in a reverse proxy, all requests go to one. */
const MAX_IDLE = 1024
const MAX_IDLE_MS = 15_000

export class UpstreamPool implements Swept {
  /** Of each target, the one that was used last at the end. */
  readonly #idle = new Map<string, UpstreamConnection[]>()
  #count = 0

  constructor(private readonly sweeper: Sweeper) {}

  /** How many connections wait. */
  get size(): number {
    return this.#count
  }

  /**
   * Takes the connection to a target that was used last.
   *
   * @param freshMs only one that has waited no longer than this
   */
  take(key: string, freshMs: number): UpstreamConnection | undefined {
    const waiting = this.#idle.get(key)
    const candidate = waiting?.at(-1)
    if (candidate === undefined || this.sweeper.now - candidate.idleSince > freshMs) return undefined
    this.#remove(candidate)
    if (candidate.usable) return candidate
    candidate.close()
    return this.take(key, freshMs)
  }

  /** Puts a connection by for its next request, or closes it when it cannot serve one or there are enough. */
  put(connection: UpstreamConnection): void {
    const waiting = this.#idle.get(connection.key) ?? []
    if (!connection.usable || this.#count >= MAX_IDLE) {
      connection.close()
      return
    }
    connection.reused = true
    connection.idleSince = this.sweeper.now
    connection.channel.onEnd = () => {
      this.#remove(connection)
      connection.close()
    }
    waiting.push(connection)
    this.#idle.set(connection.key, waiting)
    if (this.#count++ === 0) this.sweeper.add(this)
  }

  sweep(now: number): void {
    for (const waiting of this.#idle.values()) {
      for (const connection of waiting.filter(({ idleSince }) => now - idleSince > MAX_IDLE_MS)) this.#drop(connection)
    }
  }

  /** Closes all that wait. */
  close(): void {
    for (const waiting of this.#idle.values()) for (const connection of [...waiting]) this.#drop(connection)
  }

  #drop(connection: UpstreamConnection): void {
    this.#remove(connection)
    connection.close()
  }

  #remove(connection: UpstreamConnection): void {
    connection.channel.onEnd = undefined
    const waiting = this.#idle.get(connection.key)
    const at = waiting?.lastIndexOf(connection) ?? -1
    if (waiting === undefined || at === -1) return
    waiting.splice(at, 1)
    if (waiting.length === 0) this.#idle.delete(connection.key)
    if (--this.#count === 0) this.sweeper.remove(this)
  }
}
