/**
 * Host names of peers (`reverselookup`): asked of the hosts file and of the name servers, and believed only when the name
 * has the address that it was found for. Whoever owns an address decides what its PTR record says; only whoever owns the
 * name decides which addresses that has.
 */
import { Resolver } from 'node:dns/promises'
import { isIP, isIPv6 } from 'node:net'
import { isBroken, parseHost } from '@fsigk/config'
import { normaliseAddress } from './address.js'
import { HostsFile } from './hosts-file.js'
import { RecentlyUsed } from './recently-used.js'
import { within } from './within.js'

/** Answers that are kept. An entry is some 200 bytes. */
const MAX_REMEMBERED = 4_096
const KEEP_NAME_MS = 300_000
/** What went wrong may be put right: asked again sooner. */
const KEEP_FAILURE_MS = 60_000
/** Lookups under way at once; beyond, a peer has no name, and the next time it may. */
const MAX_UNDER_WAY = 256
/** A peer waits so long at most; what comes later is kept for its next connection. */
const PATIENCE_MS = 3_000
const QUERY_MS = 1_000
const TRIES = 2
/** Of a PTR record with many names, so many are tried. */
const MAX_NAMES = 3

/** The guide's `herror` and its text (9.1.4). */
export interface NameFailure {
  readonly herror: number
  readonly text: string
}

/** What is known of an address: its confirmed name, or why it has none. */
export type PeerName = { readonly name: string } | { readonly failure: NameFailure }

const UNKNOWN_HOST: NameFailure = { herror: 1, text: 'Unknown host' }
const TRY_AGAIN: NameFailure = { herror: 2, text: 'Host name lookup failure' }
const NO_RECOVERY: NameFailure = { herror: 3, text: 'Unknown server error' }
const NO_ADDRESS: NameFailure = { herror: 4, text: 'No address associated with name' }

const failures = new Map<unknown, NameFailure>([
  ['ENOTFOUND', UNKNOWN_HOST],
  ['ENODATA', NO_ADDRESS],
  ['ETIMEOUT', TRY_AGAIN],
  ['ESERVFAIL', TRY_AGAIN],
  ['EREFUSED', TRY_AGAIN],
  ['ECONNREFUSED', TRY_AGAIN],
  ['ECANCELLED', TRY_AGAIN],
])

/** What is asked of the name servers. Rejects as `dns.Resolver` does. */
export interface NameServers {
  reverse(address: string): Promise<readonly string[]>
  resolve4(name: string): Promise<readonly string[]>
  resolve6(name: string): Promise<readonly string[]>
}

export class PeerNames {
  readonly #known = new RecentlyUsed<string, { readonly name: PeerName; readonly untilMs: number }>(MAX_REMEMBERED)
  readonly #underWay = new Map<string, Promise<PeerName>>()
  readonly #servers: NameServers
  readonly #hosts: HostsFile

  constructor(
    servers: NameServers = new Resolver({ timeout: QUERY_MS, tries: TRIES }),
    hosts = new HostsFile(),
    private readonly now: () => number = Date.now,
  ) {
    this.#servers = servers
    this.#hosts = hosts
  }

  /**
   * Never rejects.
   *
   * @param address as `normaliseAddress` gives it
   * @param failed told once for each lookup that gave no name, not for what is answered from memory
   */
  async nameOf(
    address: string,
    signal: AbortSignal,
    failed: (failure: NameFailure) => void = () => {},
  ): Promise<string | undefined> {
    const known = this.#known.get(address)
    if (known !== undefined && known.untilMs > this.now()) return 'name' in known.name ? known.name.name : undefined
    const before = this.#underWay.get(address)
    const lookup = before ?? this.#begin(address)
    const found = lookup === undefined ? 'timeout' : await within(lookup, PATIENCE_MS, signal)
    if (found === 'cancelled') return undefined
    if (found === 'timeout') {
      if (before === undefined) failed(TRY_AGAIN)
      return undefined
    }
    if ('name' in found) return found.name
    if (before === undefined) failed(found.failure)
    return undefined
  }

  #begin(address: string): Promise<PeerName> | undefined {
    if (this.#underWay.size >= MAX_UNDER_WAY) return undefined
    const lookup = this.#find(address).then((name) => {
      this.#underWay.delete(address)
      const keepMs = 'name' in name ? KEEP_NAME_MS : KEEP_FAILURE_MS
      this.#known.set(address, { name, untilMs: this.now() + keepMs })
      return name
    })
    this.#underWay.set(address, lookup)
    return lookup
  }

  async #find(address: string): Promise<PeerName> {
    try {
      const local = hostName(await this.#hosts.nameOf(address))
      if (local !== undefined) return { name: local }
      const names = (await this.#servers.reverse(address)).slice(0, MAX_NAMES)
      for (const said of names) {
        const name = hostName(said)
        if (name !== undefined && (await this.#has(name, address))) return { name }
      }
      return { failure: NO_ADDRESS }
    } catch (error) {
      return { failure: failureOf(error) }
    }
  }

  /** Whether the name has this address. A name without addresses has not; a server that does not answer is a failure. */
  async #has(name: string, address: string): Promise<boolean> {
    try {
      const addresses = await (isIPv6(address) ? this.#servers.resolve6(name) : this.#servers.resolve4(name))
      return addresses.some((each) => normaliseAddress(each) === address)
    } catch (error) {
      const failure = failureOf(error)
      if (failure === UNKNOWN_HOST || failure === NO_ADDRESS) return false
      throw error
    }
  }
}

/** A host name in lower case; undefined for what is none, or looks like an address. */
function hostName(said: string | undefined): string | undefined {
  const name = said?.toLowerCase().replace(/\.$/, '')
  if (name === undefined || isIP(name) !== 0 || /^[0-9.]+$/.test(name)) return undefined
  return isBroken(parseHost(name)) ? undefined : name
}

function failureOf(error: unknown): NameFailure {
  return failures.get(error instanceof Error && 'code' in error ? error.code : undefined) ?? NO_RECOVERY
}
