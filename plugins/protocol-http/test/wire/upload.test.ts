/** Bodies on their way to the server: live, framed by us. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { RawClient, startRawServer, startWebOrigin } from '@fsigk/testing'
import { startStubProxy } from '../kit/stub-service.js'
import { bodyOf, exchange, get, reply, startBoth, startLine } from './kit.js'

/** A server that keeps all that it hears, and answers when it has heard enough. */
async function startListener(enough: (heard: string) => boolean, answer = reply('ok')) {
  const heard = { text: '' }
  const upstream = await startRawServer(async (socket) => {
    for await (const chunk of socket) {
      heard.text += (chunk as Buffer).toString('latin1')
      if (enough(heard.text)) socket.write(answer)
    }
  })
  return {
    heard,
    upstream,
    at: `${upstream.host}:${upstream.port}`,
    [Symbol.asyncDispose]: () => upstream[Symbol.asyncDispose](),
  }
}

const post = (at: string, framing: string, method = 'POST') =>
  `${method} http://${at}/ HTTP/1.1\r\nHost: a\r\n${framing}\r\n\r\n`

test('a body with a length is forwarded with it', async () => {
  await using server = await startListener((heard) => heard.endsWith('abcdef'))
  await using proxy = await startStubProxy()
  using client = await RawClient.to(proxy)
  client.send(post(server.at, 'Content-Length: 6\r\nConnection: close'))
  client.send('abc')
  client.send('def')
  assert.equal(bodyOf(await client.untilClosed()), 'ok')
  assert.match(server.heard.text, /\r\nContent-Length: 6\r\nConnection: Keep-Alive\r\n\r\nabcdef$/)
})

test('an empty body is forwarded as one', async () => {
  await using both = await startBoth(() => reply('ok'))
  await exchange(both.proxy, post(both.origin.at, 'Content-Length: 0\r\nConnection: close'))
  assert.match(both.origin.heads[0] ?? '', /\r\nContent-Length: 0\r\n/)
})

test('chunks are written anew, without their extensions, with their trailers', async () => {
  await using server = await startListener((heard) => heard.endsWith('\r\n\r\n') && heard.includes('\r\n0\r\n'))
  await using proxy = await startStubProxy()
  const body = '1;evil="\t"\r\na\r\n002\r\nbc\r\n0\r\nX-Sum: 1\r\nContent-Length: 3\r\nHost: x\r\n\r\n'
  const heard = await exchange(proxy, `${post(server.at, 'Transfer-Encoding: chunked\r\nConnection: close')}${body}`)
  assert.equal(bodyOf(heard), 'ok')
  assert.match(
    server.heard.text,
    /\r\nTransfer-Encoding: chunked\r\nConnection: Keep-Alive\r\n\r\n(\d\r\n[abc]+\r\n)+0\r\nX-Sum: 1\r\n\r\n$/,
  )
})

test('a body that is no longer framed as it should be takes its connection with it, and is 400', async () => {
  await using both = await startBoth(() => '')
  const heard = await exchange(both.proxy, `${post(both.origin.at, 'Transfer-Encoding: chunked')}1\r\na\r\nzz\r\n`)
  assert.equal(startLine(heard), 'HTTP/1.1 400 Bad Request')
  assert.equal(both.proxy.lines[0]?.error, 'Illegal request body')
})

test('a body that does not come on is 408', async () => {
  await using both = await startBoth(() => '', { settings: { idle_timeout: 1 } })
  using client = await RawClient.to(both.proxy)
  client.send(`${post(both.origin.at, 'Content-Length: 9')}abc`)
  assert.match(await client.untilClosed(), /^HTTP\/1.1 (408 Request Timeout|504 Gateway Timeout)\r\n/)
})

test('a client that leaves in the middle of its upload is told of in info.log', async () => {
  let ended: Promise<unknown> = Promise.resolve()
  await using both = await startBoth((_, socket) => {
    ended = once(socket, 'close')
    return ''
  })
  using client = await RawClient.to(both.proxy)
  client.send(`${post(both.origin.at, 'Content-Length: 9')}abc`)
  while (both.origin.heads.length === 0) await new Promise(setImmediate)
  client.socket.end()
  await ended
  await both.proxy.until(({ open }) => open === 0)
  assert.deepEqual(both.proxy.info, ['file uploading is interrupted by client.'])
})

test('Expect is forwarded, and 100 comes back before the body goes', async () => {
  let heard = ''
  await using server = await startRawServer(async (socket) => {
    for await (const chunk of socket) {
      heard += (chunk as Buffer).toString('latin1')
      if (heard.endsWith('\r\n\r\n')) socket.write('HTTP/1.1 100 Continue\r\n\r\n')
      if (heard.endsWith('abc')) socket.write(reply('ok'))
    }
  })
  await using proxy = await startStubProxy()
  using client = await RawClient.to(proxy)
  client.send(post(`${server.host}:${server.port}`, 'Expect: 100-continue\r\nContent-Length: 3\r\nConnection: close'))
  await client.until((text) => text.includes('100 Continue\r\n\r\n'))
  client.send('abc')
  assert.match(await client.untilClosed(), /HTTP\/1.1 200 OK[\s\S]*ok$/)
  assert.match(heard, /\r\nExpect: 100-continue\r\n/)
})

test('a final answer in place of 100 reaches the client, whose connection then closes', async () => {
  await using both = await startBoth(() => reply('too large', 'Connection: close\r\n', '413 Content Too Large'))
  const heard = await exchange(both.proxy, post(both.origin.at, 'Expect: 100-continue\r\nContent-Length: 9000000'))
  assert.match(heard, /^HTTP\/1.1 413 Content Too Large\r\n[\s\S]*Connection: close\r\n\r\ntoo large$/)
})

test('an answer that comes before the body has gone reaches a client that is still sending', async () => {
  await using server = await startRawServer(async (socket) => {
    socket.end(reply('no', 'Connection: close\r\n', '403 Forbidden'))
    socket.resume()
    await once(socket, 'close')
  })
  await using proxy = await startStubProxy()
  using client = await RawClient.to(proxy)
  client.send(post(`${server.host}:${server.port}`, 'Content-Length: 50000000'))
  client.send(Buffer.alloc(5_000_000, 'x'))
  assert.match(await client.until((heard) => heard.endsWith('no')), /^HTTP\/1.1 403 Forbidden\r\n/)
})

test('a server may answer while it still reads', async () => {
  await using origin = await startWebOrigin({ '/echo': (request, response) => void request.pipe(response) })
  await using proxy = await startStubProxy({ settings: { virus_check: false } })
  using client = await RawClient.to(proxy)
  client.send(`POST ${origin.url}/echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n`)
  client.send('3\r\nabc\r\n')
  await client.until((heard) => heard.includes('abc'))
  client.send('3\r\ndef\r\n0\r\n\r\n')
  const heard = await client.untilClosed()
  assert.match(heard, /3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n$/)
})

test('a large upload is taken no faster than the server takes it', async () => {
  const bytes = 30_000_000
  let received = 0
  await using origin = await startWebOrigin({
    '/up': (request, response) => {
      request.on('data', (chunk: Buffer) => {
        received += chunk.length
      })
      request.on('end', () => response.end('ok'))
    },
  })
  await using proxy = await startStubProxy()
  using client = await RawClient.to(proxy)
  client.send(`PUT ${origin.url}/up HTTP/1.1\r\nHost: a\r\nContent-Length: ${bytes}\r\nConnection: close\r\n\r\n`)
  client.send(Buffer.alloc(bytes, 'z'))
  assert.match(await client.untilClosed(), /ok$/)
  assert.equal(received, bytes)
})

test('what follows a body is the next request', async () => {
  await using both = await startBoth((head) => reply(head.slice(0, 4)))
  const heard = await exchange(both.proxy, `${post(both.origin.at, 'Content-Length: 3')}abc${get(both.origin)}`)
  assert.match(heard, /POST[\s\S]*GET $/)
})

test('a held body with trailers goes on in chunks with them; one without goes on with its length', async () => {
  await using server = await startListener(
    (heard) => heard.endsWith('X-Sum: 1\r\n\r\n') || heard.endsWith('\r\n\r\nabc'),
  )
  await using proxy = await startStubProxy({ settings: { virus_check_post: true } })
  const fields = 'Transfer-Encoding: chunked\r\nConnection: close'
  const withTrailers = `${post(server.at, fields, 'PUT')}3\r\nabc\r\n0\r\nX-Sum: 1\r\n\r\n`
  assert.equal(bodyOf(await exchange(proxy, withTrailers)), 'ok')
  assert.match(server.heard.text, /\r\nTransfer-Encoding: chunked\r\n[\s\S]*\r\n\r\n3\r\nabc\r\n0\r\nX-Sum: 1\r\n\r\n$/)
  server.heard.text = ''
  assert.equal(bodyOf(await exchange(proxy, `${post(server.at, fields, 'PUT')}3\r\nabc\r\n0\r\n\r\n`)), 'ok')
  assert.match(server.heard.text, /\r\nContent-Length: 3\r\n[\s\S]*\r\n\r\nabc$/)
})
