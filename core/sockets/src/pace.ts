export interface LowestRate {
  readonly bytesPerSecond: number
  /** Over which it is averaged. */
  readonly periodMs: number
}

/**
 * How fast a far end moves data while it is waited for. Only the time of such waits counts: whoever is kept waiting
 * himself, by the scan or by the other side, is not slow.
 */
export class Pace {
  #waitedMs = 0
  #bytes = 0

  constructor(private readonly lowest: LowestRate) {}

  moved(bytes: number): void {
    this.#bytes += bytes
  }

  waited(ms: number): void {
    this.#waitedMs += ms
  }

  /**
   * Whether less was moved in a whole period than is allowed. Begins the next period when this one is over.
   *
   * @param ms of the wait under way, beside those that are over
   */
  isTooSlow(ms = 0): boolean {
    const { bytesPerSecond, periodMs } = this.lowest
    const waitedMs = this.#waitedMs + ms
    if (waitedMs < periodMs) return false
    const isTooSlow = this.#bytes * 1000 < bytesPerSecond * waitedMs
    this.#waitedMs = -ms
    this.#bytes = 0
    return isTooSlow
  }
}
