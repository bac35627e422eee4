/**
 * Reads the host of a target before anything resolves it. `getaddrinfo` takes more for an address than people write:
 * `127.1`, `0x7f.1`, `017700000001`, and what follows a NUL is not read at all. Such forms reach addresses that look
 * like something else in access lists and logs, so they are refused here and never resolved.
 */
import { isIP } from 'node:net'
import { normaliseAddress } from './address.js'

/** RFC 1035 2.3.4, without the closing dot. */
const MAX_NAME_BYTES = 253

export type TargetHost =
  | { readonly is: 'address'; readonly address: string; readonly dial: string }
  | { readonly is: 'name'; readonly name: string }
  | { readonly is: 'refused'; readonly rule: string }

/**
 * @param host a name or an address without brackets
 * @returns `address`: as access control compares it, and `dial`, which keeps the zone of a link-local one.
 *   `name`: lower case, without the closing dot, so that `evil.example.` is not another host than `evil.example`
 */
export function readTargetHost(host: string): TargetHost {
  if (isIP(host) !== 0) return { is: 'address', address: normaliseAddress(host), dial: host }
  const name = (host.endsWith('.') ? host.slice(0, -1) : host).toLowerCase()
  if (name === '' || name.length > MAX_NAME_BYTES) return refused(`a host has 1 to ${MAX_NAME_BYTES} characters`)
  if (!/^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/.test(name))
    return refused('a host has letters, digits, "-", "_" and single dots')
  if (endsInNumber(name)) return refused('an IPv4 address is written as four decimal numbers without leading zeros')
  return { is: 'name', name }
}

/** No top-level domain is a number, so `getaddrinfo` would read such a host as an address in some old notation. */
function endsInNumber(name: string): boolean {
  return /(^|\.)([0-9]+|0x[0-9a-f]*)$/.test(name)
}

function refused(rule: string): TargetHost {
  return { is: 'refused', rule }
}
