/** Whoever takes little, and steadily, is not silent: the system's buffers tell of it megabytes later. */
import assert from 'node:assert/strict'
import { connect, type Socket } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { RawClient, requestHead, startRawServer, startTestGateway, type TestGateway } from '@fsigk/testing'

const BYTES = 20_000_000

describe('HTTP: slow takers', { concurrency: true, timeout: 120_000 }, () => {
  let gateway: TestGateway
  before(async () => {
    gateway = await startTestGateway({ settings: { 'http.idle_timeout': 2, 'http.connect_ports': '1-65535' } })
  })
  after(() => gateway[Symbol.asyncDispose]())

  test('a client that takes slowly what comes through its tunnel gets all of it [HTTP-25, OPS-05]', async () => {
    await using server = await startRawServer(async (socket) => void socket.end(Buffer.alloc(BYTES)))
    const socket = connect(gateway.http)
    socket.write(`CONNECT ${server.host}:${server.port} HTTP/1.1\r\nHost: x\r\n\r\n`)
    assert.ok((await takeSlowly(socket, BYTES)) > BYTES)
    socket.destroy()
  })

  test('a server that takes an upload slowly is waited for, and answers it [OPS-05]', async () => {
    let taken = 0
    const asked = Promise.withResolvers<void>()
    await using server = await startRawServer(async (socket) => {
      await requestHead(socket)
      asked.resolve()
      taken = await takeSlowly(socket, BYTES)
      socket.end('HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n')
    })
    using client = await RawClient.to(gateway.http)
    const url = `http://${server.host}:${server.port}/up`
    client.send(`PUT ${url} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: ${BYTES}\r\n\r\n`)
    await asked.promise
    client.send(Buffer.alloc(BYTES))
    assert.match(await client.untilClosed(), /^HTTP\/1\.1 204 /)
    assert.equal(taken, BYTES)
  })

  test('a server that takes none of an upload is given up with 504 [OPS-05]', async () => {
    await using server = await startRawServer(async (socket) => {
      await requestHead(socket)
      socket.pause()
      await delay(20_000, undefined, { ref: false })
    })
    using client = await RawClient.to(gateway.http)
    const url = `http://${server.host}:${server.port}/none`
    client.send(`PUT ${url} HTTP/1.1\r\nHost: x\r\nContent-Length: ${BYTES}\r\n\r\n`)
    client.send(Buffer.alloc(BYTES))
    assert.match(await client.untilClosed(), /^HTTP\/1\.1 50[24] /)
  })
})

/** Takes much at once, so that the buffers on the way grow, then little at a time for long (the system opens its window by
 * hundreds of kilobytes: less would look like nothing within the limit of this test), then the rest. */
async function takeSlowly(socket: Socket, want: number): Promise<number> {
  let taken = 0
  let limit = 1_000_000
  const ended = new Promise<void>((resolve) => {
    socket.on('data', (data: Buffer) => {
      taken += data.length
      if (taken >= want) resolve()
      else if (taken >= limit) socket.pause()
    })
    for (const event of ['end', 'close', 'error']) socket.once(event, () => resolve())
  })
  socket.resume()
  for (let step = 0; step < 60 && !socket.destroyed; step += 1) {
    await delay(100)
    limit = Math.max(limit, taken) + 30_000
    socket.resume()
  }
  limit = Number.POSITIVE_INFINITY
  socket.resume()
  await ended
  return taken
}
