/**
 * Access lists of hosts_access(5), compiled once and asked often: a question costs a few look-ups, however long the
 * list is. `parseAccessList` in access-list-parse.ts makes them.
 */
import { type Address, type Ipv6, parseAddress } from './address.js'

/** Who is asked about. What is not known stays away: then only `ALL`, `UNKNOWN` and the other one can match. */
export interface AccessQuestion {
  /** An IPv4 or IPv6 address without brackets; `::ffff:a.b.c.d` counts as `a.b.c.d`. */
  readonly address?: string | undefined
  /** A host name, in any case, with or without the root's dot at its end. */
  readonly name?: string | undefined
  /** The name is that of a domain, and nobody asks for its address: neither `KNOWN` nor `UNKNOWN` says anything of it. */
  readonly isDomain?: boolean
}

/** Lines, each `list EXCEPT list EXCEPT …`: who is in any line is in the list. */
export interface AccessList {
  readonly lines: readonly (readonly HostPatterns[])[]
  /** List files that it names, in order. */
  readonly files: readonly string[]
}

/** Whether a host is in the list. An empty list holds nobody. */
export function accessListAllows(list: AccessList, question: AccessQuestion): boolean {
  const host = new AskedHost(question)
  return list.lines.some((clauses) => clausesMatch(clauses, host))
}

/** `a EXCEPT b EXCEPT c` is `a EXCEPT (b EXCEPT c)`: in `a`, and not in what follows. */
function clausesMatch(clauses: readonly HostPatterns[], host: AskedHost): boolean {
  let depth = 0
  while (depth < clauses.length && clauses[depth]?.match(host)) depth++
  return depth % 2 === 1
}

/** A question, taken apart once for all patterns. */
class AskedHost {
  readonly addressText: string | undefined
  readonly address: Address | undefined
  readonly name: string | undefined
  readonly isDomain: boolean

  constructor(question: AccessQuestion) {
    this.addressText = question.address
    this.address = question.address === undefined ? undefined : parseAddress(question.address)
    this.name = question.name?.toLowerCase().replace(/\.$/, '') || undefined
    this.isDomain = question.isDomain === true
  }
}

/** A `*` or `?` pattern, and what it may be compared with. */
interface Glob {
  readonly pattern: string
  readonly against: 'address' | 'name' | 'both'
}

/** The patterns between two EXCEPT: one matching pattern is enough, so that they can be sorted by how they are found. */
export class HostPatterns {
  private everybody = false
  private local = false
  private known = false
  private unknown = false
  private readonly names = new Set<string>()
  private readonly domains = new Set<string>()
  private readonly addresses = new Set<number>()
  private readonly networks = new Map<number, Set<number>>()
  private readonly networks6 = new Map<number, Set<string>>()
  private readonly globs: Glob[] = []

  addWord(word: 'ALL' | 'LOCAL' | 'KNOWN' | 'UNKNOWN'): void {
    if (word === 'ALL') this.everybody = true
    else if (word === 'LOCAL') this.local = true
    else if (word === 'KNOWN') this.known = true
    else this.unknown = true
  }

  /** @param name lower case */
  addName(name: string): void {
    this.names.add(name)
  }

  /** @param domain lower case, without the dot before it: all names below it, not itself */
  addDomain(domain: string): void {
    this.domains.add(domain)
  }

  /** An IPv4 network; any mask, as hosts_access(5) allows. */
  addNetwork(bits: number, mask: number): void {
    if (mask === 0xffffffff) this.addresses.add(bits)
    else setOf(this.networks, mask).add(bits)
  }

  addNetwork6(words: Ipv6, prefixLength: number): void {
    setOf(this.networks6, prefixLength).add(prefixOf(words, prefixLength))
  }

  /** @param pattern lower case, with `*` or `?` */
  addGlob(pattern: string): void {
    const against = /[a-z]/.test(pattern) ? 'name' : /[0-9]/.test(pattern) ? 'address' : 'both'
    this.globs.push({ pattern, against })
  }

  match(host: AskedHost): boolean {
    return (
      this.everybody ||
      (host.address !== undefined && this.matchAddress(host.address)) ||
      (host.name !== undefined && this.matchName(host.name)) ||
      (this.known && host.address !== undefined && host.name !== undefined) ||
      (this.unknown && !host.isDomain && (host.address === undefined || host.name === undefined)) ||
      this.globs.some((glob) => this.matchGlob(glob, host))
    )
  }

  private matchAddress(address: Address): boolean {
    if (address.family === 4) {
      if (this.addresses.has(address.bits)) return true
      for (const [mask, networks] of this.networks) if (networks.has((address.bits & mask) >>> 0)) return true
      return false
    }
    for (const [length, networks] of this.networks6) if (networks.has(prefixOf(address.words, length))) return true
    return false
  }

  private matchName(name: string): boolean {
    if (this.names.has(name) || (this.local && !name.includes('.'))) return true
    if (this.domains.size === 0) return false
    for (let dot = name.indexOf('.'); dot !== -1; dot = name.indexOf('.', dot + 1)) {
      if (this.domains.has(name.slice(dot + 1))) return true
    }
    return false
  }

  private matchGlob(glob: Glob, host: AskedHost): boolean {
    return (
      (glob.against !== 'name' && host.addressText !== undefined && globMatches(glob.pattern, host.addressText)) ||
      (glob.against !== 'address' && host.name !== undefined && globMatches(glob.pattern, host.name))
    )
  }
}

function setOf<K, V>(sets: Map<K, Set<V>>, key: K): Set<V> {
  const found = sets.get(key) ?? new Set<V>()
  sets.set(key, found)
  return found
}

/** The first bits of an address, as a key; the rest is zero. */
function prefixOf(words: Ipv6, length: number): string {
  const masked = words.map((word, index) => {
    const bits = Math.min(Math.max(length - index * 32, 0), 32)
    return bits === 0 ? 0 : (word & (0xffffffff << (32 - bits))) >>> 0
  })
  return masked.join(':')
}

/** `*` any characters, `?` one. Iterates with one point to come back to, so that no pattern costs exponential time. */
function globMatches(pattern: string, text: string): boolean {
  let at = 0
  let here = 0
  let star = -1
  let starHere = 0
  while (here < text.length) {
    const wanted = pattern[at]
    if (wanted === '*') {
      star = at++
      starHere = here
    } else if (wanted === '?' || wanted === text[here]) {
      at++
      here++
    } else if (star !== -1) {
      at = star + 1
      here = ++starHere
    } else return false
  }
  while (pattern[at] === '*') at++
  return at === pattern.length
}
