/** A proxy that is measured: one worker on the proxies' processor, an access log, no cache. */
export interface RunningProxy extends AsyncDisposable {
  readonly name: ProxyName
  readonly port: number
  /** The root of its process tree. */
  readonly pid: number
}

export const proxyNames = ['nginx', 'squid', 'fsigk-unscanned', 'fsigk'] as const
export type ProxyName = (typeof proxyNames)[number]
