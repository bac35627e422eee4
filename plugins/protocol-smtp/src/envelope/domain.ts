/** The domains of an address (RFC 5321, 4.1.2). */
import { domainToASCII } from 'node:url'

const HOST = /^[\w.\x80-\xff-]+$/

/**
 * What follows the last `@` outside quotes, in the forms in which a list may hold it: as text, and as ASCII (IDNA) where
 * it is not. None for an address without a domain.
 *
 * @param address latin1, without angle brackets
 */
export function domainsOf(address: string): readonly string[] {
  let quoted = false
  let last = -1
  for (let at = 0; at < address.length; at++) {
    if (quoted && address[at] === '\\') at++
    else if (address[at] === '"') quoted = !quoted
    else if (!quoted && address[at] === '@') last = at
  }
  if (last === -1) return []
  const domain = address.slice(last + 1)
  if (!/[\x80-\xff]/.test(domain)) return [domain]
  // `domainToASCII` reads a host as in a URL, without what follows `/`, `?` or `#`: servers read all of it.
  if (!HOST.test(domain)) return []
  const text = Buffer.from(domain, 'latin1').toString()
  return [text, domainToASCII(text)]
}
