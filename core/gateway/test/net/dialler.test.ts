import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { test } from 'node:test'
import { AccessControl } from '../../src/net/access-control.js'
import { alternateFamilies } from '../../src/net/connection-race.js'
import { Dialler, type DialOptions } from '../../src/net/dialler.js'
import { failureOf, type HostLookup, lookupHost } from '../../src/net/host-lookup.js'
import { OwnAddresses } from '../../src/net/own-addresses.js'
import { allOf } from './kit.js'

const own = new OwnAddresses(() => ['127.0.0.1', '::1'])

function rules(http: Record<string, string | boolean>, access: Record<string, string> = {}): AccessControl {
  return new AccessControl({ revision: 1, values: { http, access } }, 'http', own)
}

const loopbackAllowed = rules({ local_to: '127.0.0.0/8 [::1]' })

/** A server that greets with its own address, on a free port. */
async function greeter(host: string, port = 0): Promise<Server & AsyncDisposable> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    // Most tests hang up as soon as they are connected.
    socket.on('error', () => {})
    socket.end(`${socket.localAddress}`)
  })
  server.listen(port, host)
  await once(server, 'listening')
  return server
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port
}

/** A port on which nobody listens. */
async function freePort(): Promise<number> {
  const server = await greeter('127.0.0.1')
  const port = portOf(server)
  server.close()
  await once(server, 'close')
  return port
}

const resolvesTo =
  (...addresses: string[]): HostLookup =>
  async () =>
    addresses

const never: HostLookup = () => new Promise(() => {})

async function dial(
  host: string,
  port: number,
  {
    lookup,
    access = loopbackAllowed,
    ...options
  }: { lookup?: HostLookup; access?: AccessControl } & Partial<DialOptions> = {},
) {
  return await new Dialler(lookup).dial({ host, port }, access, { timeoutMs: 5_000, ...options })
}

function reachedSocket(dialled: Awaited<ReturnType<typeof dial>>): Socket {
  if (!dialled.reached) throw new Error(dialled.message)
  return dialled.socket
}

test('a name is resolved by the system and its server reached', async () => {
  await using server = await greeter('127.0.0.1')
  const dialled = await dial('LocalHost.', portOf(server))
  const socket = reachedSocket(dialled)
  assert.equal(await allOf(socket), '127.0.0.1')
  socket.end()
})

test('the address that was reached is told, in its one form', async () => {
  await using server = await greeter('127.0.0.1')
  const dialled = await dial('::ffff:127.0.0.1', portOf(server))
  assert.equal(dialled.reached && dialled.address, '127.0.0.1')
  reachedSocket(dialled).destroy()
})

test('a server that has ended can still be written to', async () => {
  let got: Promise<string> | undefined
  await using server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.end()
    got = allOf(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const socket = reachedSocket(await dial('127.0.0.1', portOf(server)))
  assert.equal(await allOf(socket), '')
  socket.end('after your end')
  assert.equal(await got, 'after your end')
})

test('the addresses of a name are tried in turn until one answers', async () => {
  await using server = await greeter('127.0.0.3')
  const lookup = resolvesTo('127.0.0.1', '127.0.0.2', '127.0.0.3')
  const dialled = await dial('many.example', portOf(server), { lookup })
  assert.equal(dialled.reached && dialled.address, '127.0.0.3')
  reachedSocket(dialled).destroy()
})

test('a refused connection is told in the words of the guide', async () => {
  const port = await freePort()
  assert.deepEqual(await dial('127.0.0.1', port), {
    reached: false,
    denied: false,
    message: `CONNECT(127.0.0.1:${port})/connect: Connection refused`,
  })
  assert.deepEqual(await dial('::1', port), {
    reached: false,
    denied: false,
    message: `CONNECT([::1]:${port})/connect: Connection refused`,
  })
  const lookup = resolvesTo('127.0.0.1', '127.0.0.2')
  assert.deepEqual(await dial('all.example', port, { lookup }), {
    reached: false,
    denied: false,
    message: `CONNECT(all.example:${port})/connect: Connection refused`,
  })
})

for (const port of [0, -1, 65_536, 80.5, Number.NaN]) {
  test(`port ${port} is an invalid argument, not an exception`, async () => {
    assert.deepEqual(await dial('127.0.0.1', port), {
      reached: false,
      denied: false,
      message: `CONNECT(127.0.0.1:${port})/connect: Invalid argument`,
    })
  })
}

const lookupFailures = [
  { errno: -3008, text: 'Unknown host' },
  { errno: -3007, text: 'No address associated with name' },
  { errno: -3001, text: 'Host name lookup failure' },
  { errno: -3004, text: 'Unknown server error' },
  { errno: undefined, text: 'Unknown server error' },
] as const
for (const { errno, text } of lookupFailures) {
  test(`a lookup that fails with ${errno} is '${text}'`, async () => {
    const lookup: HostLookup = async () => failureOf(Object.assign(new Error('getaddrinfo'), { errno }))
    assert.deepEqual(await dial('no.example', 80, { lookup }), {
      reached: false,
      denied: false,
      message: `CONNECT(no.example:80)/hostname lookup error: ${text}`,
    })
  })
}

test('a name that no resolver can know is looked up by the system in vain', async () => {
  // A label of 64 characters is refused by getaddrinfo itself, whatever name server this host has.
  const failure = await lookupHost(`${'a'.repeat(64)}.invalid`)
  assert.ok(failure === 'Unknown host' || failure === 'Unknown server error', String(failure))
})

test('lookups of one name at once are one lookup', async () => {
  const [first, second] = [lookupHost('localhost'), lookupHost('localhost')]
  assert.equal(first, second)
  assert.ok((await first).length > 0)
  assert.notEqual(lookupHost('localhost'), first)
})

test('a lookup that takes longer than the time-out is a failed lookup', async () => {
  assert.deepEqual(await dial('slow.example', 80, { lookup: never, timeoutMs: 50 }), {
    reached: false,
    denied: false,
    message: 'CONNECT(slow.example:80)/hostname lookup error: Host name lookup failure',
  })
})

test('a dial that is cancelled says so, before, while looking up and while connecting', async () => {
  const cancelled = { reached: false, denied: false, message: 'CONNECT(a.example:80)/connect cancelled' }
  const before = AbortSignal.abort()
  assert.deepEqual(await dial('a.example', 80, { lookup: never, signal: before }), cancelled)
  assert.deepEqual(await dial('a.example', 80, { lookup: resolvesTo('127.0.0.1'), signal: before }), cancelled)

  const stop = new AbortController()
  const looking = dial('a.example', 80, { lookup: never, signal: stop.signal })
  stop.abort()
  assert.deepEqual(await looking, cancelled)

  const stopConnecting = new AbortController()
  const lookup: HostLookup = async () => {
    setImmediate(() => stopConnecting.abort())
    return ['127.0.0.1']
  }
  // The race begins in the turn of the lookup and is over, either way, when the signal comes.
  const connecting = await dial('a.example', await freePort(), { lookup, signal: stopConnecting.signal })
  assert.equal(connecting.reached, false)
})

const numericHosts = ['127.1', '0x7f.1', '017700000001', '2130706433', '127.0.0.1.', '010.0.0.1']
for (const host of numericHosts) {
  test(`the host ${host} is refused outright and never resolved`, async () => {
    const lookup: HostLookup = async () => assert.fail('it was resolved')
    assert.deepEqual(await dial(host, 80, { lookup }), {
      reached: false,
      denied: true,
      message: `CONNECT(${host}:80)/Access Inhibited by Proxy(FSIGK): an IPv4 address is written as four decimal numbers without leading zeros`,
    })
  })
}

test('nothing of a host breaks out of the message', async () => {
  const dialled = await dial('a\r\nSet-Cookie: <b>"\0\ud800é', 80)
  assert.deepEqual(dialled, {
    reached: false,
    denied: true,
    message:
      'CONNECT([a%0D%0ASet-Cookie:%20%3Cb%3E%22%00%EF%BF%BD%C3%A9]:80)/Access Inhibited by Proxy(FSIGK): a host has letters, digits, "-", "_" and single dots',
  })
})

test('a name that resolves to a local address is refused before anything is dialled', async () => {
  let connections = 0
  await using server = createServer(() => {
    connections += 1
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const access = rules({ local_to: '' })
  const port = portOf(server)
  for (const address of ['127.0.0.1', '::ffff:127.0.0.1', '::1', '0.0.0.0', '169.254.169.254']) {
    const dialled = await dial('rebound.example', port, { access, lookup: resolvesTo(address) })
    assert.equal(dialled.reached, false)
    assert.ok(!dialled.reached && dialled.denied)
    assert.match(
      dialled.message,
      /^CONNECT\(rebound\.example:\d+\)\/Access Inhibited by Proxy\(FSIGK\): .* is an? .* address, and http\.local_to does not list it$/,
    )
  }
  assert.equal(connections, 0)
})

test('of several addresses only the allowed ones are dialled', async () => {
  await using forbidden = await greeter('127.0.0.1')
  await using allowed = await greeter('127.0.0.2', portOf(forbidden))
  const access = rules({ local_to: '127.0.0.2' })
  const dialled = await dial('mixed.example', portOf(allowed), {
    access,
    lookup: resolvesTo('127.0.0.1', '127.0.0.2'),
  })
  assert.equal(dialled.reached && dialled.address, '127.0.0.2')
  reachedSocket(dialled).destroy()
})

test('a target that acl_to does not list is denied in the words of the guide', async () => {
  const access = rules({ acl_to: true, local_to: '127.0.0.0/8' }, { http_to: '192.0.2.' })
  assert.deepEqual(await dial('www.example', 80, { access, lookup: resolvesTo('127.0.0.1') }), {
    reached: false,
    denied: true,
    message: 'CONNECT(www.example:80)/Access Inhibited by Proxy(FSIGK)',
  })
})

test('a configured parent is exempt', async () => {
  await using parent = await greeter('127.0.0.1')
  const access = rules({ acl_to: true, local_to: '' }, { http_to: '192.0.2.' })
  const dialled = await dial('127.0.0.1', portOf(parent), { access, exempt: true })
  assert.ok(dialled.reached)
  reachedSocket(dialled).destroy()
})

test('a parent of mail is exempt from local_to, not from acl_to', async () => {
  await using parent = await greeter('127.0.0.1')
  const reach = async (http_to: string) => {
    const access = rules({ acl_to: true, local_to: '' }, { http_to })
    return await dial('parent.example', portOf(parent), { access, lookup: resolvesTo('127.0.0.1'), exempt: 'local' })
  }
  for (const http_to of ['127.0.0.0/8', 'parent.example']) reachedSocket(await reach(http_to)).destroy()
  assert.deepEqual(await reach('192.0.2.'), {
    reached: false,
    denied: true,
    message: `CONNECT(parent.example:${portOf(parent)})/Access Inhibited by Proxy(FSIGK)`,
  })
})

test('a connection that turns out to end on this very host is refused, whatever the interfaces show', async () => {
  await using server = await greeter('127.0.0.1')
  // As for an address that came to an interface within the last seconds: the table of own addresses does not know it.
  class Unaware extends AccessControl {
    override target() {
      return { allowed: true } as const
    }
  }
  const access = new Unaware({ revision: 1, values: { http: { local_to: '' } } }, 'http', own)
  const dialled = await dial('127.0.0.1', portOf(server), { access })
  assert.ok(!dialled.reached && dialled.denied)
  assert.match(dialled.message, /127\.0\.0\.1 is an address of this gateway, and http\.local_to does not list it$/)
})

test('families are tried in turn, each in the resolver’s order', () => {
  assert.deepEqual(alternateFamilies(['::1', '::2', '::3', '1.1.1.1', '2.2.2.2']), [
    '::1',
    '1.1.1.1',
    '::2',
    '2.2.2.2',
    '::3',
  ])
  assert.deepEqual(alternateFamilies(['1.1.1.1', '::1', '::2', '::3']), ['1.1.1.1', '::1', '::2', '::3'])
  assert.deepEqual(alternateFamilies(['1.1.1.1']), ['1.1.1.1'])
})

test('the port of the service itself is no destination on this host, even for who is exempt', async () => {
  await using server = await greeter('127.0.0.1')
  const ownPort = portOf(server)
  for (const options of [{ ownPort }, { ownPort, exempt: true }]) {
    for (const host of ['127.0.0.1', '::ffff:127.0.0.1', 'localhost']) {
      const dialled = await dial(host, ownPort, options)
      assert.ok(!dialled.reached && dialled.denied, host)
      assert.match(dialled.message, /port \d+ is this service itself$/)
    }
  }
  const elsewhere = await dial('127.0.0.1', ownPort, { ownPort: ownPort === 1 ? 2 : ownPort - 1 })
  reachedSocket(elsewhere).destroy()
  const itself = await dial('127.0.0.1', ownPort, { ownPort, ownAddress: '127.0.0.1' })
  assert.equal(itself.reached, false)
  const another = await dial('127.0.0.1', ownPort, { ownPort, ownAddress: '127.0.0.2' })
  reachedSocket(another).destroy()
})

test('an address that did not connect a moment ago is tried last', async () => {
  await using good = await greeter('127.0.0.3')
  const port = portOf(good)
  const dialler = new Dialler(resolvesTo('127.0.0.2', '127.0.0.3'))
  const reach = async () => {
    const dialled = await dialler.dial({ host: 'two.example', port }, loopbackAllowed, { timeoutMs: 5_000 })
    reachedSocket(dialled).destroy()
    return dialled.reached && dialled.address
  }
  assert.equal(await reach(), '127.0.0.3')
  await using _back = await greeter('127.0.0.2', port)
  assert.equal(await reach(), '127.0.0.3')
  good.close()
  assert.equal(await reach(), '127.0.0.2')
  assert.equal(await reach(), '127.0.0.2')
})
