/**
 * How fast a far end moves data while it is waited for. Only the time of such waits counts: whoever is kept waiting
 * himself, by the scan or by the other side, is not slow.
 */
import type { HttpSettings } from '../settings.js'

export interface LowestRate {
  readonly bytesPerSecond: number
  /** Over which it is averaged. */
  readonly periodMs: number
}

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

/** The lowest rates of one revision; undefined where any rate will do. */
export interface LowestRates {
  /** Of clients, sending and taking. */
  readonly client: LowestRate | undefined
  /** Of servers, sending what is held. */
  readonly server: LowestRate | undefined
}

const prepared = new WeakMap<HttpSettings, LowestRates>()

export function lowestRatesOf(settings: HttpSettings): LowestRates {
  const known = prepared.get(settings)
  if (known !== undefined) return known
  const periodMs = settings.min_rate_period * 1000
  const rateOf = (bytesPerSecond: number) => (bytesPerSecond === 0 ? undefined : { bytesPerSecond, periodMs })
  const rates = { client: rateOf(settings.client_min_rate), server: rateOf(settings.server_min_rate) }
  prepared.set(settings, rates)
  return rates
}
