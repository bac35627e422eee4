/** What is measured of a proxy. */
export interface Measured {
  /** The root of its process tree. */
  readonly pid: number
  /** Roots of the trees of those who work for it: c-icap, clamd. What they cost is its cost. */
  readonly servants?: readonly number[]
}

/** A proxy that is measured: one worker on the proxies' processor, an access log, no cache of its own. */
export interface RunningProxy extends Measured, AsyncDisposable {
  readonly name: ProxyName
  readonly port: number
}

/**
 * `squid-clamd` is squid, c-icap and clamd; `fsigk` scans with the embedded engine, `fsigk-clamd` with the same clamd,
 * both looking anew at what they have seen before; `fsigk-seen` with clamd and the verdict cache.
 */
export const proxyNames = [
  'nginx',
  'squid',
  'squid-clamd',
  'fsigk-unscanned',
  'fsigk',
  'fsigk-clamd',
  'fsigk-seen',
] as const
export type ProxyName = (typeof proxyNames)[number]

/** The roots of all process trees that work for a proxy. */
export function rootsOf({ pid, servants = [] }: Measured): readonly number[] {
  return [pid, ...servants]
}

export function usesClamd(name: ProxyName): name is 'squid-clamd' | 'fsigk-clamd' | 'fsigk-seen' {
  return name === 'squid-clamd' || name === 'fsigk-clamd' || name === 'fsigk-seen'
}
