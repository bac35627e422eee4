/** Text of other alphabets in fields: percent signs (RFC 2231) and encoded words (RFC 2047), read leniently. */
import { decodedBytes } from './alphabets.js'

/** An escape that is none stays as it is. Bytes as latin1. */
export function percentDecoded(text: string): string {
  return text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
}

/** White space between two words belongs to neither; words of one charset may share a character. */
export function decodedWords(text: string): string {
  const word = /=\?([^?*]*)(?:\*[^?]*)?\?([bq])\?([^?]*)\?=/gi
  let out = ''
  let from = 0
  let pending: Buffer[] = []
  let charset = ''
  const flush = () => {
    if (pending.length > 0) out += decodedBytes(Buffer.concat(pending), charset)
    pending = []
  }
  for (const match of text.matchAll(word)) {
    const [whole, named = '', kind = '', encoded = ''] = match
    const between = text.slice(from, match.index)
    if (pending.length === 0 || between.trim() !== '' || named.toLowerCase() !== charset) {
      flush()
      if (from === 0 || between.trim() !== '') out += between
    }
    charset = named.toLowerCase()
    pending.push(kind.toLowerCase() === 'b' ? Buffer.from(encoded, 'base64') : quoted(encoded))
    from = match.index + whole.length
  }
  flush()
  return out + text.slice(from)
}

function quoted(text: string): Buffer {
  const bytes = text
    .replaceAll('_', ' ')
    .replace(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  return Buffer.from(bytes, 'latin1')
}
