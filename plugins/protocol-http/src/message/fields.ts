/** The header or trailer fields of one message, in the order in which they came. */
import { runEnd, tokenBytes, valueBytes } from './characters.js'
import { type FieldName, fieldName, names } from './field-names.js'

const COLON = 0x3a
const CR = 0x0d
const LF = 0x0a
const SPACE = 0x20
const TAB = 0x09

export class Fields {
  readonly names: FieldName[] = []
  /** Names as the sender wrote them. */
  readonly spelled: string[] = []
  /** Values without the white space around them; latin1. */
  readonly values: string[] = []

  get size(): number {
    return this.names.length
  }

  add(spelled: string, value: string): void {
    this.names.push(fieldName(spelled))
    this.spelled.push(spelled)
    this.values.push(value)
  }

  /** The value of the first field of this name. */
  first(name: FieldName): string | undefined {
    const at = this.names.indexOf(name)
    return at === -1 ? undefined : this.values[at]
  }

  /** The value of the last field of this name. */
  last(name: FieldName): string | undefined {
    return this.values[this.names.lastIndexOf(name)]
  }

  /** Leaves one field of this name, with this value, where the first stood; none when there is no value. */
  leave(name: FieldName, value: string | undefined): void {
    const first = this.names.indexOf(name)
    if (first === -1) return
    if (value !== undefined) this.values[first] = value
    const from = value === undefined ? first : first + 1
    for (let at = this.names.indexOf(name, from); at !== -1; at = this.names.indexOf(name, from)) {
      this.names.splice(at, 1)
      this.spelled.splice(at, 1)
      this.values.splice(at, 1)
    }
  }

  /** All values of this name, in order. */
  all(name: FieldName): readonly string[] {
    return this.values.filter((_, index) => this.names[index] === name)
  }

  has(name: FieldName): boolean {
    return this.names.includes(name)
  }

  /** Whether the name occurs more than once. */
  repeats(name: FieldName): boolean {
    const at = this.names.indexOf(name)
    return at !== -1 && this.names.includes(name, at + 1)
  }

  /** All values of this name as one list (RFC 9110, 5.3); undefined when there is none. */
  joined(name: FieldName): string | undefined {
    const at = this.names.indexOf(name)
    if (at === -1) return undefined
    if (!this.names.includes(name, at + 1)) return this.values[at]
    return this.values.filter((_, index) => this.names[index] === name).join(', ')
  }
}

/**
 * Reads field lines strictly (RFC 9112, 5): no space before the colon, no folded lines, no byte that may not stand in
 * a value, every line ended by CR LF. After the values that frame a message no tab may stand, though elsewhere it may:
 * readers are known that take it for a part of the value.
 *
 * @param text latin1, with the line end of the last field inside `to`
 * @returns undefined when any line is not one
 */
export function parseFields(text: string, from: number, to: number): Fields | undefined {
  const fields = new Fields()
  let at = from
  while (at < to) {
    const colon = runEnd(text, at, tokenBytes)
    if (colon === at || text.charCodeAt(colon) !== COLON) return undefined
    let start = colon + 1
    while (isBlank(text.charCodeAt(start))) start++
    const lineEnd = runEnd(text, start, valueBytes)
    if (text.charCodeAt(lineEnd) !== CR || text.charCodeAt(lineEnd + 1) !== LF) return undefined
    let end = lineEnd
    while (end > start && isBlank(text.charCodeAt(end - 1))) end--
    fields.add(text.slice(at, colon), text.slice(start, end))
    if (framesMessage(fields.names[fields.size - 1]) && text.slice(end, lineEnd).includes('\t')) return undefined
    at = lineEnd + 2
  }
  return at === to ? fields : undefined
}

function framesMessage(name: FieldName | undefined): boolean {
  return name === names.contentLength || name === names.transferEncoding
}

function isBlank(byte: number): boolean {
  return byte === SPACE || byte === TAB
}
