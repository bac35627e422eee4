/** The header of a message as it stands, as far as a gateway has to know it: which fields there are, and what they say. */

/** A field: its name as it is spelled, and its value in one line, without the space around it. */
export interface HeaderField {
  readonly name: string
  readonly value: string
}

const FIELD = /^([!-9;-~]{1,998})[ \t]*:(.*)$/s

/**
 * Reads the lines of a header up to its end: an empty line, or what cannot be a field. Folded lines are put together.
 *
 * @param header latin1, its lines ending in CRLF or LF
 */
export function headerFields(header: string): readonly HeaderField[] {
  const fields: HeaderField[] = []
  for (const line of header.split(/\r?\n(?![ \t])/)) {
    const [, name, value] = FIELD.exec(line) ?? []
    if (name === undefined || value === undefined) break
    fields.push({ name, value: value.replace(/\r?\n/g, '').trim() })
  }
  return fields
}

/** RFC 5322, 2.1.1: what a line should not be longer than. */
const LINE_CHARACTERS = 78
/** What it must not be longer than. */
const MAX_LINE_CHARACTERS = 998

/**
 * A field as lines of a header that is written anew, each ending in CRLF: folded at its spaces, printable ASCII. `''` when
 * it has no value, or one that no line can hold.
 */
export function foldedField(name: string, value: string): string {
  const words = value
    .replace(/[\t\r\n ]+/g, ' ')
    .replace(/[^\x20-\x7e]+/g, '?')
    .trim()
  if (words === '') return ''
  let field = ''
  let line = `${name}:`
  for (const word of words.split(' ')) {
    if (word.length >= MAX_LINE_CHARACTERS - name.length - 2) return ''
    if (line.length + 1 + word.length > LINE_CHARACTERS && line !== `${name}:`) {
      field += `${line}\r\n`
      line = ''
    }
    line += ` ${word}`
  }
  return `${field}${line}\r\n`
}
