/**
 * Which addresses lead to this host or its surroundings instead of the network that a peer wants: a
 * gateway that dials them for strangers is a springboard. Private networks (RFC 1918, RFC 4193) are ordinary
 * destinations. Addresses in which a translator or tunnel would find an IPv4 address are judged by that address too.
 */
import { addressBytes, formatAddress } from './address.js'
import type { OwnAddresses } from './own-addresses.js'

/** Why an address is local, in words that follow "is". */
export type LocalKind =
  | 'an unspecified address'
  | 'a loopback address'
  | 'a link-local address'
  | 'a metadata address'
  | 'a multicast address'
  | 'a broadcast address'
  | 'a reserved address'
  | 'an address of this gateway'

interface Net {
  readonly kind: LocalKind
  readonly bytes: Uint8Array
  readonly bits: number
}

const nets: readonly Net[] = Object.entries({
  // The services that hand credentials to whoever asks from inside a cloud: AWS, Google, Oracle, Alibaba, Azure. Those
  // on link-local addresses are covered below.
  'a metadata address': [
    '169.254.169.254/32',
    '169.254.170.2/32',
    '100.100.100.200/32',
    '168.63.129.16/32',
    '192.0.0.192/32',
    'fd00:ec2::/32',
    'fd20:ce::254/128',
    'fd00:c1::a9fe:a9fe/128',
  ],
  'an unspecified address': ['0.0.0.0/8', '::/128'],
  'a loopback address': ['127.0.0.0/8', '::1/128'],
  'a link-local address': ['169.254.0.0/16', 'fe80::/10', 'fec0::/10'],
  'a multicast address': ['224.0.0.0/4', 'ff00::/8'],
  'a broadcast address': ['255.255.255.255/32'],
  // RFC 6890 (class E, protocol assignments), RFC 8215 (translation inside one network), RFC 6666 (discard).
  'a reserved address': ['240.0.0.0/4', '192.0.0.0/24', '64:ff9b:1::/48', '100::/64'],
} satisfies Partial<Record<LocalKind, readonly string[]>>).flatMap(([kind, texts]) =>
  texts.map((text) => parseNet(kind as LocalKind, text)),
)

/** Where forms of IPv6 carry an IPv4 address: the prefix, where it begins, and what it is XORed with. */
const carriers: readonly { readonly prefix: Net; readonly offset: number; readonly mask: number }[] = [
  carrier('::ffff:0:0/96', 12), // mapped, RFC 4291
  carrier('::/96', 12), // compatible, RFC 4291
  carrier('::ffff:0:0:0/96', 12), // translated, RFC 2765
  carrier('64:ff9b::/96', 12), // NAT64, RFC 6052
  carrier('2002::/16', 2), // 6to4, RFC 3056
  carrier('2001::/32', 4), // Teredo, RFC 4380: the server
  carrier('2001::/32', 12, 0xff), // and the client, its bits inverted
]

/** Interface identifiers that say "an IPv4 address follows" (ISATAP, RFC 5214), under any prefix. */
const ISATAP = [
  [0x00, 0x00, 0x5e, 0xfe],
  [0x02, 0x00, 0x5e, 0xfe],
] as const

/**
 * @param address an address; what is none gets undefined, so resolve and check it first
 * @returns undefined for an ordinary destination
 */
export function localKind(address: string, own: OwnAddresses): LocalKind | undefined {
  const bytes = addressBytes(address)
  if (bytes === undefined) return undefined
  const direct = kindOfBytes(bytes, own)
  if (direct !== undefined || bytes.length === 4) return direct
  for (const inner of carriedIpv4(bytes)) {
    const kind = kindOfBytes(inner, own)
    if (kind !== undefined) return kind
  }
  return undefined
}

/** Whether dialling this address would reach this host or its surroundings. */
export function isLocalDestination(address: string, own: OwnAddresses): boolean {
  return localKind(address, own) !== undefined
}

function kindOfBytes(bytes: Uint8Array, own: OwnAddresses): LocalKind | undefined {
  const net = nets.find((candidate) => contains(candidate, bytes))
  if (net !== undefined) return net.kind
  return own.has(formatAddress(bytes)) ? 'an address of this gateway' : undefined
}

function* carriedIpv4(bytes: Uint8Array): Generator<Uint8Array> {
  for (const { prefix, offset, mask } of carriers) {
    if (contains(prefix, bytes)) yield bytes.slice(offset, offset + 4).map((byte) => byte ^ mask)
  }
  if (ISATAP.some((marker) => marker.every((byte, i) => bytes[8 + i] === byte))) yield bytes.slice(12)
}

function carrier(text: string, offset: number, mask = 0) {
  return { prefix: parseNet('a reserved address', text), offset, mask }
}

function parseNet(kind: LocalKind, text: string): Net {
  const [address = '', bits] = text.split('/')
  const bytes = addressBytes(address)
  if (bytes === undefined) throw new RangeError(`${text} is not a net`)
  return { kind, bytes, bits: Number(bits) }
}

function contains(net: Net, bytes: Uint8Array): boolean {
  if (net.bytes.length !== bytes.length) return false
  const whole = net.bits >> 3
  for (let i = 0; i < whole; i += 1) if (net.bytes[i] !== bytes[i]) return false
  const rest = net.bits & 7
  return rest === 0 || ((net.bytes[whole] ?? 0) ^ (bytes[whole] ?? 0)) >> (8 - rest) === 0
}
