/** The name servers of resolv.conf(5), asked over the network without a thread for each question. */
import { Resolver } from 'node:dns/promises'
import { statSync } from 'node:fs'

const QUERY_MS = 1_500
const TRIES = 3
/** How often it is looked whether the file has changed, at most. */
const LOOK_EVERY_MS = 5_000

export interface FoundAddress {
  readonly address: string
  /** How long it is good for, in seconds. */
  readonly ttl: number
}

export class NameServers {
  #resolver = new Resolver({ timeout: QUERY_MS, tries: TRIES })
  #stamp: string
  #lookedAtMs = performance.now()

  constructor(private readonly path = '/etc/resolv.conf') {
    this.#stamp = stampOf(path)
  }

  /** Rejects as `dns.Resolver` does. */
  resolve4(name: string): Promise<readonly FoundAddress[]> {
    return this.#current().resolve4(name, { ttl: true })
  }

  /** Rejects as `dns.Resolver` does. */
  resolve6(name: string): Promise<readonly FoundAddress[]> {
    return this.#current().resolve6(name, { ttl: true })
  }

  /** A resolver reads the file once, when it is made. */
  #current(): Resolver {
    const now = performance.now()
    if (now - this.#lookedAtMs < LOOK_EVERY_MS) return this.#resolver
    this.#lookedAtMs = now
    const stamp = stampOf(this.path)
    if (stamp !== this.#stamp) {
      this.#stamp = stamp
      this.#resolver = new Resolver({ timeout: QUERY_MS, tries: TRIES })
    }
    return this.#resolver
  }
}

function stampOf(path: string): string {
  try {
    const { ino, size, mtimeMs } = statSync(path)
    return `${ino} ${size} ${mtimeMs}`
  } catch {
    return 'none'
  }
}
