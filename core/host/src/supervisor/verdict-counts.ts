/** How often what scanners said was remembered, in all workers together. */
import type { VerdictFigures } from '@fsigk/gateway'

export type VerdictCounts = Pick<VerdictFigures, 'hits' | 'waits' | 'misses'>

/** How much one worker remembers. */
export type Remembered = Pick<VerdictFigures, 'entries' | 'bytes'>

export const NO_VERDICT_COUNTS: VerdictCounts = { hits: 0, waits: 0, misses: 0 }

/** @param now what a worker counted since it began @param before what it had counted when it told last */
export function verdictsSince(now: VerdictCounts, before: VerdictCounts): VerdictCounts {
  return { hits: now.hits - before.hits, waits: now.waits - before.waits, misses: now.misses - before.misses }
}

/** Sums since the gateway began. */
export class VerdictTotals {
  #sums = NO_VERDICT_COUNTS
  /** Of the worker that told last: the only one, where it is asked for. */
  remembered: Remembered = { entries: 0, bytes: 0 }

  add({ hits, waits, misses }: VerdictCounts): void {
    const { hits: hitsBefore, waits: waitsBefore, misses: missesBefore } = this.#sums
    this.#sums = { hits: hitsBefore + hits, waits: waitsBefore + waits, misses: missesBefore + misses }
  }

  get sums(): VerdictCounts {
    return this.#sums
  }
}
