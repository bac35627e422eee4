import { join } from 'node:path'
import { type Clamd, startClamd } from './clamd.js'
import { type GatewayOptions, startFsigk } from './fsigk.js'
import { startNginx } from './nginx.js'
import { type ProxyName, type RunningProxy, usesClamd } from './running-proxy.js'
import { startSquid, startSquidClamd } from './squid.js'

/** What a bench wants of the gateway beyond its defaults, and of clamd. */
export type Wishes = Omit<GatewayOptions, 'name' | 'clamdSocket'> & {
  /** Whether clamd may remember what was clean; unless told it may not, so that it looks at every body. */
  readonly clamdRemembers?: boolean
}

export interface Proxies extends AsyncDisposable {
  readonly all: readonly RunningProxy[]
  /** @throws when it was not started */
  of(name: ProxyName): RunningProxy
}

/** Starts proxies, each in a folder of its own below `folder`; those that ask clamd ask the same. */
export async function startProxies(
  names: readonly ProxyName[],
  folder: string,
  originPort: number,
  wishes: Wishes = {},
): Promise<Proxies> {
  await using started = new AsyncDisposableStack()
  const { clamdRemembers = false, ...options } = wishes
  const clamd = names.some(usesClamd) ? started.use(await startClamd(join(folder, 'clamd'), clamdRemembers)) : undefined
  const all: RunningProxy[] = []
  for (const name of names) all.push(started.use(await start(name, join(folder, name), originPort, clamd, options)))
  const owned = started.move()
  return {
    all,
    of(name) {
      const found = all.find((proxy) => proxy.name === name)
      if (found === undefined) throw new Error(`${name} was not started`)
      return found
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

async function start(
  name: ProxyName,
  folder: string,
  originPort: number,
  clamd: Clamd | undefined,
  options: Omit<GatewayOptions, 'name'>,
): Promise<RunningProxy> {
  if (name === 'nginx') return await startNginx(folder, originPort)
  if (name === 'squid') return await startSquid(folder)
  if (!usesClamd(name)) return await startFsigk(folder, { ...options, name })
  if (clamd === undefined) throw new Error(`${name} needs clamd`)
  if (name === 'squid-clamd') return await startSquidClamd(folder, clamd)
  const proxy = await startFsigk(folder, { ...options, name, clamdSocket: clamd.socket })
  return { ...proxy, servants: [clamd.pid] }
}
