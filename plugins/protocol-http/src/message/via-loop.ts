/** Requests that come back to the gateway that has sent them, known by what Via says (RFC 9110, 7.6.3). */
import { names } from './field-names.js'
import type { Fields } from './fields.js'

/**
 * So often may a request pass a gateway of our name and port. Two hosts of one name in a chain are a poor choice and no
 * loop; in a loop each round costs a connection.
 */
const MAX_PASSES = 2

/** What Via says of this gateway, after the version: `gate.example:9080 (fsigk)`. */
export function viaName(hostName: string, port: number, productName: string): string {
  return `${hostName}:${port} (${productName})`
}

/** @param viaName as this gateway writes itself */
export function hasLooped(fields: Fields, viaName: string): boolean {
  const via = fields.joined(names.via) ?? ''
  let passes = 0
  for (let at = via.indexOf(viaName); at !== -1; at = via.indexOf(viaName, at + viaName.length)) passes++
  return passes > MAX_PASSES
}
