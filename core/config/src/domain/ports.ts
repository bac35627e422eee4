/** Lists of ports, as `443,8000-8100`. */
import type { Broken } from './definition.js'

export interface PortRange {
  readonly first: number
  readonly last: number
}

/** Reads ports and ranges joined by commas; none of them is an empty list. */
export function parsePorts(text: string): readonly PortRange[] | Broken {
  const ranges: PortRange[] = []
  let start = 0
  for (const part of text.split(',')) {
    const word = part.trim()
    if (word !== '') {
      const [, low, high = low] = /^([1-9][0-9]{0,4})(?:-([1-9][0-9]{0,4}))?$/.exec(word) ?? []
      const range = { first: Number(low), last: Number(high) }
      if (low === undefined || range.last > 65535 || range.first > range.last)
        return {
          rule: `must be ports from 1 to 65535 or ranges like 8000-8100, joined by commas (character ${start + part.indexOf(word) + 1})`,
        }
      ranges.push(range)
    }
    start += part.length + 1
  }
  return ranges
}
