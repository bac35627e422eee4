/** The fields of a header, and what readers make of a value. Text is latin1, one character a byte. */

/** Names are lower case; of each all values, in order, unfolded. */
export type Fields = ReadonlyMap<string, readonly string[]>

const NO_VALUES: readonly string[] = []

export function valuesOf(fields: Fields, name: string): readonly string[] {
  return fields.get(name) ?? NO_VALUES
}

/** @param lines of a header, without their ends */
export function readFields(lines: readonly string[]): Fields {
  const fields = new Map<string, string[]>()
  let field = ''
  const take = () => {
    const colon = field.indexOf(':')
    if (colon <= 0) return
    // Readers differ about white space and stray bytes in names, even where they fold.
    const name = field
      .slice(0, colon)
      .replace(/[^\x21-\x7e]/g, '')
      .toLowerCase()
    const value = field.slice(colon + 1).trim()
    const known = fields.get(name)
    if (known === undefined) fields.set(name, [value])
    else known.push(value)
  }
  for (const line of lines) {
    if (/^[ \t]/.test(line)) {
      field += ` ${line.replace(/^[ \t]+/, '')}`
      continue
    }
    take()
    field = line
  }
  take()
  return fields
}

/** A value as it stands, and as it is for readers that end it at a zero byte, skip those, or skip comments. */
export function formsOfValue(value: string): readonly string[] {
  const forms = [value]
  if (value.includes('\0')) forms.push(value.replaceAll('\0', ''), value.slice(0, value.indexOf('\0')))
  if (value.includes('(')) forms.push(...forms.map(withoutComments))
  return forms
}

/** Takes out comments (RFC 5322, 3.2.2), which may be nested, and do not stand in quoted strings. */
export function withoutComments(value: string): string {
  let out = ''
  let depth = 0
  let isQuoted = false
  for (let at = 0; at < value.length; at++) {
    const character = value[at] ?? ''
    if (character === '\\') {
      if (depth === 0) out += value.slice(at, at + 2)
      at++
    } else if (character === '"' && depth === 0) {
      isQuoted = !isQuoted
      out += character
    } else if (character === '(' && !isQuoted) depth++
    else if (character === ')' && depth > 0) depth--
    else if (depth === 0) out += character
  }
  return out
}
