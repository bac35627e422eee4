import type { Body } from '@fsigk/plugin-api'

/**
 * How many different words of a list stand in a body, wherever it is cut. Reads no further than needed for `enough`.
 *
 * @param words lower case, in latin1 as they stand on the wire
 * @throws the signal's reason, and what reading the body throws
 */
export async function countWords(
  body: Body,
  words: readonly string[],
  enough: number,
  signal: AbortSignal,
): Promise<number> {
  const overlap = Math.max(0, ...words.map((word) => word.length - 1))
  const missing = new Set(words)
  const found = () => words.length - missing.size
  let rest = ''
  for await (const chunk of body) {
    signal.throwIfAborted()
    const window = rest + chunk.toString('latin1').toLowerCase()
    for (const word of missing) if (window.includes(word)) missing.delete(word)
    if (found() >= enough) break
    rest = window.slice(Math.max(0, window.length - overlap))
  }
  return found()
}
