/**
 * URL encoding of what came from outside, for the places of a log line that it may stand in (guide 9.1.1). Whatever the
 * value, the result is printable ASCII without a space, so that it stays one field of one line.
 */

/** Longer values are cut: a header of a megabyte is no reason for a log line of three. */
const MAX_FIELD_CHARS = 4096

/** As long as the longest URL that a setting can allow. */
const MAX_COLUMN_CHARS = 65_536

/** As `encodeURIComponent`, and `'` too. */
const UNSAFE_IN_FIELD = /[^\w\-.!~*()]/
const UNSAFE_IN_FIELD_ALL = /[^\w\-.!~*()]/gu
/** What may not stand in a URL (RFC 3986 2) is encoded; what may is left as it is. */
const UNSAFE_IN_COLUMN = /[^\x21-\x7e]|["<>\\^`{|}]/
const UNSAFE_IN_COLUMN_ALL = /[^\x21-\x7e]|["<>\\^`{|}]/gu
const UNSAFE_IN_MESSAGE = /[^\x20-\x7e]/
const UNSAFE_IN_MESSAGE_ALL = /[^\x20-\x7e]/gu

/** Wire text in a field between colons: its bytes, so that `é` of a latin1 string is `%E9`. */
export function encodeField(text: string): string {
  if (text === '') return ''
  const bounded = text.length > MAX_FIELD_CHARS ? text.slice(0, MAX_FIELD_CHARS) : text
  return UNSAFE_IN_FIELD.test(bounded) ? bounded.replace(UNSAFE_IN_FIELD_ALL, percentByte) : bounded
}

/** Decoded text (a file name, a threat) in a field between colons: UTF-8. */
export function encodeName(text: string): string {
  if (text === '') return ''
  const bounded = text.length > MAX_FIELD_CHARS ? text.slice(0, MAX_FIELD_CHARS) : text
  return UNSAFE_IN_FIELD.test(bounded) ? bounded.replace(UNSAFE_IN_FIELD_ALL, percentUtf8) : bounded
}

/** Wire text in a column between spaces, where it stands as it came (`http://site/a%20b`) as far as it is printable. `-` when empty. */
export function encodeColumn(text: string): string {
  if (text === '') return '-'
  const bounded = text.length > MAX_COLUMN_CHARS ? text.slice(0, MAX_COLUMN_CHARS) : text
  return UNSAFE_IN_COLUMN.test(bounded) ? bounded.replace(UNSAFE_IN_COLUMN_ALL, percentByte) : bounded
}

/** A sentence of error.log or info.log: spaces stay, control characters and what is not ASCII are encoded. */
export function encodeMessage(text: string): string {
  const bounded = text.length > MAX_FIELD_CHARS ? text.slice(0, MAX_FIELD_CHARS) : text
  return UNSAFE_IN_MESSAGE.test(bounded) ? bounded.replace(UNSAFE_IN_MESSAGE_ALL, percentByte) : bounded
}

function percentByte(character: string): string {
  const code = character.charCodeAt(0)
  if (code > 0xff) return percentUtf8(character)
  return `%${code.toString(16).toUpperCase().padStart(2, '0')}`
}

/** Half a surrogate pair has no UTF-8 and becomes U+FFFD. */
function percentUtf8(character: string): string {
  return character.charCodeAt(0) < 0x80 ? percentByte(character) : encodeURIComponent(character.toWellFormed())
}
