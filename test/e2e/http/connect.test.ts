import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { exchange, RawClient, startRawServer, startTestGateway, type TestGateway } from '@fsigk/testing'

describe('HTTP: CONNECT', () => {
  let gateway: TestGateway
  before(async () => {
    gateway = await startTestGateway()
  })
  after(() => gateway[Symbol.asyncDispose]())

  const echo = () =>
    startRawServer(async (socket) => {
      for await (const chunk of socket.iterator({ destroyOnReturn: false })) socket.write(chunk)
      socket.end()
    })

  test('a port that is not allowed is refused, and the server is never asked [HTTP-25]', async () => {
    await using server = await echo()
    const heard = await exchange(gateway.http, `CONNECT 127.0.0.1:${server.port} HTTP/1.1\r\nHost: x\r\n\r\n`)
    assert.match(heard, /^HTTP\/1\.1 403 /)
    assert.match(heard, /connect_ports/)
    assert.equal(server.connections, 0)
  })

  test('a tunnel to an allowed port passes both ways, unchanged, and is logged as it is [HTTP-25]', async () => {
    await using server = await echo()
    await gateway.set({ 'http.connect_ports': `443,${server.port}` })
    using client = await RawClient.to(gateway.http)
    client.send(`CONNECT 127.0.0.1:${server.port} HTTP/1.1\r\nHost: x\r\n\r\n`)
    const established = await client.until((text) => text.includes('\r\n\r\n'))
    assert.match(established, /^HTTP\/1\.[01] 200 [^\r]*\r\n(?![\s\S]*content-length)/i)
    const bytes = randomBytes(300_000)
    client.send(bytes)
    await client.until((text) => text.length >= established.length + bytes.length)
    assert.ok(client.received.subarray(-bytes.length).equals(bytes))
    client.socket.end()
    await client.untilClosed()
    const line = await gateway.accessLine(`127.0.0.1:${server.port}`)
    assert.deepEqual([line.method, line.status, line.detection.result], ['CONNECT', 200, 'UNSCANNED'])
    assert.ok(line.bytes >= bytes.length)
  })

  test('bytes sent along with the CONNECT reach the server [HTTP-25]', async () => {
    await using server = await echo()
    await gateway.set({ 'http.connect_ports': `443,${server.port}` })
    using client = await RawClient.to(gateway.http)
    client.send(`CONNECT 127.0.0.1:${server.port} HTTP/1.1\r\nHost: x\r\n\r\nearly`)
    assert.match(await client.until((text) => text.endsWith('early')), /early$/)
  })

  for (const target of ['127.0.0.1', '127.0.0.1:', 'http://x/', '127.0.0.1:443/path', 'user@127.0.0.1:443', ':443'])
    test(`CONNECT ${target} is a bad request [HTTP-25]`, async () => {
      const heard = await exchange(gateway.http, `CONNECT ${target} HTTP/1.1\r\nHost: x\r\n\r\n`)
      assert.match(heard, /^HTTP\/1\.1 400 Bad Request\r\n/)
    })
})
