/** Fields that are put before the header of a message that passed through (guide 11.9, 11.10), each ending in CRLF. */
import { mailDate } from '@fsigk/wire'

/**
 * What stands in brackets in our words (guide 11.8): `fsigk/fsigk_smtp/1.0.0/gateway.example.com`.
 *
 * @param service `smtp`
 */
export function productString(
  gateway: { readonly productName: string; readonly version: string; readonly hostName: string },
  service: string,
): string {
  return `${gateway.productName}/fsigk_${service}/${gateway.version}/${gateway.hostName}`
}

/**
 * `X-Virus-Status`. What stands in it is one line whatever it came from.
 *
 * @param product as of `productString`
 * @param names of what was found; none for a mail that is clean
 */
export function virusStatus(product: string, names: readonly string[]): string {
  const status = names.length === 0 ? `clean(${product})` : `infected(${product}) with [${names.join('+')}]`
  return `X-Virus-Status: ${inOneLine(status)}\r\n`
}

/** `X-Spam-Status` of a mail that is spam. @param name of what said so */
export function spamStatus(product: string, name: string): string {
  return `X-Spam-Status: ${inOneLine(`Yes(${product}) with [${name}]`)}\r\n`
}

/** One hop of a message: who brought it, and to whom. */
export interface Hop {
  /** The client's name, its address when it has none that is known. */
  readonly clientName: string
  readonly clientAddress: string
  readonly hostName: string
  /** As of `productString`. */
  readonly product: string
  readonly at: Date
}

/** `Received` (guide 11.9; RFC 5321, 4.4). */
export function receivedField({ clientName, clientAddress, hostName, product, at }: Hop): string {
  const literal = clientAddress.includes(':') ? `IPv6:${clientAddress}` : clientAddress
  const from = inOneLine(`from ${clientName} ([${literal}])`)
  return `Received: ${from}\r\n\tby ${inOneLine(`${hostName} (${product})`)} ;\r\n\t${mailDate(at)}\r\n`
}

/** `Received` as POP writes it, where nobody brought the message (guide 11.10). */
export function receivedFromGateway(at: Date): string {
  return `Received: from FSIGK: ${mailDate(at)}\r\n`
}

/** No line of a header may be longer than 998 (RFC 5322, 2.1.1). */
const MAX_FIELD_CHARACTERS = 900

function inOneLine(text: string): string {
  return text.replace(/[^\x20-\x7e]+/g, ' ').slice(0, MAX_FIELD_CHARACTERS)
}
