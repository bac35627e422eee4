/** `struct sockaddr_in` and `struct sockaddr_in6` as Linux lays them out: family in the machine's order, port in the network's. */
import { endianness } from 'node:os'
import { addressBytes, formatAddress } from './address.js'

const AF_INET = 2
const AF_INET6 = 10
/** The larger of the two. */
export const SOCKET_ADDRESS_BYTES = 28
const IPV4_BYTES = 16

/** @throws RangeError when `address` is no address */
export function encodeSocketAddress(address: string, port: number): Buffer {
  const bytes = addressBytes(address)
  if (bytes === undefined) throw new RangeError(`${JSON.stringify(address)} is not an IPv4 or IPv6 address`)
  const ipv4 = bytes.length === 4
  const encoded = Buffer.alloc(ipv4 ? IPV4_BYTES : SOCKET_ADDRESS_BYTES)
  writeFamily(encoded, ipv4 ? AF_INET : AF_INET6)
  encoded.writeUInt16BE(port, 2)
  encoded.set(bytes, ipv4 ? 4 : 8)
  return encoded
}

/** @throws RangeError for a family that is neither IPv4 nor IPv6 */
export function decodeSocketAddress(encoded: Buffer): { readonly address: string; readonly port: number } {
  const family = endianness() === 'LE' ? encoded.readUInt16LE(0) : encoded.readUInt16BE(0)
  const port = encoded.readUInt16BE(2)
  if (family === AF_INET) return { address: formatAddress(encoded.subarray(4, 8)), port }
  if (family === AF_INET6) return { address: formatAddress(encoded.subarray(8, 24)), port }
  throw new RangeError(`Address family ${family} is neither IPv4 nor IPv6`)
}

function writeFamily(encoded: Buffer, family: number): void {
  if (endianness() === 'LE') encoded.writeUInt16LE(family, 0)
  else encoded.writeUInt16BE(family, 0)
}
