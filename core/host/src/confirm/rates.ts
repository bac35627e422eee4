/** How many transfers there were, how many failed and how many were not scanned: over the last hour, minute by minute. */

/** Sums since a worker began. */
export interface Counts {
  readonly transfers: number
  /** Lines of the access log with a PROXY-ERROR. */
  readonly errors: number
  /** Transfers that nobody looked at, or not whole, though the settings asked for it. */
  readonly unscanned: number
}

export const NO_COUNTS: Counts = { transfers: 0, errors: 0, unscanned: 0 }

const MINUTE_MS = 60_000
const MINUTES = 60

/** Of all workers together. */
export class Rates {
  #sums = NO_COUNTS
  /** The sums at the beginning of each of the last minutes, oldest first. */
  #minutes: { readonly at: number; readonly sums: Counts }[] = []

  constructor(private readonly nowMs: () => number = () => performance.now()) {
    this.#minutes.push({ at: nowMs(), sums: NO_COUNTS })
  }

  /** @param delta what a worker counted since it told last */
  add(delta: Counts): void {
    this.#turn()
    this.#sums = plus(this.#sums, delta)
  }

  /** The sums now: what is counted from here on is what comes after them. */
  get sums(): Counts {
    return this.#sums
  }

  /** What was counted since sums that were read earlier. */
  since(sums: Counts): Counts {
    return minus(this.#sums, sums)
  }

  /** What was counted in the hour before now. */
  lastHour(): Counts {
    this.#turn()
    return minus(this.#sums, this.#minutes[0]?.sums ?? NO_COUNTS)
  }

  #turn(): void {
    const now = this.nowMs()
    if (now - (this.#minutes.at(-1)?.at ?? 0) < MINUTE_MS) return
    this.#minutes.push({ at: now, sums: this.#sums })
    this.#minutes = this.#minutes.filter(({ at }) => now - at <= MINUTES * MINUTE_MS)
  }
}

export function plus(left: Counts, right: Counts): Counts {
  return {
    transfers: left.transfers + right.transfers,
    errors: left.errors + right.errors,
    unscanned: left.unscanned + right.unscanned,
  }
}

export function minus(left: Counts, right: Counts): Counts {
  return {
    transfers: left.transfers - right.transfers,
    errors: left.errors - right.errors,
    unscanned: left.unscanned - right.unscanned,
  }
}
