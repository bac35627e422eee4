/** Host names and hosts as settings name them (`parent_server_host`). */
import { formatIpv4, formatIpv6, parseAddress } from './address.js'
import type { Broken } from './definition.js'

const MAX_NAME_BYTES = 253
const MAX_LABEL_BYTES = 63

/** What is wrong with a host name, and at which character, from 0. */
export interface HostNameFault {
  readonly fault: string
  readonly at: number
}

/**
 * Why a text is no host name (RFC 1123, section 2.1, and the underscore that real names carry); undefined when it is one.
 * A name whose last label is a number would be read as an IPv4 address by some and as a name by others: refused.
 */
export function hostNameFault(name: string): HostNameFault | undefined {
  if (name.length > MAX_NAME_BYTES)
    return { fault: `a host name has at most ${MAX_NAME_BYTES} characters`, at: MAX_NAME_BYTES }
  let start = 0
  for (const label of name.split('.')) {
    const wrong = label.search(/[^A-Za-z0-9_-]/)
    if (wrong !== -1) return { fault: "a host name has letters, digits, '-', '_' and '.' only", at: start + wrong }
    if (label === '') return { fault: 'a host name must not have an empty part', at: start }
    if (label.length > MAX_LABEL_BYTES)
      return { fault: `a part of a host name has at most ${MAX_LABEL_BYTES} characters`, at: start + MAX_LABEL_BYTES }
    if (label.startsWith('-') || label.endsWith('-'))
      return { fault: "a part of a host name must not begin or end with '-'", at: start }
    start += label.length + 1
  }
  const number = name.search(/(?<![^.])[0-9]+$/)
  if (number !== -1)
    return { fault: 'an IPv4 address has four numbers from 0 to 255, without leading zeros', at: number }
  return undefined
}

/** Reads a host name, an IPv4 address, or an IPv6 address with or without brackets. Names come back in lower case. */
export function parseHost(text: string): { readonly host: string } | Broken {
  const bare = /^\[.*:.*\]$/.test(text) ? text.slice(1, -1) : text
  const address = parseAddress(bare)
  if (address !== undefined)
    return { host: address.family === 6 ? formatIpv6(address.words) : formatIpv4(address.bits) }
  if (bare.includes(':')) return { rule: 'must be a host name or an address; this is no IPv6 address' }
  const fault = hostNameFault(text)
  if (fault === undefined) return { host: text.toLowerCase() }
  return { rule: `must be a host name or an address: ${fault.fault} (character ${fault.at + 1})` }
}
