/** The gateway as a springboard: to itself, to its host, and to what only its surroundings should see. */
import assert from 'node:assert/strict'
import { networkInterfaces } from 'node:os'
import { after, before, describe, test } from 'node:test'
import {
  exchange,
  RawClient,
  startTestGateway,
  startWebOrigin,
  type TestGateway,
  temporaryFolder,
  type WebOrigin,
} from '@fsigk/testing'
import { curl } from '../../peers/curl.js'
import { startDnsServer } from '../../peers/dns-server.js'
import { underNameServer } from '../../peers/name-service.js'

/** Hosts that lead to this machine or its surroundings, each as somebody may write it. */
const LOCAL_HOSTS: readonly string[] = [
  '127.0.0.1',
  '127.9.8.7',
  'localhost',
  'LocalHost',
  'localhost.',
  '0.0.0.0',
  '[::1]',
  '[0:0:0:0:0:0:0:1]',
  '[::]',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  '[::127.0.0.1]',
  '[64:ff9b::7f00:1]',
  '[2002:7f00:1::1]',
  '[fe80::1]',
  '[fd00:ec2::254]',
  '169.254.169.254',
  '169.254.1.1',
  '100.100.100.200',
  '224.0.0.1',
  '255.255.255.255',
  ...ownAddresses(),
]

/** Hosts that some readers take for an address: what is no plain address is none here. */
const ODD_HOSTS: readonly string[] = [
  '2130706433',
  '017700000001',
  '0x7f000001',
  '0x7f.1',
  '127.1',
  '0177.0.0.1',
  '127.0.0.01',
  '127.0.0.1.',
  '0',
  '127.0.0.1..',
  '127.0.0.0x1',
]

/** Hosts that are not even one. */
const BROKEN_HOSTS: readonly string[] = [
  'user@127.0.0.1',
  'user:pass@127.0.0.1',
  '%31%32%37.0.0.1',
  '127%2e0%2e0%2e1',
  Buffer.from('127。0。0。1').toString('latin1'),
  Buffer.from('①②⑦.0.0.1').toString('latin1'),
  '[::1%25lo]',
  '[fe80::1%lo]',
  '[127.0.0.1]',
]

function ownAddresses(): readonly string[] {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? [])
  return all.flatMap(({ address, family, internal }) => (internal || family === 'IPv6' ? [] : [address]))
}

describe('HTTP: no springboard', () => {
  let gateway: TestGateway
  let origin: WebOrigin
  before(async () => {
    origin = await startWebOrigin({ '/x': 'through' })
    gateway = await startTestGateway({ settings: { 'http.local_to': '', 'http.connect_ports': '1-65535' } })
  })
  after(async () => {
    await gateway[Symbol.asyncDispose]()
    await origin[Symbol.asyncDispose]()
  })

  const statusOf = (heard: string) => Number(/^HTTP\/1\.1 (\d+)/.exec(heard)?.[1])
  const get = (url: string) => exchange(gateway.http, `GET ${url} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)
  const connectTo = (authority: string) =>
    exchange(gateway.http, `CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`)

  test('no form of a local address is a destination, by URL or by CONNECT [ACL-05]', async () => {
    for (const host of [...LOCAL_HOSTS, ...ODD_HOSTS]) {
      for (const heard of [await get(`http://${host}:${origin.port}/x`), await connectTo(`${host}:${origin.port}`)]) {
        assert.ok([400, 403].includes(statusOf(heard)), `${host}: ${heard.slice(0, 60)}`)
        assert.match(heard, /Access Inhibited by Proxy\(FSIGK\)|Invalid URL format/, host)
      }
    }
    for (const host of LOCAL_HOSTS) assert.match(await get(`http://${host}/`), / and http\.local_to does not list it/)
    for (const host of BROKEN_HOSTS) {
      assert.equal(statusOf(await get(`http://${host}:${origin.port}/x`)), 400, host)
      assert.equal(statusOf(await connectTo(`${host}:${origin.port}`)), 400, host)
    }
    assert.equal(origin.connections, 0)
  })

  test('nor does any field of a request make one of it [ACL-05]', async () => {
    const local = `${origin.host}:${origin.port}`
    for (const request of [
      `GET /x HTTP/1.1\r\nHost: ${local}\r\n\r\n`,
      `GET http://no-such-host.invalid/x HTTP/1.1\r\nHost: ${local}\r\nX-Forwarded-Host: ${local}\r\nConnection: close\r\n\r\n`,
      `GET //${local}/x HTTP/1.1\r\nHost: ${local}\r\n\r\n`,
    ])
      assert.ok([400, 503].includes(statusOf(await exchange(gateway.http, request))), request)
    assert.equal(origin.connections, 0)
  })

  test('the refusal names the setting on the page, in access.log and what was asked in info.log [ACL-05, ACL-03]', async () => {
    const { status, body } = await curl(gateway, `http://localhost:${origin.port}/named`)
    const words = `CONNECT(localhost:${origin.port})/Access Inhibited by Proxy(FSIGK): `
    assert.equal(status, 403)
    assert.ok(body.toString().includes(words), body.toString())
    assert.match(body.toString(), /is a loopback address, and http\.local_to does not list it/)
    assert.ok((await gateway.accessLine('/named')).error.startsWith(words))
    await gateway.line('http', 'info', 'Access Denied to [:localhost]')
  })

  test('local_to lets in what it lists and nothing else, and a kept connection only as long as it does [ACL-05]', async () => {
    const elsewhere = await startTestGateway({ settings: { 'http.local_to': '127.0.0.1' } })
    await using _ = elsewhere
    using client = await RawClient.to(elsewhere.http)
    const request = `GET ${origin.url}/x HTTP/1.1\r\nHost: x\r\n\r\n`
    client.send(request)
    await client.until((heard) => heard.endsWith('through'))
    for (const host of ['127.0.0.2', '[::1]', '169.254.169.254'])
      assert.equal((await curl(elsewhere, '-g', `http://${host}:${origin.port}/x`)).status, 403, host)
    const before = origin.requests.length
    await elsewhere.set({ 'http.local_to': '127.0.0.2' })
    client.send(request)
    assert.match(await client.untilClosed(), /through[\s\S]*HTTP\/1\.1 403 [\s\S]*http\.local_to does not list it/)
    assert.equal(origin.requests.length, before)
  })

  test('a redirect to a local address is refused when it is followed [ACL-05]', async () => {
    await using guide = await startWebOrigin({
      '/go': (_request, response) => response.writeHead(302, { Location: `http://127.0.0.2:${origin.port}/x` }).end(),
    })
    await using elsewhere = await startTestGateway({ settings: { 'http.local_to': '127.0.0.1' } })
    const { body } = await curl(elsewhere, '-L', `${guide.url}/go`)
    assert.match(body.toString(), /^HTTP\/1\.1 403 [\s\S]*127\.0\.0\.2 is a loopback address/)
  })

  test('a name whose addresses change between two questions is judged by the one that is dialled [ACL-05]', async () => {
    await using folder = await temporaryFolder()
    await using forbidden = await startWebOrigin({ '/x': 'forbidden' })
    let answers = 0
    const rebinding = () => (answers++ % 2 === 0 ? ['127.0.0.2'] : ['127.0.0.1'])
    await using dns = await startDnsServer('127.77.0.4', {
      a: { 'rebind.test': rebinding, 'both.test': ['127.0.0.1', '127.0.0.2'], 'local.test': ['127.0.0.1'] },
      ttl: 0,
    })
    await using looking = await startTestGateway({
      settings: {
        'http.local_to': '127.0.0.2',
        'http.connect_ports': '1-65535',
        'http.connect_timeout': 5,
        'common.dns_cache': 0,
      },
      under: await underNameServer(folder.path, '127.77.0.4'),
    })
    for (let round = 0; round < 6; round++) {
      for (const name of ['rebind.test', 'both.test', 'local.test'])
        assert.doesNotMatch((await curl(looking, `http://${name}:${forbidden.port}/x`)).body.toString(), /^forbidden/)
      const authority = `rebind.test:${forbidden.port}`
      const heard = await exchange(looking.http, `CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`)
      assert.doesNotMatch(heard, /^HTTP\/1\.1 200/)
    }
    assert.equal(forbidden.connections, 0)
    assert.ok(dns.questions.filter((question) => question === 'A rebind.test').length >= 2)
    assert.match(
      (await curl(looking, `http://local.test:${forbidden.port}/x`)).body.toString(),
      /127\.0\.0\.1 is a loopback address/,
    )
  })

  test('the service is no destination of its own, even at an address that local_to lists [ACL-05]', async () => {
    await using elsewhere = await startTestGateway({
      settings: { 'http.local_to': 'ALL', 'http.connect_ports': '1-65535', 'http.svcport': '0' },
    })
    const { port } = elsewhere.http
    for (const host of ['127.0.0.1', '127.0.0.5', 'localhost', '[::1]', '[::ffff:127.0.0.1]', ...ownAddresses()]) {
      const { status, body } = await curl(elsewhere, '-g', `http://${host}:${port}/`)
      assert.equal(status, 403, host)
      assert.match(body.toString(), /port \d+ is this service itself/)
      const heard = await exchange(elsewhere.http, `CONNECT ${host}:${port} HTTP/1.1\r\nHost: x\r\n\r\n`)
      assert.match(heard, /^HTTP\/1\.1 403 /)
    }
    assert.equal((await curl(elsewhere, `${origin.url}/x`)).body.toString(), 'through')
  })

  test('a request that has come back is answered 508; a Via of others passes', async () => {
    await using elsewhere = await startTestGateway()
    await curl(elsewhere, '-H', 'Via: 1.1 other (squid)', `${origin.url}/x?via`)
    const headers = origin.requests.find(({ url }) => url === '/x?via')?.headers ?? []
    const via = headers[headers.indexOf('Via') + 1] ?? ''
    assert.match(via, /^1\.1 other \(squid\), 1\.1 \S+:\d+ \(fsigk\)$/)
    const own = via.split(', ')[1] ?? ''
    const looped = await curl(elsewhere, '-H', `Via: ${own}, 1.1 other, ${own}, ${own}`, `${origin.url}/x?loop`)
    assert.equal(looped.status, 508)
    assert.equal((await curl(elsewhere, '-H', `Via: ${own}`, `${origin.url}/x?once`)).status, 200)
    assert.ok(!origin.requests.some(({ url }) => url === '/x?loop'))
  })
})
