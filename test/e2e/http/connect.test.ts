import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { after, before, describe, test } from 'node:test'
import { exchange, RawClient, startRawServer, startTestGateway, type TestGateway } from '@fsigk/testing'

describe('HTTP: CONNECT', { timeout: 120_000 }, () => {
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
    const [before, after] = [server.port - 1, server.port + 1]
    await gateway.set({ 'http.connect_ports': `443,1-${before}, ${after}-65535` })
    const between = await exchange(gateway.http, `CONNECT 127.0.0.1:${server.port} HTTP/1.1\r\nHost: x\r\n\r\n`)
    assert.match(between, /^HTTP\/1\.1 403 /, 'between two ranges')
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

  test('each side may close its half: what the other still has to say arrives [HTTP-25]', async () => {
    await using server = await startRawServer(async (socket) => {
      let heard = ''
      for await (const chunk of socket.iterator({ destroyOnReturn: false })) heard += chunk
      socket.end(`after the end of ${heard}`)
    })
    await gateway.set({ 'http.connect_ports': `443,${server.port}` })
    using client = await RawClient.to(gateway.http)
    client.send(`CONNECT 127.0.0.1:${server.port} HTTP/1.1\r\nHost: x\r\n\r\nquestion`)
    client.socket.end()
    assert.match(await client.untilClosed(), /\r\n\r\nafter the end of question$/)

    let last = ''
    const told = Promise.withResolvers<void>()
    await using early = await startRawServer(async (socket) => {
      socket.end('goodbye')
      for await (const chunk of socket.iterator({ destroyOnReturn: false })) last += chunk
      told.resolve()
    })
    await gateway.set({ 'http.connect_ports': `443,${early.port}` })
    using speaker = await RawClient.to(gateway.http)
    speaker.send(`CONNECT 127.0.0.1:${early.port} HTTP/1.1\r\nHost: x\r\n\r\n`)
    await speaker.until((text) => text.endsWith('goodbye'))
    speaker.send('one more thing')
    speaker.socket.end()
    await told.promise
    assert.equal(last, 'one more thing')
  })

  test('a tunnel outlives idle_timeout, and ends when neither side speaks for tunnel_timeout [HTTP-25]', async () => {
    await using server = await echo()
    await gateway.set({ 'http.connect_ports': `443,${server.port}`, 'http.idle_timeout': 1, 'http.tunnel_timeout': 3 })
    using client = await RawClient.to(gateway.http)
    client.send(`CONNECT 127.0.0.1:${server.port} HTTP/1.1\r\nHost: x\r\n\r\nping`)
    await client.until((text) => text.endsWith('ping'))
    const began = Date.now()
    await client.untilClosed()
    const elapsed = Date.now() - began
    assert.ok(elapsed >= 2500 && elapsed < 15_000, `${elapsed} ms`)
    const line = await gateway.line(
      'http',
      'access',
      (text) => text.includes(`:${server.port} `) && text.includes('/200 '),
    )
    assert.match(decodeURIComponent(line), /No data came from the (server|client) for 3 s/)
    await gateway.set({ 'http.idle_timeout': 120, 'http.tunnel_timeout': 900 })
  })

  test('after one side has closed its half, the other may be silent for idle_timeout only [HTTP-25]', async () => {
    await using server = await startRawServer(async (socket) => {
      socket.write('hello')
      await once(socket, 'close')
    })
    await gateway.set({ 'http.connect_ports': `443,${server.port}`, 'http.idle_timeout': 1 })
    using client = await RawClient.to(gateway.http)
    client.send(`CONNECT 127.0.0.1:${server.port} HTTP/1.1\r\nHost: x\r\n\r\n`)
    await client.until((text) => text.endsWith('hello'))
    client.socket.end()
    const began = Date.now()
    await client.untilClosed()
    assert.ok(Date.now() - began < 15_000)
    await gateway.set({ 'http.idle_timeout': 120 })
  })

  test('where a tunnel may lead is decided as for requests: acl_to, local_to, every form of an address [HTTP-25, ACL-03]', async () => {
    await using server = await echo()
    await gateway.set({
      'http.connect_ports': '1-65535',
      'http.acl_to': true,
      'access.http_to': 'ALL EXCEPT 127.0.0.1',
    })
    const ask = (host: string) => exchange(gateway.http, `CONNECT ${host}:${server.port} HTTP/1.1\r\nHost: x\r\n\r\n`)
    assert.match(await ask('127.0.0.1'), /^HTTP\/1\.1 403 [\s\S]*Access Inhibited by Proxy\(FSIGK\)/)
    await gateway.set({ 'http.acl_to': false, 'http.local_to': '' })
    for (const host of ['127.0.0.1', 'localhost', '2130706433', '0x7f.1', '[::ffff:127.0.0.1]'])
      assert.match(await ask(host), /^HTTP\/1\.1 403 /, host)
    assert.equal(server.connections, 0)
    await gateway.set({ 'http.local_to': '127.0.0.0/8' })
  })

  test('a CONNECT with a body is refused: the tunnel’s bytes and the body’s could be told apart in two ways [HTTP-25]', async () => {
    for (const field of ['Content-Length: 4', 'Transfer-Encoding: chunked'])
      assert.match(
        await exchange(gateway.http, `CONNECT 127.0.0.1:443 HTTP/1.1\r\nHost: x\r\n${field}\r\n\r\nbody`),
        /^HTTP\/1\.1 400 /,
      )
  })

  for (const target of ['127.0.0.1', '127.0.0.1:', 'http://x/', '127.0.0.1:443/path', 'user@127.0.0.1:443', ':443'])
    test(`CONNECT ${target} is a bad request [HTTP-25]`, async () => {
      const heard = await exchange(gateway.http, `CONNECT ${target} HTTP/1.1\r\nHost: x\r\n\r\n`)
      assert.match(heard, /^HTTP\/1\.1 400 Bad Request\r\n/)
    })
})
