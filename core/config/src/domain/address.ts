/**
 * IPv4 and IPv6 addresses as numbers, read strictly: `010.1.1.1`, `127.1` and `0x7f.1` are not addresses, since other
 * programs read them as other hosts than people do. No zone ids.
 */

/** An IPv6 address as four words of 32 bits, most significant first. */
export type Ipv6 = readonly [number, number, number, number]

export type Address = { readonly family: 4; readonly bits: number } | { readonly family: 6; readonly words: Ipv6 }

const ZERO = 48
const NINE = 57
const DOT = 46

/** Reads four decimal numbers without leading zeros. Undefined when it is anything else. */
export function parseIpv4(text: string): number | undefined {
  let bits = 0
  let octet = 0
  let digits = 0
  let dots = 0
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code === DOT) {
      if (digits === 0 || ++dots > 3) return undefined
      bits = bits * 256 + octet
      octet = 0
      digits = 0
    } else if (code >= ZERO && code <= NINE) {
      if (digits > 0 && octet === 0) return undefined
      octet = octet * 10 + code - ZERO
      digits++
      if (octet > 255) return undefined
    } else return undefined
  }
  return dots === 3 && digits > 0 ? bits * 256 + octet : undefined
}

export function formatIpv4(bits: number): string {
  return `${bits >>> 24}.${(bits >>> 16) & 255}.${(bits >>> 8) & 255}.${bits & 255}`
}

/** Reads an address of RFC 4291, section 2.2, without brackets and without a zone. Undefined when it is anything else. */
export function parseIpv6(text: string): Ipv6 | undefined {
  if (text.length < 2 || text.length > 45) return undefined
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const head = parseGroups(halves[0] ?? '', halves.length === 1)
  const tail = halves.length === 2 ? parseGroups(halves[1] ?? '', true) : []
  if (head === undefined || tail === undefined) return undefined
  const missing = 8 - head.length - tail.length
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined
  const groups = [...head, ...new Array<number>(missing).fill(0), ...tail]
  const word = (index: number) => (((groups[index * 2] ?? 0) << 16) | (groups[index * 2 + 1] ?? 0)) >>> 0
  return [word(0), word(1), word(2), word(3)]
}

/** Groups of 16 bits; `last` when they end the address, which may then end in dotted decimal. */
function parseGroups(text: string, last: boolean): number[] | undefined {
  if (text === '') return []
  const groups: number[] = []
  const parts = text.split(':')
  for (const [index, part] of parts.entries()) {
    if (last && index === parts.length - 1 && part.includes('.')) {
      const bits = parseIpv4(part)
      if (bits === undefined) return undefined
      groups.push(bits >>> 16, bits & 0xffff)
    } else {
      if (!/^[0-9a-fA-F]{1,4}$/.test(part)) return undefined
      groups.push(Number.parseInt(part, 16))
    }
  }
  return groups
}

/** The IPv4 address inside `::ffff:a.b.c.d`, which is that address from the moment of entry. */
export function mappedIpv4(words: Ipv6): number | undefined {
  return words[0] === 0 && words[1] === 0 && words[2] === 0xffff ? words[3] : undefined
}

/** Reads either family; an IPv4-mapped IPv6 address is its IPv4 address. */
export function parseAddress(text: string): Address | undefined {
  const bits = parseIpv4(text)
  if (bits !== undefined) return { family: 4, bits }
  if (!text.includes(':')) return undefined
  const words = parseIpv6(text)
  if (words === undefined) return undefined
  const mapped = mappedIpv4(words)
  return mapped === undefined ? { family: 6, words } : { family: 4, bits: mapped }
}

/** The address in the one form of RFC 5952: lower case, the longest run of zeros shortened. */
export function formatIpv6(words: Ipv6): string {
  const groups = words.flatMap((word) => [word >>> 16, word & 0xffff])
  let best = { start: 0, length: 1 }
  for (let start = 0; start < 8; start++) {
    let length = 0
    while (groups[start + length] === 0) length++
    if (length > best.length) best = { start, length }
  }
  const hex = groups.map((group) => group.toString(16))
  if (best.length === 1) return hex.join(':')
  return `${hex.slice(0, best.start).join(':')}::${hex.slice(best.start + best.length).join(':')}`
}
