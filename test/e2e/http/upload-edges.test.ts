/** Uploads that are held: what comes too slowly, too large or not at all, and what else is said around them. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, beforeEach, describe, test } from 'node:test'
import { parseLogLine, RawClient, startRawServer, startTestGateway, type TestGateway } from '@fsigk/testing'
import { startCollector } from '../../peers/collector.js'
import { curl } from '../../peers/curl.js'
import { EICAR } from '../../peers/samples.js'

const usual = {
  'http.virus_check_post': true,
  'http.idle_timeout': 60,
  'http.block_filesize': false,
  'http.block_filesize_len': 1000,
  'http.pass_filesize': false,
  'http.pass_filesize_len': 100_000,
  'http.http10': false,
  'template.http': '${METHOD}|${STATUS}|${FILENAME}|${CONTENT_TYPE}|${CONTENT_LENGTH}|${ACTION}|',
} as const

describe('HTTP: a held upload', () => {
  let gateway: TestGateway

  before(async () => {
    gateway = await startTestGateway({ settings: usual })
  })
  after(() => gateway[Symbol.asyncDispose]())
  beforeEach(() => gateway.set(usual))

  const put = (url: string, fields: string) => `PUT ${url} HTTP/1.1\r\nHost: a\r\n${fields}\r\n`

  /** Waits until no body of an upload is in the spool: it is given back a moment after the line is written. */
  async function spoolIsEmpty(): Promise<void> {
    const deadline = Date.now() + 10_000
    for (;;) {
      const left = (await readdir(join(gateway.home, 'tmp'))).filter((name) => name.startsWith('proxytmp-'))
      if (left.length === 0) return
      assert.ok(Date.now() < deadline, `left in the spool: ${left.join(' ')}`)
    }
  }

  test('is asked for by the gateway itself, when the client waits for a word [HTTP-19]', async () => {
    await using server = await startCollector('/put')
    using client = await RawClient.to(gateway.http)
    client.send(put(`${server.url}/put`, 'Content-Length: 5\r\nExpect: 100-continue\r\n'))
    assert.equal(await client.until((heard) => heard.includes('\r\n\r\n')), 'HTTP/1.1 100 Continue\r\n\r\n')
    assert.equal(server.connections, 0)
    client.send('hello')
    assert.match(await client.until((heard) => heard.endsWith('kept')), /Continue\r\n\r\nHTTP\/1\.1 200 OK\r\n/)
    assert.equal(server.received[0]?.headers['expect'], undefined)
  })

  test('that is announced as too large is refused before it is asked for [HTTP-19, HTTP-27]', async () => {
    await gateway.set({ 'http.block_filesize': true })
    using client = await RawClient.to(gateway.http)
    client.send(put('http://127.0.0.1:9/large', 'Content-Length: 2000000\r\nExpect: 100-continue\r\n'))
    assert.match(await client.untilClosed(), /^HTTP\/1\.1 403 Forbidden\r\n/)
    assert.match(await gateway.line('http', 'detect', '/large'), /FSIGK%2FPOLICY_BLOCK_FILESIZE/)
  })

  test('that stands still ends with 408, and nothing of it is left [HTTP-19]', async () => {
    await gateway.set({ 'http.idle_timeout': 1 })
    await using server = await startCollector('/stalled')
    using client = await RawClient.to(gateway.http)
    client.send(put(`${server.url}/stalled`, 'Content-Length: 300000\r\n'))
    client.send(Buffer.alloc(200_000))
    assert.match(await client.untilClosed(), /^HTTP\/1\.1 408 /)
    const line = await gateway.accessLine('/stalled')
    assert.deepEqual(
      [line.status, line.detection.result, line.error, ...line.proxy.details],
      [408, 'UNSCANNED', 'Request Timeout', 'INCOMPLETE'],
    )
    assert.equal(server.connections, 0)
    await spoolIsEmpty()
  })

  test('that the client gives up is told, and nothing of it is left [HTTP-19]', async () => {
    await using server = await startCollector('/given-up')
    using client = await RawClient.to(gateway.http)
    client.send(put(`${server.url}/given-up`, 'Content-Length: 300000\r\n'))
    client.send(Buffer.alloc(200_000))
    client.socket.destroy()
    assert.match((await gateway.accessLine('/given-up')).proxy.details.join(), /INCOMPLETE/)
    await gateway.line('http', 'info', 'file uploading is interrupted by client.')
    assert.equal(server.connections, 0)
    await spoolIsEmpty()
  })

  test('is followed by the next request on its connection [HTTP-19]', async () => {
    await using server = await startCollector('/one', '/two')
    using client = await RawClient.to(gateway.http)
    client.send(put(`${server.url}/one`, 'Transfer-Encoding: chunked\r\n'))
    client.send('5\r\nhello\r\n0\r\n\r\n')
    client.send(put(`${server.url}/two`, 'Content-Length: 5\r\nConnection: close\r\n'))
    client.send('world')
    const heard = await client.untilClosed()
    assert.equal(heard.match(/HTTP\/1\.1 200 OK/g)?.length, 2)
    assert.deepEqual(
      server.received.map(({ url, body }) => [url, body.toString()]),
      [
        ['/one', 'hello'],
        ['/two', 'world'],
      ],
    )
  })

  test('of unannounced length reaches a server of HTTP/1.0 with its length [HTTP-19]', async () => {
    await gateway.set({ 'http.http10': true })
    await using server = await startCollector('/put')
    using client = await RawClient.to(gateway.http)
    client.send(put(`${server.url}/put`, 'Transfer-Encoding: chunked\r\nConnection: close\r\n'))
    client.send('5\r\nhello\r\n0\r\n\r\n')
    assert.match(await client.untilClosed(), /^HTTP\/1\.0 200 OK\r\n/)
    assert.equal(server.received[0]?.headers['content-length'], '5')
    assert.equal(server.received[0]?.body.toString(), 'hello')
  })

  test('of which a server wants no more is answered as the server does [HTTP-19]', async () => {
    await using server = await startRawServer(async (socket) => {
      await new Promise((resolve) => socket.once('data', resolve))
      socket.end('HTTP/1.1 413 Content Too Large\r\nContent-Length: 3\r\nConnection: close\r\n\r\nno!')
    })
    using client = await RawClient.to(gateway.http)
    const bytes = 30_000_000
    client.send(put(`http://${server.host}:${server.port}/413`, `Content-Length: ${bytes}\r\n`))
    client.send(Buffer.alloc(bytes))
    assert.match(await client.until((heard) => heard.endsWith('no!')), /^HTTP\/1\.1 413 Content Too Large\r\n/)
    assert.equal((await gateway.accessLine('/413')).status, 413)
  })

  test('larger than pass_filesize_len is scanned in its first part, and the rest flows [HTTP-16, HTTP-19]', async () => {
    await gateway.set({ 'http.pass_filesize': true })
    await using server = await startCollector('/flows')
    const rest = randomBytes(500_000)
    using client = await RawClient.to(gateway.http)
    client.send(put(`${server.url}/flows`, 'Content-Length: 600000\r\n'))
    client.send(Buffer.alloc(100_001))
    // The server is contacted while most of the body is still to come.
    await new Promise<void>((resolve) => {
      const look = () => (server.requests.length > 0 ? resolve() : setImmediate(look))
      look()
    })
    client.send(rest.subarray(1))
    client.send('x')
    assert.match(await client.until((heard) => heard.endsWith('kept')), / 200 OK/)
    assert.equal(server.received[0]?.body.length, 600_000)
    assert.deepEqual((await gateway.accessLine('/flows')).proxy.details, ['OVER_FILESIZE'])

    const { status } = await curl(gateway, '-X', 'PUT', '--data-binary', `${EICAR}`, `${server.url}/first-part`)
    assert.equal(status, 403)
  })

  test('that is refused is told on the page with what it was [HTTP-08, HTTP-19]', async () => {
    const form = ['-F', `f=${EICAR};filename=a b.com;type=application/x-a`]
    const { body } = await curl(gateway, ...form, 'http://127.0.0.1:9/told')
    assert.match(body.toString(), /^POST\|403\|a b\.com\|multipart\/form-data[^|]*\|\d+\|DELETE\|$/)
    const line = parseLogLine(await gateway.line('http', 'detect', '/told'))
    assert.equal(line.server, '-')
  })
})
