import type { LowestRate } from './pace.js'

/** The settings of a protocol's section, in bytes a second and seconds; 0 is any rate. */
export interface RateSettings {
  readonly client_min_rate: number
  readonly server_min_rate: number
  readonly min_rate_period: number
}

/** The lowest rates of one revision; undefined where any rate will do. */
export interface LowestRates {
  /** Of clients, sending and taking. */
  readonly client: LowestRate | undefined
  /** Of servers, sending what is held or taking what passes. */
  readonly server: LowestRate | undefined
}

const prepared = new WeakMap<RateSettings, LowestRates>()

/** Prepared once for each revision: snapshots are frozen and shared by the sessions that pin them. */
export function lowestRatesOf(settings: RateSettings): LowestRates {
  const known = prepared.get(settings)
  if (known !== undefined) return known
  const periodMs = settings.min_rate_period * 1000
  const rateOf = (bytesPerSecond: number) => (bytesPerSecond === 0 ? undefined : { bytesPerSecond, periodMs })
  const rates = { client: rateOf(settings.client_min_rate), server: rateOf(settings.server_min_rate) }
  prepared.set(settings, rates)
  return rates
}
