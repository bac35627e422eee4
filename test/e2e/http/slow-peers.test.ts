/** Clients and servers that take their time, say too much, or say nothing: each is bounded in time and memory. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import type { Socket } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
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
  until,
} from '@fsigk/testing'
import { curl } from '../../peers/curl.js'

describe('HTTP: slow and hostile peers', () => {
  let gateway: TestGateway
  before(async () => {
    gateway = await startTestGateway({
      settings: {
        'http.header_timeout': 1,
        'http.idle_timeout': 2,
        'http.client_min_rate': 1000,
        'http.server_min_rate': 1000,
        'http.min_rate_period': 1,
      },
    })
  })
  after(() => gateway[Symbol.asyncDispose]())

  /** A server that says this to every request, and then this once more every 50 ms, for as long as it is let. */
  const dribbling = (first: string, again: string): Promise<Upstream> =>
    startRawServer(async (socket) => {
      await requestHead(socket)
      socket.write(first)
      await dribble(socket, again)
    })

  const get = (origin: Upstream, path = '/') => curl(gateway, `http://${origin.host}:${origin.port}${path}`)

  test('a request head that comes byte by byte is answered 408 after header_timeout, not after each byte [OPS-05]', async () => {
    using client = await RawClient.to(gateway.http)
    client.send('GET http://127.0.0.1:9/ HTTP/1.1\r\n')
    const dripping = dribble(client.socket, 'X: y\r\n')
    assert.match(await client.untilClosed(), /^HTTP\/1\.1 408 Request Timeout\r\n/)
    client.socket.destroy()
    await dripping
  })

  test('so is a body that comes more slowly than client_min_rate, held or on its way [OPS-05]', async () => {
    await using origin = await startWebOrigin({
      '/up': (request, response) => request.resume().on('end', () => response.end()),
    })
    for (const held of [false, true]) {
      await gateway.set({ 'http.virus_check_post': held })
      using client = await RawClient.to(gateway.http)
      const type = 'Content-Type: application/octet-stream\r\n'
      client.send(`PUT ${origin.url}/up HTTP/1.1\r\nHost: x\r\n${type}Content-Length: 100000\r\n\r\n`)
      const dripping = dribble(client.socket, 'x')
      assert.match(await client.untilClosed(), /^HTTP\/1\.1 408 /, `held: ${held}`)
      client.socket.destroy()
      await dripping
    }
  })

  test('a server that sends its head byte by byte, or nothing at all, is given up with 504 [OPS-05]', async () => {
    await using slow = await dribbling('HTTP/1.1 200 OK\r\n', 'X: y\r\n')
    await using silent = await dribbling('', '')
    const [slowly, never] = await Promise.all([get(slow), get(silent)])
    assert.deepEqual([slowly.status, never.status], [504, 504])
    assert.match(never.body.toString(), /No response from server/)
  })

  test('a server that sends a body more slowly than server_min_rate is given up with 504 [OPS-05]', async () => {
    await using slow = await dribbling('HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n', 'x')
    const { status, body } = await get(slow, '/slow-body')
    assert.equal(status, 504)
    assert.match(body.toString(), /Server sends too slowly/)
    assert.equal((await gateway.accessLine('/slow-body')).error, 'Server sends too slowly')
  })

  test('heads, interim responses, extensions and trailers without an end are cut off, either way [OPS-05]', async () => {
    const much = 'a'.repeat(40_000)
    const chunked = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'
    const endless = {
      head: `HTTP/1.1 200 OK\r\nX: ${much}`,
      interim: 'HTTP/1.1 102 Processing\r\n\r\n'.repeat(100),
      extension: `${chunked}1;x=${much}`,
      'many extensions': `${chunked}${`1;${'x'.repeat(1000)}\r\na\r\n`.repeat(40)}`,
      trailer: `${chunked}1\r\na\r\n0\r\nX: ${much}`,
    }
    for (const [what, words] of Object.entries(endless)) {
      await using server = await startScriptedServer(words, { keepOpen: true })
      assert.equal((await get(server)).status, 502, what)
    }
    await using origin = await startWebOrigin({
      '/': (request, response) => void request.on('end', () => response.end()).resume(),
    })
    const post = `POST ${origin.url}/ HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n`
    for (const body of [`1;x=${much}`, `1\r\na\r\n0\r\nX: ${much}`])
      assert.match(await exchange(gateway.http, `${post}${body}`), /^HTTP\/1\.1 400 /)
    assert.match(await exchange(gateway.http, `GET ${origin.url}/ HTTP/1.1\r\nX: ${much}${much}`), /^HTTP\/1\.1 431 /)
  })

  test('a client that takes its answer slowly enough is served, one that takes nothing is cut off [OPS-05]', async () => {
    const bytes = 5_000_000
    await using origin = await startWebOrigin({ '/big': Buffer.alloc(bytes, 'x') })
    using patient = await RawClient.to(gateway.http)
    patient.send(`GET ${origin.url}/big?taken HTTP/1.0\r\n\r\n`)
    using silent = await RawClient.to(gateway.http)
    silent.socket.pause()
    silent.send(`GET ${origin.url}/big?ignored HTTP/1.0\r\n\r\n`)
    for (let heard = 0; heard < bytes; heard = patient.received.length) {
      patient.socket.pause()
      await delay(150)
      patient.socket.resume()
      await patient.until((text) => text.length > Math.min(heard + 300_000, bytes))
    }
    const line = await gateway.accessLine('/big?taken')
    assert.deepEqual([line.status, line.bytes, line.error], [200, bytes, ''])
    const cut = await gateway.accessLine('/big?ignored')
    assert.match(cut.error, /The client took fewer than 1000 bytes a second for 1 s|took no data/)
    await gateway.line('http', 'error', /sendfile timeout: .*URL=\[http:\/\/\S+\/big\?ignored\]/)
  })

  test('what trickles is not slow: only the time in which the client is waited for counts [OPS-05]', async () => {
    await gateway.set({
      'http.trickle': true,
      'http.trickle_delay': 1,
      'http.trickle_interval': 1,
      'http.trickle_bytes': 1,
    })
    const body = Buffer.alloc(300_000, 'x')
    await using origin = await startWebOrigin({
      '/long': async (_request, response) => {
        response.writeHead(200, { 'Content-Length': body.length, 'Content-Type': 'application/zip' })
        const part = body.length / 15
        for (let at = 0; at < body.length; at += part) {
          response.write(body.subarray(at, at + part))
          await delay(250)
        }
        response.end()
      },
    })
    const { status, body: heard } = await curl(gateway, `${origin.url}/long`)
    assert.deepEqual([status, heard.length], [200, body.length])
    assert.match(await gateway.line('http', 'access', '/long'), / PROTOCOL-STAT:\S*TRICKLE/)
    await gateway.set({ 'http.trickle': false })
  })

  test('whoever takes nothing pins little memory, and gives back his slot [OPS-05]', async () => {
    await using origin = await startWebOrigin({ '/big': Buffer.alloc(10_000_000, 'x') })
    await gateway.set({ 'http.idle_timeout': 60, 'http.min_rate_period': 4 })
    const [worker = 0] = await gateway.workers('http')
    using clients = new DisposableStack()
    /** Opens so many connections and takes the first bytes of each answer, and no more. */
    const open = async (count: number) => {
      const opened = await Promise.all(Array.from({ length: count }, () => RawClient.to(gateway.http)))
      for (const client of opened) clients.use(client).send(`GET ${origin.url}/big HTTP/1.0\r\n\r\n`)
      for (const client of opened) {
        await client.until((heard) => heard !== '')
        client.socket.pause()
      }
    }
    await open(5)
    const before = residentBytes(worker)
    await open(20)
    // Garbage of the moment is counted too; of ten megabytes of each body there is no trace.
    const each = (residentBytes(worker) - before) / 20
    assert.ok(each < 4_000_000, `${Math.round(each / 1024)} KB each`)
    const connections = async () => (await gateway.status()).services[0]?.connections
    await until('all slots are back', async () => (await connections()) === 0, 30_000)
  })
})

/** Writes this every 50 ms until the socket is closed. */
async function dribble(socket: Socket, text: string): Promise<void> {
  while (!socket.destroyed) {
    if (text !== '' && socket.writable) socket.write(text)
    await delay(50)
  }
}

function residentBytes(pid: number): number {
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024
}
