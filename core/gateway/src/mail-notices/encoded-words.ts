/** RFC 2047: words outside of ASCII in header fields. */

/** A line with an encoded word in it has at most 76 characters (RFC 2047, 2); this much UTF-8 fits into one of base64. */
const MAX_WORD_BYTES = 45
/** The first word of a line that something stands in is shorter by this. */
const FIRST_WORD_BYTES = 24
/** A line has at most 998 characters (RFC 5322, 2.1.1); what is longer is encoded, since encoded words can be folded. */
const MAX_PLAIN_CHARACTERS = 900

/** A header field's text as it may stand on the wire, after a name of 30 characters at most: folded where it is encoded. */
export function encodeFieldText(text: string): string {
  const line = oneLine(text)
  return line.length <= MAX_PLAIN_CHARACTERS && /^[\x20-\x7e]*$/.test(line) ? line : encodedWords(line)
}

/**
 * The text of a field that holds addresses (`From`): names are encoded, addresses stay.
 * `検疫 <virus@example.com>` becomes `=?UTF-8?B?5qSc55ar?= <virus@example.com>`.
 */
export function encodeMailboxes(text: string): string {
  return oneLine(text)
    .split(/(<[^<>]*>|,)/)
    .map((part) => {
      if (/^[\x20-\x7e]*$/.test(part)) return part
      const [, before = '', words = '', after = ''] = /^(\s*)(.*?)(\s*)$/.exec(part) ?? []
      return before + encodedWords(words.replace(/^"([^"]*)"$/, '$1')) + after
    })
    .join('')
}

/** No value may begin another field. */
function oneLine(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\r\n\t]+/g, ' ')
    .replace(/[\x00-\x1f\x7f]/g, '')
}

function encodedWords(text: string): string {
  const words: string[] = []
  let bytes: number[] = []
  for (const character of text) {
    const encoded = Buffer.from(character)
    if (bytes.length + encoded.length > (words.length === 0 ? FIRST_WORD_BYTES : MAX_WORD_BYTES)) {
      words.push(wordOf(bytes))
      bytes = []
    }
    bytes.push(...encoded)
  }
  words.push(wordOf(bytes))
  return words.join('\r\n ')
}

function wordOf(bytes: readonly number[]): string {
  return `=?UTF-8?B?${Buffer.from(bytes).toString('base64')}?=`
}
