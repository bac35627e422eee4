/**
 * Tells when descriptors run short, before accepting fails: libuv answers EMFILE by accepting and closing what is
 * queued, and a connection that is closed unserved is a connection lost.
 */
import { closeSync, openSync, readFileSync } from 'node:fs'

/** Descriptors that accepting leaves to the conversations under way: upstream connections, spool files, logs. */
const RESERVE = 256
/** Of the limit, when that is small. */
const RESERVED_SHARE = 1 / 4

/** The soft limit of open descriptors; Node raises it to the hard one when it starts. */
export function descriptorLimit(): number {
  const [, soft] = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'latin1')) ?? []
  return soft === undefined ? Number.POSITIVE_INFINITY : Number(soft)
}

/**
 * Whether fewer descriptors are free than conversations may need. The kernel hands out the lowest free number, so that
 * opening anything tells how far they are used up.
 */
export function descriptorsScarce(limit: number): boolean {
  try {
    const lowestFree = openSync('/dev/null', 'r')
    closeSync(lowestFree)
    return lowestFree >= limit - Math.min(RESERVE, limit * RESERVED_SHARE)
  } catch {
    return true
  }
}
