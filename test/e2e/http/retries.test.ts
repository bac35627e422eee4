/** A server that closes a kept connection just as the next request comes: what is asked twice, and what never is. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { RawClient, startRawServer, startTestGateway, type TestGateway } from '@fsigk/testing'
import { curl } from '../../peers/curl.js'

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'

describe('HTTP: requests that a kept connection loses', () => {
  let gateway: TestGateway
  before(async () => {
    gateway = await startTestGateway()
  })
  after(() => gateway[Symbol.asyncDispose]())

  /**
   * Answers the first request on each connection; on the second of the first connection it says `last` and closes, having
   * read the request. Everything that was asked is kept.
   */
  async function forgetful(last: string) {
    const asked: string[] = []
    let connections = 0
    const server = await startRawServer(async (socket: Socket) => {
      const closesNext = connections++ === 0
      for (let request = 0; ; request++) {
        const [chunk] = (await once(socket, 'data')) as [Buffer]
        asked.push(chunk.toString().split(' ')[0] ?? '')
        if (request > 0 && closesNext) return void socket.end(last)
        socket.write(OK)
      }
    })
    return Object.assign(server, { asked })
  }

  /** Warms up one connection to the server, then asks this on it. */
  async function second(origin: { host: string; port: number }, request: string): Promise<string> {
    const at = `http://${origin.host}:${origin.port}/`
    using client = await RawClient.to(gateway.http)
    client.send(`GET ${at} HTTP/1.1\r\nHost: x\r\n\r\n`)
    await client.until((heard) => heard.endsWith('ok'))
    client.send(request.replace('AT', at))
    return (await client.untilClosed()).split('\r\n\r\nok')[1] ?? ''
  }

  test('a GET is asked once more on a new connection', async () => {
    await using origin = await forgetful('')
    assert.match(await second(origin, 'GET AT HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'), /^HTTP\/1\.1 200 /)
    assert.deepEqual([origin.asked, origin.connections], [['GET', 'GET', 'GET'], 2])
  })

  for (const { says, request, last } of [
    { says: 'a POST', request: 'POST AT HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n', last: '' },
    { says: 'a PUT', request: 'PUT AT HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nx', last: '' },
    {
      says: 'a GET of whose answer something came',
      request: 'GET AT HTTP/1.1\r\nHost: x\r\n\r\n',
      last: 'HTTP/1.1 20',
    },
  ])
    test(`${says} is never asked twice`, async () => {
      await using origin = await forgetful(last)
      assert.match(await second(origin, request), /^HTTP\/1\.1 502 /)
      assert.deepEqual([origin.asked, origin.connections], [['GET', request.split(' ')[0] ?? ''], 1])
      assert.equal((await curl(gateway, `http://${origin.host}:${origin.port}/after`)).status, 200)
    })
})
