import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { test } from 'node:test'
import type { Svcport } from '@fsigk/config'
import { normaliseAddress } from '../../src/net/address.js'
import { openListeningSocket } from '../../src/net/listening-socket.js'
import { duplicate } from '../../src/net/posix.js'
import { allOf, client } from './kit.js'

const forms: readonly { says: string; svcport: Svcport; reachedBy: readonly string[]; notBy: readonly string[] }[] = [
  { says: 'PPP: both families', svcport: { port: 0 }, reachedBy: ['127.0.0.1', '127.0.0.2', '::1'], notBy: [] },
  {
    says: 'A.A.A.A:PPP',
    svcport: { address: '127.0.0.1', port: 0 },
    reachedBy: ['127.0.0.1'],
    notBy: ['127.0.0.2', '::1'],
  },
  { says: '0.0.0.0:PPP', svcport: { address: '0.0.0.0', port: 0 }, reachedBy: ['127.0.0.1'], notBy: ['::1'] },
  { says: '[v6]:PPP', svcport: { address: '::1', port: 0 }, reachedBy: ['::1'], notBy: ['127.0.0.1'] },
  { says: '[::]:PPP is IPv6 alone', svcport: { address: '::', port: 0 }, reachedBy: ['::1'], notBy: ['127.0.0.1'] },
  { says: '%EEE:PPP', svcport: { interface: 'lo', port: 0 }, reachedBy: ['127.0.0.1', '::1'], notBy: [] },
  {
    says: 'A.A.A.A%EEE:PPP',
    svcport: { address: '127.0.0.1', interface: 'lo', port: 0 },
    reachedBy: ['127.0.0.1'],
    notBy: ['127.0.0.2'],
  },
  {
    says: '[v6]%EEE:PPP',
    svcport: { address: '::1', interface: 'lo', port: 0 },
    reachedBy: ['::1'],
    notBy: ['127.0.0.1'],
  },
]

for (const { says, svcport, reachedBy, notBy } of forms) {
  test(`svcport ${says}`, async () => {
    const socket = openListeningSocket(svcport)
    // The peer's own address comes back, which shows how the family arrives at accept.
    const server = createServer((peer) => peer.end(`${peer.remoteAddress}`))
    server.listen({ fd: duplicate(socket.fd) }, 16)
    await once(server, 'listening')
    try {
      assert.ok(socket.port > 0)
      for (const host of reachedBy) {
        const peer = await client(socket.port, host)
        const seen = normaliseAddress(await allOf(peer))
        peer.end()
        assert.equal(seen, host.startsWith('127.') ? '127.0.0.1' : host)
      }
      for (const host of notBy) await assert.rejects(client(socket.port, host), { code: 'ECONNREFUSED' })
    } finally {
      server.close()
      socket.close()
    }
  })
}

test('a port in use is told in the words of the guide', () => {
  const first = openListeningSocket({ address: '127.0.0.1', port: 0 })
  const { port } = first
  assert.throws(() => openListeningSocket({ address: '127.0.0.1', port }), {
    code: 'FSIGK_BIND_FAILED',
    message:
      `bind(port=${port},addr=127.0.0.1). # Please check whether other service(mail/web server,etc...) is already ` +
      `running on port ${port}. /streerror(98)=Address already in use`,
    details: { errno: 98, code: 'EADDRINUSE', text: 'Address already in use', port, address: '127.0.0.1' },
  })
  assert.throws(() => openListeningSocket({ port }), {
    message: new RegExp(`^bind\\(port=${port},addr=::\\)\\. .*/streerror\\(98\\)=Address already in use$`),
  })
  first.close()
})

test('a port is free again as soon as its socket is closed, whatever lingers of its connections', async () => {
  const first = openListeningSocket({ address: '127.0.0.1', port: 0 })
  const server = createServer((peer) => peer.end('bye'))
  server.listen({ fd: duplicate(first.fd) }, 16)
  await once(server, 'listening')
  const peer = await client(first.port)
  assert.equal(await allOf(peer), 'bye')
  // We closed first, so the kernel keeps our end in TIME_WAIT after this.
  peer.end()
  server.close()
  await once(server, 'close')
  first.close()
  first.close()

  const second = openListeningSocket({ address: '127.0.0.1', port: first.port })
  assert.equal(second.port, first.port)
  second.close()
})

const mistakes: readonly { says: string; svcport: Svcport; expect: RegExp }[] = [
  {
    says: 'an address that this host does not have',
    svcport: { address: '198.51.100.1', port: 9080 },
    expect: /^bind\(port=9080,addr=198\.51\.100\.1\).*\/streerror\(99\)=Cannot assign requested address \(no interface/,
  },
  {
    says: 'an interface that does not exist',
    svcport: { address: '127.0.0.1', interface: 'nosuch0', port: 9080 },
    expect:
      /^bind\(port=9080,addr=127\.0\.0\.1%nosuch0\).*\/streerror\(19\)=No such device \(this host has no interface/,
  },
  {
    says: 'an interface on all addresses that does not exist',
    svcport: { interface: 'nosuch0', port: 9080 },
    expect: /^bind\(port=9080,addr=::%nosuch0\).*\/streerror\(19\)=No such device/,
  },
  {
    says: 'an interface name that the kernel would cut',
    svcport: { interface: 'lo'.padEnd(16, 'x'), port: 9080 },
    expect: /must have 1 to 15 bytes/,
  },
]
for (const { says, svcport, expect } of mistakes) {
  test(`${says} is refused by name`, () => assert.throws(() => openListeningSocket(svcport), { message: expect }))
}
