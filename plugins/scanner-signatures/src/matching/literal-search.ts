/** Whether the pattern that stands at this position counts there. */
export type Accept = (position: number) => boolean

/** Finds any of several patterns. Made once for a set of patterns, then only read. */
export interface LiteralSearch {
  /** The index of a pattern that stands in `bytes` where `accept` lets it count, or -1. Which one, when several do, is open. */
  search(bytes: Buffer, accept: Accept): number
}
