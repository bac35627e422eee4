import type { LowestRate } from '@fsigk/sockets'
import type { HttpSettings } from '../settings.js'

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
