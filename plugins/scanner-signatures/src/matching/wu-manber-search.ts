/**
 * Many patterns in one pass (Wu and Manber, "A fast algorithm for multi-pattern searching", 1994), over typed arrays.
 *
 * From every pattern one window of the same length is taken. The search looks at the last two or three bytes under the
 * window, a block: a table says how far the window may move because no pattern has that block nearer to its end. Where
 * it may not move, the few patterns that end their window in this block are compared.
 *
 * A pattern is compared from its pivot outwards, four bytes with a pair that it holds once. So wherever two comparisons
 * both get past the pivot, the pair stands twice in the text, and neither comparison reaches the pair of the other:
 * however a text is made, comparing a pattern costs no more than reading the text twice.
 */
import type { Accept, LiteralSearch } from './literal-search.js'
import { singlePair } from './single-pair.js'

/** A longer window moves further at a time, but gains little beyond this and would overflow no table entry. */
const MAX_WINDOW_BYTES = 32
/** Beyond so many blocks the 65,536 pairs are too full to skip by; three bytes are hashed then. */
const MAX_PAIR_BLOCKS = 32_768
const PAIR_BITS = 16
const TRIPLE_BITS = 18

/** The window that these patterns would be searched with. */
export function windowBytes(patterns: readonly Buffer[]): number {
  return patterns.reduce((least, pattern) => Math.min(least, pattern.length), MAX_WINDOW_BYTES)
}

function pair(bytes: Uint8Array, last: number): number {
  return ((bytes[last - 1] as number) << 8) | (bytes[last] as number)
}

function triple(bytes: Uint8Array, last: number): number {
  return (
    (((bytes[last - 2] as number) << 10) ^ ((bytes[last - 1] as number) << 5) ^ (bytes[last] as number)) &
    ((1 << TRIPLE_BITS) - 1)
  )
}

function word(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] as number) |
    ((bytes[at + 1] as number) << 8) |
    ((bytes[at + 2] as number) << 16) |
    ((bytes[at + 3] as number) << 24)
  )
}

export class WuManberSearch implements LiteralSearch {
  readonly #patterns: readonly Buffer[]
  readonly #window: number
  readonly #triples: boolean
  /** Block → how far the window may move; 0: compare. */
  readonly #shift: Uint8Array
  /** Block → where its candidates begin; they end where those of the next block begin. */
  readonly #bucket: Int32Array
  /** Of each candidate: the pattern, the offset of its window in it, the offset of its pivot and the pivot. */
  readonly #candidate: Int32Array
  readonly #fragment: Uint8Array
  readonly #pivotAt: Uint8Array
  readonly #pivot: Int32Array

  /** @param patterns of 4 to 256 bytes each */
  constructor(patterns: readonly Buffer[]) {
    this.#patterns = patterns
    this.#window = windowBytes(patterns)
    this.#triples = patterns.length * (this.#window - 1) > MAX_PAIR_BLOCKS
    const blockBytes = this.#triples ? 3 : 2
    const block = this.#triples ? triple : pair
    const blocks = 1 << (this.#triples ? TRIPLE_BITS : PAIR_BITS)

    this.#shift = new Uint8Array(blocks).fill(this.#window - blockBytes + 1)
    const load = new Int32Array(blocks)
    const fragments = patterns.map((pattern) => chooseFragment(pattern, this.#window, block, load))
    patterns.forEach((pattern, index) => {
      const last = (fragments[index] as number) + this.#window - 1
      for (let distance = 0; distance <= this.#window - blockBytes; distance++) {
        const at = block(pattern, last - distance)
        this.#shift[at] = Math.min(this.#shift[at] as number, distance)
      }
    })

    this.#bucket = new Int32Array(blocks + 1)
    for (let at = 0; at < blocks; at++) this.#bucket[at + 1] = (this.#bucket[at] as number) + (load[at] as number)
    this.#candidate = new Int32Array(patterns.length)
    this.#fragment = new Uint8Array(patterns.length)
    this.#pivotAt = new Uint8Array(patterns.length)
    this.#pivot = new Int32Array(patterns.length)
    const next = this.#bucket.slice()
    patterns.forEach((pattern, index) => {
      const fragment = fragments[index] as number
      const at = block(pattern, fragment + this.#window - 1)
      const entry = next[at] as number
      next[at] = entry + 1
      this.#candidate[entry] = index
      this.#fragment[entry] = fragment
      const pivotAt = Math.min(singlePair(pattern) ?? 0, pattern.length - 4)
      this.#pivotAt[entry] = pivotAt
      this.#pivot[entry] = word(pattern, pivotAt)
    })
  }

  search(bytes: Buffer, accept: Accept): number {
    return this.#triples ? this.#searchTriples(bytes, accept) : this.#searchPairs(bytes, accept)
  }

  // The two loops are one text: a block function that is not known when the loop is compiled halves its speed.

  #searchPairs(bytes: Buffer, accept: Accept): number {
    const shift = this.#shift
    const end = bytes.length
    for (let last = this.#window - 1; last < end; ) {
      const block = pair(bytes, last)
      const distance = shift[block] as number
      if (distance === 0) {
        const found = this.#compare(bytes, block, last, accept)
        if (found !== -1) return found
        last++
      } else last += distance
    }
    return -1
  }

  #searchTriples(bytes: Buffer, accept: Accept): number {
    const shift = this.#shift
    const end = bytes.length
    for (let last = this.#window - 1; last < end; ) {
      const block = triple(bytes, last)
      const distance = shift[block] as number
      if (distance === 0) {
        const found = this.#compare(bytes, block, last, accept)
        if (found !== -1) return found
        last++
      } else last += distance
    }
    return -1
  }

  #compare(bytes: Buffer, block: number, last: number, accept: Accept): number {
    const windowStart = last - this.#window + 1
    const end = this.#bucket[block + 1] as number
    for (let entry = this.#bucket[block] as number; entry < end; entry++) {
      const start = windowStart - (this.#fragment[entry] as number)
      const pivotAt = this.#pivotAt[entry] as number
      // Neither test needs the pattern itself, which is a jump in memory away.
      if (start < 0 || start + pivotAt + 4 > bytes.length) continue
      if (this.#pivot[entry] !== word(bytes, start + pivotAt)) continue
      const index = this.#candidate[entry] as number
      if (standsAt(this.#patterns[index] as Buffer, bytes, start, pivotAt) && accept(start)) return index
    }
    return -1
  }
}

/** Whether the pattern stands there, given that its pivot does. */
function standsAt(pattern: Buffer, bytes: Buffer, start: number, pivotAt: number): boolean {
  const length = pattern.length
  if (start + length > bytes.length) return false
  for (let at = pivotAt - 1; at >= 0; at--) if (pattern[at] !== bytes[start + at]) return false
  for (let at = pivotAt + 4; at < length; at++) if (pattern[at] !== bytes[start + at]) return false
  return true
}

/**
 * Takes from each pattern the window whose last block has the fewest candidates so far, so that no block collects many,
 * and not one block of equal bytes (zeros, spaces), which files are full of.
 */
function chooseFragment(
  pattern: Buffer,
  window: number,
  block: (bytes: Uint8Array, last: number) => number,
  load: Int32Array,
): number {
  let chosen = 0
  let least = Number.POSITIVE_INFINITY
  for (let fragment = 0; fragment <= pattern.length - window && least > 0; fragment++) {
    const last = fragment + window - 1
    const dull = pattern[last] === pattern[last - 1] ? 1_000_000 : 0
    const cost = dull + (load[block(pattern, last)] as number)
    if (cost < least) {
      least = cost
      chosen = fragment
    }
  }
  const at = block(pattern, chosen + window - 1)
  load[at] = (load[at] as number) + 1
  return chosen
}
