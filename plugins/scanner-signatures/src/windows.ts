import { Definitions } from './definitions/definitions.js'

/** What is searched between two turns of the event loop: a few tenths of a millisecond, hash included. */
export const BLOCK_BYTES = 256 * 1024

const MAX_KEPT = 4
const kept: Buffer[] = []

/**
 * A buffer for one block and what it shares with the block before it. A few are used again and again: memory that is
 * new to the process costs more than the search (measured: 124 µs a buffer).
 */
export function takeWindow(): Buffer {
  return kept.pop() ?? Buffer.allocUnsafeSlow(Definitions.overlapBytes + BLOCK_BYTES)
}

/** @param used bytes from the start that were written to; they are wiped, for no content outlives its scan */
export function releaseWindow(window: Buffer, used: number): void {
  window.fill(0, 0, used)
  if (kept.length < MAX_KEPT) kept.push(window)
}
