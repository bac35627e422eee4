/** The header of a part of a multipart body: its fields, read as leniently as readers do. */

/** Names are lower case, values without the line ends of folding; of each name all values, in order. */
export type PartHeader = ReadonlyMap<string, readonly string[]>

/** @param text the lines of the header, latin1 */
export function readPartHeader(text: string): PartHeader {
  const fields = new Map<string, string[]>()
  let value: string[] | undefined
  for (const line of text.split(/\r?\n/)) {
    if (/^[ \t]/.test(line)) {
      const last = value?.pop()
      if (last !== undefined) value?.push(`${last} ${line.trim()}`)
      continue
    }
    const colon = line.indexOf(':')
    if (colon === -1) continue
    const name = line.slice(0, colon).trim().toLowerCase()
    value = fields.get(name) ?? []
    value.push(line.slice(colon + 1).trim())
    fields.set(name, value)
  }
  return fields
}
