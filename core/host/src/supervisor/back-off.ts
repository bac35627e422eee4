/** A worker that lived for so long had begun well: its end is not the end of the one before again. */
const STABLE_MS = 10_000
const FIRST_DELAY_MS = 250
const LONGEST_DELAY_MS = 30_000

/** How long to wait before a worker is replaced: the first time not at all, then longer each time it ends young. */
export class BackOff {
  #youngDeaths = 0

  /** @param livedMs how long the worker served before it ended */
  next(livedMs: number): number {
    this.#youngDeaths = livedMs >= STABLE_MS ? 1 : this.#youngDeaths + 1
    if (this.#youngDeaths === 1) return 0
    return Math.min(FIRST_DELAY_MS * 2 ** (this.#youngDeaths - 2), LONGEST_DELAY_MS)
  }
}
