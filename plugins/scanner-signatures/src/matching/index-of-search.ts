import type { Accept, LiteralSearch } from './literal-search.js'

/** One pass a pattern by `Buffer.indexOf`, which is memchr and Boyer-Moore inside: unbeaten for very few patterns. */
export class IndexOfSearch implements LiteralSearch {
  constructor(private readonly patterns: readonly Buffer[]) {}

  search(bytes: Buffer, accept: Accept): number {
    for (let index = 0; index < this.patterns.length; index++) {
      const pattern = this.patterns[index] as Buffer
      for (let at = bytes.indexOf(pattern); at !== -1; at = bytes.indexOf(pattern, at + 1)) {
        if (accept(at)) return index
      }
    }
    return -1
  }
}
