/**
 * IPv4 and IPv6 addresses as text and as bytes. Everything after accept and before dialling compares addresses in one
 * form only, the one that `normaliseAddress` gives.
 */
import { isIPv4, isIPv6 } from 'node:net'

const MAPPED_PREFIX = '::ffff:'

/**
 * One spelling for each address: IPv4-mapped IPv6 becomes IPv4, the zone (`%eth0`) is dropped, and IPv6
 * is written as RFC 5952 says. What is not an address, a host name say, is returned as it is.
 */
export function normaliseAddress(text: string): string {
  if (!text.includes(':')) return text
  if (text.startsWith(MAPPED_PREFIX)) {
    const inner = text.slice(MAPPED_PREFIX.length)
    if (isIPv4(inner)) return inner
  }
  const bytes = addressBytes(text)
  return bytes === undefined ? text : formatAddress(mappedIpv4(bytes) ?? bytes)
}

/** The 4 or 16 bytes of an address in its usual notation, zone ignored; undefined when it is none (`127.1`, `0x7f.1`). */
export function addressBytes(text: string): Uint8Array | undefined {
  if (isIPv4(text)) return Uint8Array.from(text.split('.'), Number)
  if (!isIPv6(text)) return undefined
  const zone = text.indexOf('%')
  return ipv6Bytes(zone === -1 ? text : text.slice(0, zone))
}

/** @param bytes 4 or 16 of them */
export function formatAddress(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.')
  const groups = Array.from({ length: 8 }, (_, i) => ((at(bytes, 2 * i) << 8) | at(bytes, 2 * i + 1)).toString(16))
  const { start, length } = longestZeros(groups)
  if (length < 2) return groups.join(':')
  return `${groups.slice(0, start).join(':')}::${groups.slice(start + length).join(':')}`
}

/** The IPv4 address inside `::ffff:0:0/96`. */
function mappedIpv4(bytes: Uint8Array): Uint8Array | undefined {
  if (bytes.length !== 16 || at(bytes, 10) !== 0xff || at(bytes, 11) !== 0xff) return undefined
  for (let i = 0; i < 10; i += 1) if (at(bytes, i) !== 0) return undefined
  return bytes.subarray(12)
}

/** @param text known to be IPv6, without a zone */
function ipv6Bytes(text: string): Uint8Array {
  const [head = '', tail] = text.split('::')
  const first = groupBytes(head)
  const last = groupBytes(tail ?? '')
  const bytes = new Uint8Array(16)
  bytes.set(first, 0)
  bytes.set(last, 16 - last.length)
  return bytes
}

function groupBytes(text: string): number[] {
  if (text === '') return []
  return text.split(':').flatMap((group) => {
    if (group.includes('.')) return group.split('.').map(Number)
    const value = Number.parseInt(group, 16)
    return [value >> 8, value & 0xff]
  })
}

/** The first of the longest runs of zero groups. */
function longestZeros(groups: readonly string[]): { start: number; length: number } {
  let best = { start: 0, length: 0 }
  for (let start = 0; start < groups.length; start += 1) {
    let length = 0
    while (groups[start + length] === '0') length += 1
    if (length > best.length) best = { start, length }
    start += length
  }
  return best
}

function at(bytes: Uint8Array, index: number): number {
  return bytes[index] ?? 0
}
