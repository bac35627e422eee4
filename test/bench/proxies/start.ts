import { join } from 'node:path'
import { type GatewayOptions, startFsigk } from './fsigk.js'
import { startNginx } from './nginx.js'
import type { ProxyName, RunningProxy } from './running-proxy.js'
import { startSquid } from './squid.js'

/** What a bench wants of the gateway beyond its defaults. */
export type Wishes = Omit<GatewayOptions, 'name'>

/** Starts a proxy in a folder of its own below `folder`. */
export function startProxy(
  name: ProxyName,
  folder: string,
  originPort: number,
  wishes: Wishes = {},
): Promise<RunningProxy> {
  const own = join(folder, name)
  switch (name) {
    case 'nginx':
      return startNginx(own, originPort)
    case 'squid':
      return startSquid(own)
    case 'fsigk':
    case 'fsigk-unscanned':
      return startFsigk(own, { ...wishes, name })
  }
}
