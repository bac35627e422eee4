/** How long a body is (RFC 9112, 6.3), read so that no two readers can differ: whatever is doubtful is refused. */
import { decimal } from './characters.js'
import { names } from './field-names.js'
import type { Fields } from './fields.js'

export type Framing =
  | { readonly kind: 'none' }
  | { readonly kind: 'length'; readonly bytes: number }
  | { readonly kind: 'chunked' }
  /** A response that ends with its connection. */
  | { readonly kind: 'close' }

export type Version = '0.9' | '1.0' | '1.1'

export const NO_BODY: Framing = { kind: 'none' }
export const CHUNKED: Framing = { kind: 'chunked' }
export const UNTIL_CLOSE: Framing = { kind: 'close' }

/**
 * What the fields say of the length: `none` when they say nothing.
 *
 * @returns undefined when they contradict themselves: two lengths (equal ones too), a length beside a transfer coding,
 *   a coding other than exactly `chunked`, chunks from a sender of HTTP/1.0, a length that is no plain number
 */
export function statedFraming(fields: Fields, version: Version): Framing | undefined {
  const coding = fields.first(names.transferEncoding)
  const length = fields.first(names.contentLength)
  if (coding === undefined && length === undefined) return NO_BODY
  if (coding !== undefined) {
    const plain = length === undefined && version === '1.1' && !fields.repeats(names.transferEncoding)
    return plain && coding.toLowerCase() === 'chunked' ? CHUNKED : undefined
  }
  const bytes = decimal(length ?? '')
  if (bytes === undefined || fields.repeats(names.contentLength)) return undefined
  return { kind: 'length', bytes }
}

/** Statuses and methods whose responses never have a body, whatever the fields say. */
function neverHasBody(status: number, method: string): boolean {
  return method === 'HEAD' || status < 200 || status === 204 || status === 304
}

/**
 * The framing of a response: without a stated length it lasts until the connection closes.
 *
 * @returns undefined where chunks are announced in a response that must not have any (RFC 9112, 6.1), or a body in an
 *   interim one: readers are known that wait for them; and where 205 does not say that it has no body: browsers know that
 *   it has none (RFC 9110, 15.3.6), and would take one for the next response
 */
export function responseFraming(stated: Framing, status: number, method: string): Framing | undefined {
  if (stated.kind === 'chunked' && (status < 200 || status === 204)) return undefined
  if (stated.kind === 'length' && stated.bytes > 0 && status < 200) return undefined
  if (neverHasBody(status, method)) return NO_BODY
  if (status === 205 && (stated.kind !== 'length' || stated.bytes > 0)) return undefined
  return stated.kind === 'none' ? UNTIL_CLOSE : stated
}
