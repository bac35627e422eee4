/**
 * Tells when descriptors run short, before accepting fails: libuv answers EMFILE by accepting and closing what is
 * queued, and a connection that is closed unserved is a connection lost.
 */
import { readdirSync, readFileSync } from 'node:fs'

/** Descriptors that accepting leaves to the conversations under way: upstream connections, spool files, logs. */
const RESERVE = 256
/** Of the limit, when that is small. */
const RESERVED_SHARE = 1 / 4
/** A conversation opens a few descriptors beside its socket, so the next count comes well before they can be used up. */
const FREE_PER_ACCEPT = 8
const MIN_ACCEPTS_BETWEEN_COUNTS = 16

export class DescriptorWatch {
  readonly limit = softLimit()
  readonly #reserve = Math.min(RESERVE, this.limit * RESERVED_SHARE)
  #acceptsUntilCount = 0

  /** To be called for each accepted connection. @returns whether accepting should pause */
  accepted(): boolean {
    this.#acceptsUntilCount -= 1
    return this.#acceptsUntilCount < 0 && this.scarce()
  }

  /** Counts, which takes some milliseconds when ten thousand are open. */
  scarce(): boolean {
    if (this.limit === Number.POSITIVE_INFINITY) return false
    const free = this.limit - openDescriptors() - this.#reserve
    this.#acceptsUntilCount = Math.max(MIN_ACCEPTS_BETWEEN_COUNTS, free / FREE_PER_ACCEPT)
    return free <= 0
  }
}

/** Node raises the soft limit to the hard one when it starts. */
function softLimit(): number {
  const [, soft] = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'latin1')) ?? []
  return soft === undefined ? Number.POSITIVE_INFINITY : Number(soft)
}

function openDescriptors(): number {
  try {
    return readdirSync('/proc/self/fd').length
  } catch {
    // Not even the folder can be opened any more.
    return Number.POSITIVE_INFINITY
  }
}
