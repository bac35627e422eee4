/** Resolves host names by the system's resolver (getaddrinfo: /etc/hosts, DNS, as nsswitch.conf says). */
import { lookup } from 'node:dns/promises'
import type { LookupFailure } from './connection-errors.js'

/** The addresses of a name, in the order in which they are to be tried, or why there are none. */
export type Lookup = readonly string[] | LookupFailure

/** Never rejects. @param keepMs how long an answer is kept at most, by those who keep any */
export type HostLookup = (name: string, keepMs?: number) => Promise<Lookup>

/** `EAI_` numbers as libuv has them; Node's `code` makes one of two of them, so the number is asked. */
const failures = new Map<number, LookupFailure>([
  [-3008, 'Unknown host'], // EAI_NONAME
  [-3007, 'No address associated with name'], // EAI_NODATA
  [-3000, 'No address associated with name'], // EAI_ADDRFAMILY
  [-3001, 'Host name lookup failure'], // EAI_AGAIN
])

/** Lookups under way. Many sessions that want one name at once cost one call and one thread of the pool. */
const underWay = new Map<string, Promise<Lookup>>()

export function lookupHost(name: string): Promise<Lookup> {
  const running = underWay.get(name)
  if (running !== undefined) return running
  const started = resolve(name).finally(() => underWay.delete(name))
  underWay.set(name, started)
  return started
}

async function resolve(name: string): Promise<Lookup> {
  try {
    const found = await lookup(name, { all: true, order: 'verbatim' })
    return found.length === 0 ? 'No address associated with name' : found.map(({ address }) => address)
  } catch (error) {
    return failureOf(error)
  }
}

/** @param error what `dns.lookup` gave */
export function failureOf(error: unknown): LookupFailure {
  const errno = error instanceof Error && 'errno' in error ? error.errno : undefined
  return (typeof errno === 'number' ? failures.get(errno) : undefined) ?? 'Unknown server error'
}
