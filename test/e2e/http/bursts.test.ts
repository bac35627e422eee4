/** Hundreds of clients that ask at the same moment. */
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
  type Upstream,
} from '@fsigk/testing'

const ask = (at: Upstream, path: string) => `GET http://${at.host}:${at.port}${path} HTTP/1.1\r\nHost: x\r\n\r\n`
const isOver = (heard: string) => heard.endsWith('served')

describe('HTTP: bursts', { timeout: 120_000 }, () => {
  let gateway: TestGateway
  before(async () => {
    gateway = await startTestGateway({ settings: { 'http.workers': 1 } })
  })
  after(() => gateway[Symbol.asyncDispose]())

  /** So many clients, connected before any of them asks. */
  async function connected(stack: DisposableStack, clients: number): Promise<readonly RawClient[]> {
    const all = await Promise.all(Array.from({ length: clients }, () => RawClient.to(gateway.http)))
    for (const client of all) stack.use(client)
    return all
  }

  test('1,000 clients ask at once and all are answered, twice [OPS-01]', async () => {
    await using origin = await startWebOrigin({ '/': 'served' })
    using stack = new DisposableStack()
    const clients = await connected(stack, 1000)
    for (const round of [1, 2]) {
      const heard = clients.map((client) => client.until((text) => text.split('served').length > round))
      for (const client of clients) client.send(ask(origin, '/'))
      for (const text of await Promise.all(heard)) assert.equal(text.match(/HTTP\/1\.1 200 OK\r/g)?.length, round)
    }
    assert.equal(origin.requests.length, 2000)
  })

  test('a server that holds 300 requests open is asked all of them, and others are answered meanwhile [OPS-01]', async () => {
    const held = Promise.withResolvers<void>()
    const all = Promise.withResolvers<void>()
    let asked = 0
    await using slow = await startRawServer(async (socket) => {
      await requestHead(socket)
      asked += 1
      if (asked === 300) all.resolve()
      await held.promise
      socket.end('HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nserved')
      await once(socket, 'close')
    })
    await using quick = await startWebOrigin({ '/': 'served' })
    using stack = new DisposableStack()
    const waiting = await connected(stack, 300)
    for (const client of waiting) client.send(ask(slow, '/'))
    await all.promise
    for (const client of await connected(stack, 100)) {
      client.send(ask(quick, '/'))
      assert.ok(isOver(await client.until(isOver)))
    }
    assert.ok(waiting.every(({ received }) => received.length === 0))
    held.resolve()
    for (const text of await Promise.all(waiting.map((client) => client.until(isOver)))) assert.ok(isOver(text))
  })
})
