import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import {
  RawClient,
  requestHead,
  startRawServer,
  startTestGateway,
  type TestGateway,
  type Upstream,
} from '@fsigk/testing'

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'

/** A server that agrees to whatever protocol it is asked for, then sends back what it hears, until it hears `bye`. */
async function startAgreeableServer(
  reply?: (head: string) => string,
): Promise<Upstream & { readonly heads: string[] }> {
  const heads: string[] = []
  const server = await startRawServer(async (socket) => {
    const head = await requestHead(socket)
    heads.push(head)
    socket.write((reply ?? agreement)(head))
    for await (const chunk of socket.iterator({ destroyOnReturn: false })) socket.write(chunk)
    socket.end()
  })
  return Object.assign(server, { heads })
}

function agreement(head: string): string {
  const protocol = /^upgrade: (.*)$/im.exec(head)?.[1]
  if (protocol === undefined) return 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nplain'
  const key = /^sec-websocket-key: (.*)$/im.exec(head)?.[1] ?? ''
  const accept = createHash('sha1').update(`${key}${GUID}`).digest('base64')
  return `HTTP/1.1 101 Switching Protocols\r\nUpgrade: ${protocol}\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\nwelcome`
}

const asking = (at: Upstream, path: string, upgrade: string, fields = '', connection = 'Upgrade') =>
  `GET http://${at.host}:${at.port}${path} HTTP/1.1\r\nHost: x\r\nConnection: ${connection}\r\nUpgrade: ${upgrade}\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n${fields}\r\n`

describe('HTTP: Upgrade', { timeout: 120_000 }, () => {
  let gateway: TestGateway
  before(async () => {
    gateway = await startTestGateway()
  })
  after(() => gateway[Symbol.asyncDispose]())

  test('WebSocket passes both ways after the handshake, and is logged with its bytes and as unscanned [HTTP-37]', async () => {
    await using server = await startAgreeableServer()
    using client = await RawClient.to(gateway.http)
    client.send(`${asking(server, '/chat', 'WebSocket')}early`)
    const heard = await client.until((text) => text.endsWith('early'))
    assert.match(heard, /^HTTP\/1\.1 101 Switching Protocols\r\n/)
    assert.match(heard, /\r\nUpgrade: WebSocket\r\nConnection: Upgrade\r\n\r\nwelcomeearly$/)
    assert.match(heard, /\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK\+xOo=\r\n/)
    assert.match(
      server.heads[0] ?? '',
      /^GET \/chat HTTP\/1\.1\r\n[\s\S]*\r\nUpgrade: WebSocket\r\nConnection: Upgrade\r\n\r\n$/,
    )
    client.send('\x00\xff frame')
    await client.until((text) => text.endsWith('\x00\xff frame'))
    client.socket.end()
    await client.untilClosed()
    const line = await gateway.accessLine(`:${server.port}/chat`)
    assert.deepEqual(
      [line.method, line.status, line.bytes, line.detection.result, line.error],
      ['GET', 101, 'welcomeearly'.length + 8, 'UNSCANNED', ''],
    )
  })

  test('upgrade=no: the server is not asked, and answers as ever [HTTP-37]', async () => {
    await gateway.set({ 'http.upgrade': false })
    await using server = await startAgreeableServer()
    using client = await RawClient.to(gateway.http)
    client.send(asking(server, '/', 'websocket'))
    assert.match(await client.until((text) => text.endsWith('plain')), /^HTTP\/1\.1 200 OK\r\n/)
    assert.doesNotMatch(server.heads[0] ?? '', /^(upgrade:|connection: .*upgrade)/im)
    await gateway.set({ 'http.upgrade': true })
  })

  for (const [says, protocol] of [
    ['h2c, even when it is listed', 'h2c'],
    ['another form of HTTP', 'HTTP/2.0'],
    ['what is not listed', 'TLS/1.0'],
  ] as const)
    test(`${says}, is never asked for: bodies would pass unscanned [HTTP-37]`, async () => {
      await gateway.set({ 'http.upgrade_protocols': 'h2c,websocket,http' })
      await using server = await startAgreeableServer()
      using client = await RawClient.to(gateway.http)
      client.send(asking(server, '/', protocol, 'HTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA\r\n'))
      assert.match(await client.until((text) => text.endsWith('plain')), /^HTTP\/1\.1 200 OK\r\n/)
      assert.doesNotMatch(server.heads[0] ?? '', /^(upgrade|http2-settings):/im)
      await gateway.set({ 'http.upgrade_protocols': 'websocket' })
    })

  test('of several protocols only those of upgrade_protocols are asked for [HTTP-37]', async () => {
    await gateway.set({ 'http.upgrade_protocols': 'x-chat, websocket' })
    await using server = await startAgreeableServer()
    using client = await RawClient.to(gateway.http)
    client.send(asking(server, '/', 'h2c, X-Chat/2, foo'))
    assert.match(await client.until((text) => text.endsWith('welcome')), /\r\nUpgrade: X-Chat\/2\r\n/)
    assert.match(server.heads[0] ?? '', /\r\nUpgrade: X-Chat\/2\r\n/)
    await gateway.set({ 'http.upgrade_protocols': 'websocket' })
  })

  const switching = (protocol: string) => () =>
    `HTTP/1.1 101 Switching Protocols\r\n${protocol}Connection: Upgrade\r\n\r\nX5O!P%@AP`
  for (const { says, ask, reply } of [
    {
      says: 'nobody asked for any',
      ask: (at: Upstream) => `GET http://${at.host}:${at.port}/ HTTP/1.1\r\nHost: x\r\n\r\n`,
      reply: switching('Upgrade: websocket\r\n'),
    },
    {
      says: 'another was asked for',
      ask: (at: Upstream) => asking(at, '/', 'websocket'),
      reply: switching('Upgrade: h2c\r\n'),
    },
    { says: 'it names none', ask: (at: Upstream) => asking(at, '/', 'websocket'), reply: switching('') },
    {
      says: 'Connection did not name Upgrade',
      ask: (at: Upstream) => asking(at, '/', 'websocket', '', 'keep-alive'),
      reply: switching('Upgrade: websocket\r\n'),
    },
    {
      says: 'the client speaks HTTP/1.0',
      ask: (at: Upstream) => asking(at, '/', 'websocket').replace(' HTTP/1.1', ' HTTP/1.0'),
      reply: switching('Upgrade: websocket\r\n'),
    },
    {
      says: 'the request has a body',
      ask: (at: Upstream) => `${asking(at, '/', 'websocket', 'Content-Length: 1\r\n')}x`,
      reply: switching('Upgrade: websocket\r\n'),
    },
  ] as const)
    test(`a change of protocol is refused where ${says}, and nothing of it reaches the client [HTTP-37]`, async () => {
      await using server = await startAgreeableServer(reply)
      using client = await RawClient.to(gateway.http)
      client.send(ask(server))
      const heard = await client.untilClosed()
      assert.match(heard, /^HTTP\/1\.1 502 Bad Gateway\r\n/)
      assert.match(heard, /Server changed to a protocol that was not asked for/)
      assert.doesNotMatch(heard, /X5O/)
    })

  test('a server that does not change is an ordinary server: its answer is scanned, and the connection goes on [HTTP-37]', async () => {
    await using server = await startAgreeableServer(
      () =>
        'HTTP/1.1 426 Upgrade Required\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nContent-Length: 4\r\n\r\nnope',
    )
    using client = await RawClient.to(gateway.http)
    client.send(asking(server, '/refused', 'websocket'))
    await client.until((text) => text.endsWith('nope'))
    assert.equal(client.closed, false)
    const line = await gateway.accessLine(`:${server.port}/refused`)
    assert.deepEqual([line.status, line.detection.result], [426, 'CLEAN'])
  })

  test('a tunnel on which neither side says anything ends after tunnel_timeout; what either says keeps it [HTTP-37]', async () => {
    await gateway.set({ 'http.tunnel_timeout': 1 })
    await using server = await startAgreeableServer()
    using client = await RawClient.to(gateway.http)
    client.send(asking(server, '/idle', 'websocket'))
    await client.until((text) => text.endsWith('welcome'))
    const began = Date.now()
    await client.untilClosed()
    const elapsed = Date.now() - began
    assert.ok(elapsed >= 700 && elapsed < 10_000, `${elapsed} ms`)
    await gateway.set({ 'http.tunnel_timeout': 900 })
  })
})
