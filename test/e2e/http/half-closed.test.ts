/** Clients that close their half: those that wait for their answer, as `nc -N` does, and those that are gone. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { after, before, describe, test } from 'node:test'
import {
  RawClient,
  requestHead,
  startRawServer,
  startTestGateway,
  startWebOrigin,
  type TestGateway,
} from '@fsigk/testing'
import { startCollector } from '../../peers/collector.js'
import { startPausingOrigin } from '../../peers/pausing-origin.js'
import { EICAR } from '../../peers/samples.js'

const CLIENT_LEFT = /is_alivesocket:recv=0, Client closed connection/

describe('HTTP: a client that closes its half', { timeout: 120_000 }, () => {
  let gateway: TestGateway
  before(async () => {
    gateway = await startTestGateway({ settings: { 'http.virus_check_post': true } })
  })
  after(() => gateway[Symbol.asyncDispose]())

  const get = (url: string, fields = '') => `GET ${url} HTTP/1.1\r\nHost: x\r\n${fields}\r\n`

  async function askAndClose(request: string | Buffer): Promise<RawClient> {
    const client = await RawClient.to(gateway.http)
    client.send(request)
    client.socket.end()
    return client
  }

  /** A server that answers when it is told to, and tells when it is asked and when it is left. */
  async function startSlowServer() {
    const asked = Promise.withResolvers<void>()
    const told = Promise.withResolvers<void>()
    const left = Promise.withResolvers<void>()
    const server = await startRawServer(async (socket) => {
      await requestHead(socket)
      socket.resume().once('end', () => left.resolve())
      asked.resolve()
      await told.promise
      socket.end('HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nanswer')
    })
    const { promise: isAsked } = asked
    return Object.assign(server, { isAsked, answer: () => told.resolve(), isLeft: left.promise })
  }

  test('gets its answer, however long that takes, and then the end of the connection [HTTP-04]', async () => {
    await using server = await startSlowServer()
    using client = await askAndClose(get(`http://${server.host}:${server.port}/slow`))
    await server.isAsked
    // The beginning of every answer shows whether somebody takes it.
    assert.equal(await client.until((heard) => heard !== ''), 'HTTP/1.')
    server.answer()
    assert.equal(await client.untilClosed(), 'HTTP/1.1 200 OK\r\nContent-Length: 6\r\nConnection: close\r\n\r\nanswer')
    const line = await gateway.accessLine(`:${server.port}/slow`)
    assert.deepEqual([line.status, line.detection.result, line.error], [200, 'CLEAN', ''])
  })

  test('gets the answers to all that it has asked for [HTTP-04, HTTP-21]', async () => {
    await using origin = await startWebOrigin({ '/1': 'one', '/2': 'two', '/3': 'three' })
    using client = await askAndClose(['/1', '/2', '/3'].map((path) => get(origin.url + path)).join(''))
    const heard = await client.untilClosed()
    assert.equal(heard.match(/HTTP\/1\.1 200 OK\r\n/g)?.length, 3, heard)
    assert.deepEqual(heard.match(/(one|two|three)/g), ['one', 'two', 'three'])
    assert.deepEqual(heard.match(/^Connection: .*/gm), [
      'Connection: Keep-Alive',
      'Connection: Keep-Alive',
      'Connection: close',
    ])
  })

  test('of HTTP/1.0 and 0.9 is served alike [HTTP-04]', async () => {
    await using origin = await startWebOrigin({ '/old': 'old text' })
    using client = await askAndClose(`GET ${origin.url}/old HTTP/1.0\r\n\r\n`)
    assert.match(await client.untilClosed(), /^HTTP\/1\.1 200 OK\r\n[\s\S]*\r\n\r\nold text$/)
    using simple = await askAndClose(`GET ${origin.url}/old\r\n`)
    assert.equal(await simple.untilClosed(), 'old text')
  })

  test('is told of a detection, in what it asked for and in what it sent [HTTP-08, HTTP-19]', async () => {
    await using origin = await startWebOrigin({ '/eicar': EICAR })
    await using server = await startCollector('/put')
    using reader = await askAndClose(get(`${origin.url}/eicar`))
    assert.match(await reader.untilClosed(), /^HTTP\/1\.1 403 Forbidden\r\n/)
    const head = `PUT ${server.url}/put HTTP/1.1\r\nHost: x\r\nContent-Length: ${EICAR.length}\r\n\r\n`
    using writer = await askAndClose(Buffer.concat([Buffer.from(head), EICAR]))
    assert.match(await writer.untilClosed(), /^HTTP\/1\.1 403 Forbidden\r\n/)
    assert.equal(server.connections, 0)
  })

  test('after an upload gets its answer, when the body is held and when it flows [HTTP-04, HTTP-19]', async () => {
    await using server = await startCollector('/put', '/post')
    const body = Buffer.alloc(300_000, 'b')
    for (const head of [`PUT ${server.url}/put`, `POST ${server.url}/post`]) {
      const fields = `HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n`
      using client = await askAndClose(Buffer.concat([Buffer.from(`${head} ${fields}`), body]))
      assert.match(await client.untilClosed(), /^HTTP\/1\.1 200 OK\r\n[\s\S]*kept/)
    }
    assert.deepEqual(
      server.received.map(({ body: { length } }) => length),
      [body.length, body.length],
    )
  })

  test('within an upload is not answered, and nothing of it is sent as whole [HTTP-04, LOG-04]', async () => {
    await using server = await startCollector('/part')
    using client = await askAndClose(`PUT ${server.url}/part HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\npart`)
    assert.equal(await client.untilClosed(), '')
    await gateway.line('http', 'info', 'file uploading is interrupted by client.')
    assert.equal(server.connections, 0)
  })

  test('and is gone altogether: the server is left at once, and info.log says so [HTTP-04, LOG-04]', async () => {
    await using server = await startSlowServer()
    using client = await RawClient.to(gateway.http)
    client.send(get(`http://${server.host}:${server.port}/gone`))
    await server.isAsked
    client.socket.destroy()
    await server.isLeft
    await gateway.line('http', 'info', (line) => CLIENT_LEFT.test(line) && line.includes(`:${server.port}/gone`))
  })

  test('and is reset while it waits: the server is left [HTTP-04, LOG-04]', async () => {
    await using server = await startSlowServer()
    using client = await askAndClose(get(`http://${server.host}:${server.port}/reset`))
    await client.until((heard) => heard !== '')
    client.socket.resetAndDestroy()
    await server.isLeft
    await gateway.line('http', 'info', (line) => CLIENT_LEFT.test(line) && line.includes(`:${server.port}/reset`))
  })

  test('and is gone while a body is held: the server is left [HTTP-06]', async () => {
    await using origin = await startPausingOrigin(Buffer.alloc(100_000, 'c'), 1000)
    const client = await RawClient.to(gateway.http)
    client.send(get(`${origin.url}/held`))
    await origin.begun
    client.socket.destroy()
    await origin.left
    assert.match((await gateway.accessLine('/held')).proxy.details.join(), /INCOMPLETE/)
  })

  test('while a body flows gets the rest of it [HTTP-04]', async () => {
    await gateway.set({ 'http.virus_check': false })
    await using origin = await startPausingOrigin(Buffer.alloc(100_000, 'd'), 1000)
    using client = await RawClient.to(gateway.http)
    client.send(get(`${origin.url}/flowing`))
    await client.until((heard) => heard.endsWith('d'))
    client.socket.end()
    await once(client.socket, 'finish')
    origin.goOn()
    assert.match(await client.untilClosed(), /\r\n\r\nd{100000}$/)
    await gateway.set({ 'http.virus_check': true })
  })

  test('before its request is whole asks for nothing [HTTP-04]', async () => {
    using client = await askAndClose('GET http://127.0.0.1/ HTTP/1.1\r\nHost: x\r\n')
    assert.equal(await client.untilClosed(), '')
  })
})
