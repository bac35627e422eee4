/**
 * What needs more of a network than loopback has: other interfaces, routes that lead nowhere, hosts that are silent.
 * Each test has a network namespace of its own, made by iproute2; without it, or without root, they are skipped.
 */
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { type TestContext, test } from 'node:test'
import { type LineProgram, startFixture } from './kit.js'

const impossible = reasonToSkip()
let namespaces = 0

/** A network namespace whose loopback is up. It goes away with the test, and its interfaces with it. */
class Namespace implements Disposable {
  readonly name = `fsigk-${process.pid}-${namespaces++}`

  constructor() {
    ip('netns', 'add', this.name)
    this.ip('link', 'set', 'lo', 'up')
  }

  ip(...args: string[]): void {
    ip('-n', this.name, ...args)
  }

  /** @param assignment as of `sysctl -w` */
  setting(assignment: string): void {
    execFileSync('ip', ['netns', 'exec', this.name, 'sysctl', '-q', '-w', assignment])
  }

  start(fixture: string, ...args: string[]): LineProgram {
    return startFixture(fixture, args, ['ignore', 'pipe', 'inherit'], ['ip', 'netns', 'exec', this.name])
  }

  /** Joins two namespaces by a cable. */
  static cable(one: Namespace, its: string, other: Namespace, others: string): void {
    one.ip('link', 'add', 'cable0', 'type', 'veth', 'peer', 'name', 'cable0', 'netns', other.name)
    one.ip('addr', 'add', its, 'dev', 'cable0')
    other.ip('addr', 'add', others, 'dev', 'cable0')
    for (const namespace of [one, other]) namespace.ip('link', 'set', 'cable0', 'up')
  }

  [Symbol.dispose](): void {
    ip('netns', 'del', this.name)
  }
}

function networkTest(title: string, body: (context: TestContext) => Promise<void>): void {
  test(title, { skip: impossible }, body)
}

async function dialled(namespace: Namespace, ...targets: string[]): Promise<{ ms: number; message: string }[]> {
  await using program = namespace.start('dial', ...targets)
  const results: { ms: number; message: string }[] = []
  for (const _ of targets) results.push(JSON.parse(await program.line()))
  return results
}

networkTest('networks and hosts that cannot be reached are told apart as the guide does', async () => {
  using namespace = new Namespace()
  namespace.ip('route', 'add', 'unreachable', '198.51.100.0/24')
  const [network, host] = await dialled(namespace, '203.0.113.1 80 5000', '198.51.100.1 80 5000')
  assert.equal(network?.message, 'CONNECT(203.0.113.1:80)/connect: Network is unreachable')
  assert.equal(host?.message, 'CONNECT(198.51.100.1:80)/connect: No route to host')
})

networkTest('a silent host costs the time-out and no more', async () => {
  using namespace = new Namespace()
  silentNet(namespace)
  const [silent] = await dialled(namespace, '203.0.113.9 80 1500')
  assert.equal(silent?.message, 'CONNECT(203.0.113.9:80)/connect timeout(>1.5 sec)')
  assert.ok(silent.ms >= 1_490 && silent.ms < 3_000, `${silent.ms} ms`)
})

networkTest('a silent address does not keep the next one waiting for the time-out', async () => {
  using namespace = new Namespace()
  silentNet(namespace)
  await using server = namespace.start('open-and-serve', '127.0.0.1:0')
  const port = await server.line()
  const [answered] = await dialled(namespace, `203.0.113.9,127.0.0.1 ${port} 20000`)
  assert.equal(answered?.message, 'reached 127.0.0.1')
  assert.ok(answered.ms < 5_000, `${answered.ms} ms`)
})

networkTest('without a time-out of ours the system gives up: Connection timed out', async () => {
  using namespace = new Namespace()
  silentNet(namespace)
  // Two attempts of the kernel instead of seven: some three seconds instead of two minutes.
  namespace.setting('net.ipv4.tcp_syn_retries=1')
  const [silent] = await dialled(namespace, '203.0.113.9 80 0')
  assert.equal(silent?.message, 'CONNECT(203.0.113.9:80)/connect: Connection timed out')
})

networkTest('an address that only the routing table knows as ours is refused', async () => {
  using namespace = new Namespace()
  namespace.ip('route', 'add', 'local', '203.0.113.0/24', 'dev', 'lo')
  await using server = namespace.start('open-and-serve', '0')
  const port = await server.line()
  const [own] = await dialled(namespace, `203.0.113.5 ${port} 5000`)
  assert.match(own?.message ?? '', /203\.0\.113\.5 is an address of this gateway, and http\.local_to does not list it$/)
})

networkTest('%EEE:PPP takes connections from that interface and refuses those from others', async () => {
  using gateway = new Namespace()
  using client = new Namespace()
  Namespace.cable(gateway, '192.0.2.1/24', client, '192.0.2.2/24')

  await using onCable = gateway.start('open-and-serve', '%cable0:0')
  await using onLoopback = gateway.start('open-and-serve', '%lo:0')
  await using atAddress = gateway.start('open-and-serve', '192.0.2.1%cable0:0')
  const ports = [await onCable.line(), await onLoopback.line(), await atAddress.line()]

  const [cable, loopback, address] = await dialled(client, ...ports.map((port) => `192.0.2.1 ${port} 5000`))
  assert.equal(cable?.message, 'reached 192.0.2.1')
  assert.match(loopback?.message ?? '', /Connection refused$/)
  assert.equal(address?.message, 'reached 192.0.2.1')

  const inside = await dialled(gateway, ...ports.map((port) => `127.0.0.1 ${port} 5000`))
  assert.match(inside[0]?.message ?? '', /Connection refused$/)
  assert.equal(inside[1]?.message, 'reached 127.0.0.1')
  assert.match(inside[2]?.message ?? '', /Connection refused$/)
})

/** 203.0.113.9 is reachable and never answers: its hardware address is nobody's on this cable. */
function silentNet(namespace: Namespace): void {
  namespace.ip('link', 'add', 'silent0', 'type', 'veth', 'peer', 'name', 'silent1')
  namespace.ip('addr', 'add', '203.0.113.1/24', 'dev', 'silent0')
  for (const end of ['silent0', 'silent1']) namespace.ip('link', 'set', end, 'up')
  namespace.ip('neigh', 'add', '203.0.113.9', 'lladdr', '02:00:00:00:00:09', 'dev', 'silent0')
}

function ip(...args: string[]): void {
  execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'inherit'] })
}

function reasonToSkip(): string | false {
  if (process.getuid?.() !== 0) return 'network namespaces need root'
  if (spawnSync('ip', ['-V']).error !== undefined) return 'iproute2 is not installed (apt-get install iproute2)'
  const probe = `fsigk-probe-${process.pid}`
  if (spawnSync('ip', ['netns', 'add', probe]).status !== 0) return 'this kernel or container has no network namespaces'
  const cable = spawnSync('ip', ['-n', probe, 'link', 'add', 'one', 'type', 'veth', 'peer', 'name', 'other'])
  ip('netns', 'del', probe)
  return cable.status === 0 ? false : 'this kernel or container has no veth interfaces'
}

networkTest('a peer that has closed its half, and is gone, is noticed though nothing is said to it', async () => {
  using namespace = new Namespace()
  namespace.setting('net.ipv4.tcp_fin_timeout=1')
  for (const how of ['leaves', 'is reset']) {
    await using program = namespace.start('half-closed', how)
    assert.deepEqual([await program.line(), await program.line()], ['ended', 'closed'], how)
  }
})
