/**
 * The items of a comma-separated field value (RFC 9110, 5.6.1): trimmed, empty ones left out. A comma inside a
 * quoted string or after a backslash in one does not separate. Takes time linear in the value's length.
 *
 * @param value one field value, or several joined by `, `
 */
export function listItems(value: string): readonly string[] {
  if (!value.includes(',')) {
    const only = value.trim()
    return only === '' ? [] : [only]
  }
  const items: string[] = []
  let start = 0
  let quoted = false
  for (let at = 0; at <= value.length; at++) {
    const character = at === value.length ? ',' : value[at]
    if (quoted && at < value.length) {
      if (character === '\\') at++
      else if (character === '"') quoted = false
    } else if (character === '"') {
      quoted = true
    } else if (character === ',') {
      const item = value.slice(start, at).trim()
      if (item !== '') items.push(item)
      start = at + 1
    }
  }
  return items
}
