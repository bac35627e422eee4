import { addressBytes, formatAddress } from './address.js'

/** What a provider hands to one customer, who has all of its addresses (RFC 6177). */
const IPV6_SITE_BYTES = 8

/**
 * Whom a connection is counted for: an IPv4 address, or the /64 that an IPv6 address is in.
 *
 * @param address as `normaliseAddress` gives it
 */
export function countedAddress(address: string): string {
  const bytes = address.includes(':') ? addressBytes(address) : undefined
  if (bytes === undefined) return address
  return `${formatAddress(bytes.fill(0, IPV6_SITE_BYTES))}/64`
}
