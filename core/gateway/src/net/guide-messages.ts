/** Lines of error.log and info.log about connections, in the guide's words. */
import type { NameFailure } from './peer-names.js'

/**
 * Guide 9.1.3, logged when `pre_spawn` is reached.
 *
 * @param limit the service's `pre_spawn`
 */
export function maximumConnectionsWarning(limit: number): string {
  return (
    `Maximum connections: warning: Client connections reached maximum connections (${limit}) . ` +
    "More request will be blocked/rejected. If there is many warnings, please increase 'Maximum Connections' " +
    'settings (pre_spawn value of fsigk.ini) of this service. (provisional value will be good value as start line).'
  )
}

/**
 * Logged when an address is refused another connection; in the style of the guide.
 *
 * @param address or an IPv6 net
 * @param limit what `address_limit` comes to
 */
export function addressLimitWarning(address: string, limit: number): string {
  return (
    `Maximum connections: warning: Connections from [${address}] reached the maximum of one address (${limit}) . ` +
    'More of them will be rejected. If many clients share this address (NAT, another proxy), please list it in ' +
    "'address_limit_except' or increase 'address_limit' of this service."
  )
}

/** Guide 9.1.4. @param host its name, or its address once more when no name is known, as everywhere in the logs */
export function accessDeniedFrom(address: string, host: string = address): string {
  return `Access Denied from [${address}:${host}]`
}

/** Guide 9.1.4. @param address `''` when the target was refused before it had one */
export function accessDeniedTo(address: string, host: string): string {
  return `Access Denied to [${address}:${host}]`
}

/** Guide 9.1.4: the peer has no name that could be confirmed. */
export function reverseLookupFailed(address: string, { herror, text }: NameFailure): string {
  return `reverselookup: gethostbyaddr(${address}) failed. herror=${herror}(${text}).`
}
