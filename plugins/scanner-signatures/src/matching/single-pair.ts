/** The offset of a pair of neighbouring bytes that a pattern holds only once; undefined when it has none. */
export function singlePair(pattern: Uint8Array): number | undefined {
  const offsets = new Map<number, number>()
  for (let at = 0; at + 1 < pattern.length; at++) {
    const pair = ((pattern[at] as number) << 8) | (pattern[at + 1] as number)
    offsets.set(pair, offsets.has(pair) ? -1 : at)
  }
  for (const offset of offsets.values()) if (offset !== -1) return offset
  return undefined
}
