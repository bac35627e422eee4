import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  exchange,
  RawClient,
  requestHead,
  startRawServer,
  startScriptedServer,
  startTestGateway,
  startWebOrigin,
  type TestGateway,
  type Upstream,
} from '@fsigk/testing'
import { EICAR } from '../../peers/samples.js'

const ask = (at: Upstream, path = '/', fields = '', version = '1.1') =>
  `GET http://${at.host}:${at.port}${path} HTTP/${version}\r\nHost: x\r\n${fields}\r\n`

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'

/** A server that answers every request on a connection alike, and keeps it. */
const startKeeper = (reply: string) =>
  startRawServer(async (socket) => {
    while ((await requestHead(socket)) !== '') socket.write(reply)
    socket.end()
  })

/** Guide 7.1.1.1, with RFC 9112 where readings of the guide say so. */
describe('HTTP: keep-alive', { timeout: 120_000 }, () => {
  let gateway: TestGateway
  before(async () => {
    gateway = await startTestGateway()
  })
  after(() => gateway[Symbol.asyncDispose]())

  test('client and server are kept, and the log says KEEPALIVE [HTTP-21]', async () => {
    await using origin = await startKeeper(OK)
    using client = await RawClient.to(gateway.http)
    for (const path of ['/1', '/2', '/3']) {
      const before = client.received.length
      client.send(ask(origin, path))
      const heard = await client.until((text) => text.length > before && text.endsWith('ok'))
      assert.match(heard.slice(before), /\r\nConnection: Keep-Alive\r\n/)
    }
    client.send(ask(origin, '/last', 'Connection: close\r\n'))
    assert.match(await client.untilClosed(), /\r\nConnection: close\r\n\r\nok$/)
    assert.equal(origin.connections, 1)
    assert.equal((await gateway.accessLine(`:${origin.port}/2`)).protocol[0], 'KEEPALIVE')
    const last = await gateway.accessLine(`:${origin.port}/last`)
    assert.deepEqual([last.protocol[0], last.proxy.requests], ['', 4])
  })

  test('keepalive=no: neither the client nor the server is kept [HTTP-21]', async () => {
    await gateway.set({ 'http.keepalive': false })
    const heads: string[] = []
    await using origin = await startRawServer(async (socket) => {
      heads.push(await requestHead(socket))
      socket.write(OK)
    })
    const heard = await exchange(gateway.http, ask(origin, '/1') + ask(origin, '/2'))
    assert.match(heard, /^HTTP\/1\.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok$/)
    await exchange(gateway.http, ask(origin, '/3'))
    assert.equal(origin.connections, 2)
    for (const head of heads) assert.match(head, /\r\nConnection: close\r\n/)
    assert.equal((await gateway.accessLine(`:${origin.port}/1`)).protocol[0], '')
    await gateway.set({ 'http.keepalive': true })
  })

  test('a kept connection without a next request is closed after keepalive_timeout [HTTP-21]', async () => {
    await gateway.set({ 'http.keepalive_timeout': 1 })
    await using origin = await startKeeper(OK)
    using client = await RawClient.to(gateway.http)
    client.send(ask(origin))
    await client.until((text) => text.endsWith('ok'))
    const began = Date.now()
    await client.untilClosed()
    const elapsed = Date.now() - began
    assert.ok(elapsed >= 700 && elapsed < 10_000, `${elapsed} ms`)
    await gateway.set({ 'http.keepalive_timeout': 15 })
  })

  test('requests sent at once are answered in their order, one connection to the server serves them [HTTP-21]', async () => {
    const paths = Array.from({ length: 20 }, (_, at) => `/${at}`)
    await using origin = await startWebOrigin(Object.fromEntries(paths.map((path) => [path, `<${path}>`])))
    using client = await RawClient.to(gateway.http)
    client.send(paths.map((path) => ask(origin, path)).join(''))
    const heard = await client.until((text) => text.endsWith('</19>'))
    assert.deepEqual(
      heard.match(/<\/\d+>/g),
      paths.map((path) => `<${path}>`),
    )
    assert.equal(origin.connections, 1)
  })

  for (const name of ['Connection', 'Proxy-Connection'])
    test(`a client of HTTP/1.0 is kept when ${name} says keep-alive, and closed when nothing does [HTTP-21, HTTP-04]`, async () => {
      await using origin = await startKeeper(OK)
      const heard = await exchange(
        gateway.http,
        ask(origin, '/', `${name}: Keep-Alive\r\n`, '1.0') + ask(origin, '/', '', '1.0') + ask(origin),
      )
      assert.match(heard, /^[\s\S]*\r\nConnection: Keep-Alive\r\n\r\nok[\s\S]*\r\nConnection: close\r\n\r\nok$/)
    })

  for (const { says, reply, kept } of [
    { says: 'HTTP/1.1', reply: OK, kept: true },
    { says: 'HTTP/1.1 with Connection: close', reply: OK.replace('\r\n', '\r\nConnection: close\r\n'), kept: false },
    { says: 'HTTP/1.0', reply: OK.replace('1.1', '1.0'), kept: false },
    {
      says: 'HTTP/1.0 with keep-alive',
      reply: OK.replace('1.1 200 OK', '1.0 200 OK\r\nConnection: keep-alive'),
      kept: true,
    },
    {
      says: 'HTTP/1.0 with Proxy-Connection',
      reply: OK.replace('1.1 200 OK', '1.0 200 OK\r\nProxy-Connection: Keep-Alive'),
      kept: true,
    },
  ])
    test(`a server that answers ${says} is ${kept ? '' : 'not '}asked again on its connection [HTTP-21]`, async () => {
      await using origin = await startKeeper(reply)
      const heard = await exchange(gateway.http, ask(origin) + ask(origin, '/', 'Connection: close\r\n'))
      assert.equal(heard.match(/200 OK/g)?.length, 2)
      assert.equal(origin.connections, kept ? 1 : 2)
    })

  for (const { says, reply, status } of [
    { says: 'a detection', reply: `HTTP/1.1 200 OK\r\nContent-Length: ${EICAR.length}\r\n\r\n${EICAR}`, status: 403 },
    {
      says: 'two Content-Lengths',
      reply: 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok',
      status: 502,
    },
  ])
    test(`after ${says} the client is not kept [HTTP-21]`, async () => {
      await using origin = await startScriptedServer(reply, { keepOpen: true })
      const heard = await exchange(gateway.http, ask(origin, '/a') + ask(origin, '/b'))
      assert.match(heard, new RegExp(`^HTTP/1\\.1 ${status} [\\s\\S]*\\r\\nConnection: close\\r\\n`))
      assert.equal(heard.match(/HTTP\/1\.1 \d{3}/g)?.length, 1)
    })

  test('after two Content-Lengths in a request the client is not kept [HTTP-21]', async () => {
    await using origin = await startKeeper(OK)
    const heard = await exchange(
      gateway.http,
      ask(origin, '/', 'Content-Length: 0\r\nContent-Length: 0\r\n') + ask(origin),
    )
    assert.match(heard, /^HTTP\/1\.1 400 /)
    assert.equal(origin.connections, 0)
  })

  test('a server that cannot be reached ends the client’s connection, too [HTTP-21]', async () => {
    const gone = await startKeeper(OK)
    await gone[Symbol.asyncDispose]()
    const heard = await exchange(gateway.http, ask(gone) + ask(gone))
    assert.equal(heard.match(/HTTP\/1\.1 503/g)?.length, 1)
  })

  test('a body that ends with its connection comes in chunks, and the client is kept [HTTP-21, HTTP-04]', async () => {
    await using origin = await startScriptedServer('HTTP/1.1 200 OK\r\n\r\nuntil the end')
    using client = await RawClient.to(gateway.http)
    client.send(ask(origin) + ask(origin))
    const heard = await client.until((text) => text.split('until the end').length === 3)
    assert.equal(heard.match(/HTTP\/1\.1 200 OK/g)?.length, 2)
    assert.equal(client.closed, false)
  })
})
