/** The fields of a header, and what readers make of a value. Text is latin1, one character a byte. */

export interface Fields {
  /** Names are lower case; of each all values, in order, unfolded. */
  readonly values: ReadonlyMap<string, readonly string[]>
  /** Names of those that some readers do not know: with a stray byte or white space in the name, or a folded value. */
  readonly odd: ReadonlySet<string>
}

const NO_VALUES: readonly string[] = []

export const noFields: Fields = { values: new Map(), odd: new Set() }

export function valuesOf({ values }: Fields, name: string): readonly string[] {
  return values.get(name) ?? NO_VALUES
}

/** @param lines of a header, without their ends */
export function readFields(lines: readonly string[]): Fields {
  const values = new Map<string, string[]>()
  const odd = new Set<string>()
  let field = ''
  let isFolded = false
  const take = () => {
    const colon = field.indexOf(':')
    if (colon <= 0) return
    const written = field.slice(0, colon)
    const name = written.replace(/[^\x21-\x7e]/g, '').toLowerCase()
    if (isFolded || name.length !== written.length) odd.add(name)
    const value = field.slice(colon + 1).trim()
    const known = values.get(name)
    if (known === undefined) values.set(name, [value])
    else known.push(value)
  }
  for (const line of lines) {
    if (/^[ \t]/.test(line)) {
      field += ` ${line.trimStart()}`
      isFolded = true
      continue
    }
    take()
    field = line
    isFolded = false
  }
  take()
  return { values, odd }
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
