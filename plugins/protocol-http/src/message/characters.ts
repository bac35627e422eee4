/** Which bytes may stand where, as tables over all 256: looking up is the quickest test, and the strictest. */

function table(allowed: (byte: number) => boolean): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) => (allowed(byte) ? 1 : 0))
}

const TOKEN_MARKS = "!#$%&'*+-.^_`|~"

function isLetterOrDigit(byte: number): boolean {
  return /[0-9A-Za-z]/.test(String.fromCharCode(byte))
}

/** Methods and field names (RFC 9110, 5.6.2). */
export const tokenBytes = table((byte) => isLetterOrDigit(byte) || TOKEN_MARKS.includes(String.fromCharCode(byte)))

/** Field values and reason phrases: visible bytes, space, tab, and 8-bit bytes (RFC 9110, 5.5). */
export const valueBytes = table((byte) => byte === 0x09 || (byte >= 0x20 && byte !== 0x7f))

/** Request targets: visible ASCII. */
export const urlBytes = table((byte) => byte > 0x20 && byte < 0x7f)

/** Names and IPv4 addresses in an authority. What RFC 3986 allows beyond it (`%`, sub-delims) no host is called. */
export const hostBytes = table((byte) => isLetterOrDigit(byte) || '-._~'.includes(String.fromCharCode(byte)))

/** Where the run of allowed bytes that starts at `from` ends. `text` is latin1. */
export function runEnd(text: string, from: number, allowed: Uint8Array): number {
  let at = from
  while (allowed[text.charCodeAt(at)] === 1) at++
  return at
}

/** The value of a run of decimal digits, all of `text`; undefined when it is not one or has more than 15. */
export function decimal(text: string): number | undefined {
  if (text.length === 0 || text.length > MAX_DIGITS) return undefined
  let value = 0
  for (let at = 0; at < text.length; at++) {
    const digit = text.charCodeAt(at) - 0x30
    if (digit < 0 || digit > 9) return undefined
    value = value * 10 + digit
  }
  return value
}

/** Fifteen digits are always below 2^53, so that no length is ever rounded. */
const MAX_DIGITS = 15
