/** A network of a test's own: hosts with addresses, each in a network namespace, all on one switch. Needs root and iproute2. */
import { execFileSync, spawnSync } from 'node:child_process'
import { type CommandResult, runCommand } from '@fsigk/testing'

let networks = 0

export interface NetworkHost {
  /** What a program on this host is started under: `startTestGateway({ under })`. */
  readonly under: readonly string[]
  /** Runs a program on this host to its end. */
  run(program: string, ...args: readonly string[]): Promise<CommandResult>
}

export interface Network<Name extends string> extends AsyncDisposable {
  readonly hosts: Readonly<Record<Name, NetworkHost>>
}

/** Why there can be no network here, as `skip` of node:test takes it; `false` when there can. */
export function reasonForNoNetwork(): string | false {
  const probe = `fsigk-probe-${process.pid}`
  if (spawnSync('ip', ['netns', 'add', probe]).status !== 0) return 'this kernel or container has no network namespaces'
  ip('netns', 'del', probe)
  return false
}

/**
 * @param hosts the addresses of each, with prefix length: `{ gateway: ['192.168.0.99/24', '192.168.1.99/24'] }`. The first
 *   stands on `eth0`, the second on `eth1`, and so on.
 */
export async function startNetwork<Name extends string>(
  hosts: Readonly<Record<Name, readonly string[]>>,
): Promise<Network<Name>> {
  await using resources = new AsyncDisposableStack()
  const prefix = `fsigk-${process.pid}-${networks++}`
  const addNamespace = (name: string) => {
    ip('netns', 'add', name)
    resources.defer(() => ip('netns', 'del', name))
    ip('-n', name, 'link', 'set', 'lo', 'up')
  }
  const wire = `${prefix}-switch`
  addNamespace(wire)
  ip('-n', wire, 'link', 'add', 'br0', 'type', 'bridge')
  ip('-n', wire, 'link', 'set', 'br0', 'up')
  const names = Object.keys(hosts) as Name[]
  for (const [at, host] of names.entries()) {
    const name = `${prefix}-${host}`
    addNamespace(name)
    for (const [number, address] of hosts[host].entries()) {
      const [own, port] = [`eth${number}`, `port${at}-${number}`]
      ip('-n', name, 'link', 'add', own, 'type', 'veth', 'peer', 'name', port, 'netns', wire)
      ip('-n', name, 'addr', 'add', address, 'dev', own)
      ip('-n', name, 'link', 'set', own, 'up')
      ip('-n', wire, 'link', 'set', port, 'master', 'br0')
      ip('-n', wire, 'link', 'set', port, 'up')
    }
  }
  const kept = resources.move()
  const hostOf = (host: Name): NetworkHost => {
    const under = ['ip', 'netns', 'exec', `${prefix}-${host}`]
    return { under, run: (program, ...args) => runCommand('ip', [...under.slice(1), program, ...args]) }
  }
  return {
    hosts: Object.fromEntries(names.map((host) => [host, hostOf(host)])) as Record<Name, NetworkHost>,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  }
}

function ip(...args: readonly string[]): void {
  execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] })
}
