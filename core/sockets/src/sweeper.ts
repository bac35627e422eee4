/**
 * One coarse timer for all deadlines of a worker: a timer for each request would cost more than the request's parsing.
 * Deadlines are kept within a tick.
 */
const TICK_MS = 250

/** Something with deadlines. */
export interface Swept {
  /** @param now milliseconds of the sweeper's clock */
  sweep(now: number): void
}

export class Sweeper {
  /** Milliseconds on a clock that never goes back, as of the last tick. */
  now = performance.now()
  readonly #swept = new Set<Swept>()
  #timer: NodeJS.Timeout | undefined

  add(swept: Swept): void {
    this.#swept.add(swept)
    if (this.#timer !== undefined) return
    this.now = performance.now()
    this.#timer = setInterval(() => this.#tick(), TICK_MS)
    this.#timer.unref()
  }

  remove(swept: Swept): void {
    this.#swept.delete(swept)
    if (this.#swept.size > 0) return
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  #tick(): void {
    this.now = performance.now()
    for (const swept of this.#swept) swept.sweep(this.now)
  }
}
