/** CONNECT: allowed ports, bytes both ways, a record. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RawClient, startRawServer } from '@fsigk/testing'
import { startStubProxy } from '../kit/stub-service.js'
import { bodyOf, exchange, hear, startLine } from './kit.js'

const echo = () =>
  startRawServer(async (socket) => {
    for await (const chunk of socket) socket.write(chunk)
    socket.end('bye')
  })

const OPEN = 'HTTP/1.1 200 Connection established\r\n\r\n'

test('bytes go both ways, and the record counts what the client got', async () => {
  await using server = await echo()
  await using proxy = await startStubProxy({ settings: { connect_ports: String(server.port) } })
  using client = await RawClient.to(proxy)
  // The first bytes of the tunnel may come with the request.
  client.send(`CONNECT ${server.host}:${server.port} HTTP/1.1\r\nHost: a\r\n\r\nhello `)
  client.send('world\0')
  await client.until((heard) => heard.endsWith('world\0'))
  client.socket.end()
  assert.equal(await client.untilClosed(), `${OPEN}hello world\0bye`)
  await proxy.until(({ lines }) => lines.length === 1)
  const { method, url, status, bytes, protocolStat } = proxy.lines[0] ?? assert.fail()
  assert.deepEqual(
    { method, url, status, bytes, protocolStat },
    { method: 'CONNECT', url: `${server.host}:${server.port}`, status: 200, bytes: 15, protocolStat: ['', ''] },
  )
  assert.deepEqual(proxy.transfers[0]?.release, { mode: 'live', because: 'tunnel' })
  assert.deepEqual(proxy.thrown, [])
})

test('only the ports of the setting are reached', async () => {
  await using proxy = await startStubProxy({ settings: { connect_ports: '443, 8000-8010,x,9-' } })
  for (const port of [1, 442, 444, 7999, 8011, 9]) {
    const heard = await exchange(proxy, `CONNECT 127.0.0.1:${port} HTTP/1.1\r\nHost: a\r\n\r\n`)
    assert.equal(startLine(heard), 'HTTP/1.1 403 Forbidden')
    assert.match(bodyOf(heard), new RegExp(`CONNECT\\(127.0.0.1:${port}\\)/Access Inhibited by Proxy\\(FSIGK\\)`))
  }
  assert.equal(proxy.dials.length, 0)
  const allowed = await exchange(proxy, 'CONNECT 127.0.0.1:8005 HTTP/1.1\r\nHost: a\r\n\r\n')
  assert.equal(startLine(allowed), 'HTTP/1.1 503 Service Unavailable')
})

test('a tunnel on which nothing moves is closed after the idle time-out', async () => {
  await using server = await echo()
  await using proxy = await startStubProxy({ settings: { connect_ports: String(server.port), tunnel_timeout: 1 } })
  const began = Date.now()
  using client = await RawClient.to(proxy)
  const hearing = hear(client.socket)
  client.send(`CONNECT ${server.host}:${server.port} HTTP/1.1\r\nHost: a\r\n\r\n`)
  assert.deepEqual(await hearing, { heard: OPEN, reset: true })
  assert.ok(Date.now() - began >= 700)
})

test('a tunnel on which one side speaks stays open', async () => {
  await using server = await startRawServer(async (socket) => {
    for (let at = 0; at < 5; at++) {
      socket.write(`${at}`)
      await new Promise((resolve) => setTimeout(resolve, 400))
    }
    socket.end()
  })
  await using proxy = await startStubProxy({ settings: { connect_ports: String(server.port), tunnel_timeout: 1 } })
  const heard = await exchange(proxy, `CONNECT ${server.host}:${server.port} HTTP/1.1\r\nHost: a\r\n\r\n`)
  assert.equal(heard, `${OPEN}01234`)
})

test('a client that breaks off takes the connection to the server with it', async () => {
  let gone: () => void = () => {}
  const closed = new Promise<void>((resolve) => {
    gone = resolve
  })
  await using server = await startRawServer(async (socket) => {
    socket.write('hi')
    socket.resume()
    await new Promise((resolve) => socket.on('end', resolve))
    gone()
  })
  await using proxy = await startStubProxy({ settings: { connect_ports: String(server.port) } })
  using client = await RawClient.to(proxy)
  client.send(`CONNECT ${server.host}:${server.port} HTTP/1.1\r\nHost: a\r\n\r\n`)
  await client.until((heard) => heard.endsWith('hi'))
  client.socket.resetAndDestroy()
  await closed
  await proxy.until(({ lines, open }) => lines.length === 1 && open === 0)
  assert.deepEqual(proxy.thrown, [])
})

test('http10 says so in the reply', async () => {
  await using server = await echo()
  await using proxy = await startStubProxy({ settings: { connect_ports: String(server.port), http10: true } })
  using client = await RawClient.to(proxy)
  client.send(`CONNECT ${server.host}:${server.port} HTTP/1.0\r\n\r\n`)
  client.socket.end()
  assert.equal(await client.untilClosed(), 'HTTP/1.0 200 Connection established\r\n\r\nbye')
})
