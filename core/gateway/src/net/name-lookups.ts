/**
 * The addresses of host names: the hosts file, then the name servers, then whatever else this system knows names by
 * (getaddrinfo). Name servers are asked without a thread each, so that names whose servers are silent hold up nobody
 * else; answers are kept for a while, questions under way are shared, and both are bounded.
 */
import type { LookupFailure } from './connection-errors.js'
import { type HostLookup, type Lookup, lookupHost } from './host-lookup.js'
import { HostsFile } from './hosts-file.js'
import { type FoundAddress, NameServers } from './name-servers.js'
import { RecentlyUsed } from './recently-used.js'
import { within } from './within.js'

/** Names that are kept: at most some 6 MB, when each has as many addresses as are kept. */
const MAX_NAMES = 4_096
const MAX_ADDRESSES = 32
/** Names that are asked for at once; beyond, a lookup fails for now. */
const MAX_UNDER_WAY = 512
/** Of them, so many by getaddrinfo, which has a thread or two to work on them. */
const MAX_SYSTEM_LOOKUPS = 32
/** The longest that a name is known not to exist. */
const MAX_UNKNOWN_MS = 5_000
/** A name server that failed may be asked again soon. */
const MAX_FAILED_MS = 1_000
const SECOND_MS = 1_000
/** RFC 8305, 3: how long addresses of the other family are waited for. */
const RESOLUTION_DELAY_MS = 50

/** What the name servers say of a name that does not exist for them, or when there are none: others may know it. */
const ELSEWHERE: ReadonlySet<unknown> = new Set(['ENOTFOUND', 'ENODATA', 'ECONNREFUSED', 'EBADNAME', 'ENOTINITIALIZED'])

interface Answer {
  readonly found: Lookup
  readonly goodForMs: number
}

/** What the name servers answered for one family; undefined when they did not. */
type Records = readonly FoundAddress[] | undefined

export interface NameSources {
  readonly hosts: Pick<HostsFile, 'addressesOf'>
  readonly servers: Pick<NameServers, 'resolve4' | 'resolve6'>
  readonly system: HostLookup
}

export class NameLookups {
  readonly #known = new RecentlyUsed<string, { readonly found: Lookup; readonly untilMs: number }>(MAX_NAMES)
  readonly #underWay = new Map<string, Promise<Lookup>>()
  #systemLookups = 0

  constructor(
    private readonly sources: NameSources = { hosts: new HostsFile(), servers: new NameServers(), system: lookupHost },
    private readonly now: () => number = () => performance.now(),
  ) {}

  /**
   * Never rejects.
   *
   * @param name as `readTargetHost` gives it
   * @param keepMs how long an answer is kept at most (`common.dns_cache`); 0 keeps none
   */
  readonly lookup: HostLookup = (name, keepMs = 0) => {
    const known = keepMs === 0 ? undefined : this.#known.get(name)
    if (known !== undefined && known.untilMs > this.now()) return Promise.resolve(known.found)
    const running = this.#underWay.get(name)
    if (running !== undefined) return running
    if (this.#underWay.size >= MAX_UNDER_WAY) return Promise.resolve<LookupFailure>('Host name lookup failure')
    const begun = this.#find(name).then(({ found, goodForMs }) => {
      this.#underWay.delete(name)
      if (keepMs > 0) this.#known.set(name, { found, untilMs: this.now() + Math.min(goodForMs, keepMs) })
      return found
    })
    this.#underWay.set(name, begun)
    return begun
  }

  async #find(name: string): Promise<Answer> {
    const listed = await this.sources.hosts.addressesOf(name)
    if (listed.length > 0) return { found: listed.slice(0, MAX_ADDRESSES), goodForMs: SECOND_MS }
    // A name without a dot is completed as resolv.conf says (search), which only the system does.
    const answer = name.includes('.') ? await this.#ask(name) : 'elsewhere'
    return answer === 'elsewhere' ? await this.#askSystem(name) : answer
  }

  async #ask(name: string): Promise<Answer | 'elsewhere'> {
    let isElsewhere = true
    const records = (asked: Promise<readonly FoundAddress[]>): Promise<Records> =>
      asked.catch((error: unknown) => {
        isElsewhere &&= ELSEWHERE.has(error instanceof Error && 'code' in error ? error.code : undefined)
        return undefined
      })
    const families = [records(this.sources.servers.resolve6(name)), records(this.sources.servers.resolve4(name))]
    const first = await Promise.race(families)
    const all = Promise.all(families)
    const both = first === undefined ? await all : await within(all, RESOLUTION_DELAY_MS, undefined)
    const found = (typeof both === 'string' ? [first] : both).flatMap((each) => each ?? [])
    if (found.length > 0) {
      const ttl = Math.min(...found.map((each) => each.ttl))
      return {
        found: found.slice(0, MAX_ADDRESSES).map(({ address }) => address),
        goodForMs: Math.max(ttl, 1) * SECOND_MS,
      }
    }
    return isElsewhere ? 'elsewhere' : { found: 'Host name lookup failure', goodForMs: MAX_FAILED_MS }
  }

  async #askSystem(name: string): Promise<Answer> {
    if (this.#systemLookups >= MAX_SYSTEM_LOOKUPS) return { found: 'Host name lookup failure', goodForMs: 0 }
    this.#systemLookups += 1
    const found = await this.sources.system(name)
    this.#systemLookups -= 1
    if (typeof found !== 'string') return { found: found.slice(0, MAX_ADDRESSES), goodForMs: Number.POSITIVE_INFINITY }
    const isKnown = found === 'Unknown host' || found === 'No address associated with name'
    return { found, goodForMs: isKnown ? MAX_UNKNOWN_MS : MAX_FAILED_MS }
  }
}
