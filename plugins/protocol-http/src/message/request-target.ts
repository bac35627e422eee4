/** The forms of a request target (RFC 9112, 3.2) → where the request goes and what is asked there. */
import { isIPv6 } from 'node:net'
import { decimal, hostBytes, runEnd } from './characters.js'

export interface RequestTarget {
  /** A name or an address without brackets, lower case, without a final dot. */
  readonly host: string
  readonly port: number
  /** For the Host field: as the URL writes it. */
  readonly authority: string
  /** Path and query, for the request line to the server. */
  readonly path: string
}

const SCHEME = 'http://'
const DEFAULT_PORT = 80
const MAX_PORT = 65_535
const MAX_HOST_BYTES = 255

/**
 * `http://host[:port][/path][?query]` taken apart. A fragment is left out, since it is the client's own business; right
 * after the authority it is refused, since some readers see a part of the host in it.
 *
 * @param url visible ASCII
 * @param method OPTIONS without a path asks about the whole server, and is sent on as `*` (RFC 9112, 3.2.4)
 * @returns undefined for any other form: another scheme, user information, a host or port that is none
 */
export function absoluteTarget(url: string, method: string): RequestTarget | undefined {
  if (!url.startsWith(SCHEME) && url.slice(0, SCHEME.length).toLowerCase() !== SCHEME) return undefined
  let end = SCHEME.length
  while (end < url.length && !isDelimiter(url.charCodeAt(end))) end++
  const target = authorityTarget(url.slice(SCHEME.length, end), DEFAULT_PORT)
  if (target === undefined) return undefined
  const fragment = url.indexOf('#', end)
  if (fragment === end) return undefined
  const path = fragment === -1 ? url.slice(end) : url.slice(end, fragment)
  if (path === '' && method === 'OPTIONS') return { ...target, path: '*' }
  return { ...target, path: path.startsWith('/') ? path : `/${path}` }
}

/** `/`, `?` or `#`: what an authority ends before. */
function isDelimiter(character: number): boolean {
  return character === 0x2f || character === 0x3f || character === 0x23
}

/**
 * `host:port` taken apart, for CONNECT and as part of a URL.
 *
 * @param defaultPort what a missing or empty port means; undefined when the port must be there
 */
export function authorityTarget(authority: string, defaultPort?: number): Omit<RequestTarget, 'path'> | undefined {
  const hostEnd = authority.startsWith('[') ? authority.indexOf(']') + 1 : runEnd(authority, 0, hostBytes)
  const host = authority.startsWith('[')
    ? literal(authority.slice(1, hostEnd - 1))
    : registered(authority.slice(0, hostEnd))
  if (host === undefined) return undefined
  if (hostEnd === authority.length) {
    return defaultPort === undefined ? undefined : { host, port: defaultPort, authority }
  }
  if (authority.charCodeAt(hostEnd) !== 0x3a) return undefined
  const digits = authority.slice(hostEnd + 1)
  if (digits === '' && defaultPort !== undefined) {
    return { host, port: defaultPort, authority: authority.slice(0, hostEnd) }
  }
  const port = digits.length > 5 ? undefined : decimal(digits)
  return port === undefined || port === 0 || port > MAX_PORT ? undefined : { host, port, authority }
}

/** An IPv6 address, without a zone: zones are names of our own interfaces. */
function literal(address: string): string | undefined {
  return isIPv6(address) && !address.includes('%') ? address.toLowerCase() : undefined
}

/** A final dot names the same host, so access lists must not see a different one. */
function registered(name: string): string | undefined {
  const host = name.endsWith('.') ? name.slice(0, -1) : name
  return host === '' || host.length > MAX_HOST_BYTES || host.endsWith('.') ? undefined : host.toLowerCase()
}
