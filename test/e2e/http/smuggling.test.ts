import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  exchange,
  startScriptedServer,
  startTestGateway,
  startWebOrigin,
  type TestGateway,
  type WebOrigin,
} from '@fsigk/testing'
import { curl } from '../../peers/curl.js'

describe('HTTP: one reading of every message', () => {
  let gateway: TestGateway
  let origin: WebOrigin
  before(async () => {
    gateway = await startTestGateway()
    origin = await startWebOrigin({ '/': 'x' })
  })
  after(async () => {
    await gateway[Symbol.asyncDispose]()
    await origin[Symbol.asyncDispose]()
  })

  /** Requests that two parsers could frame differently. `HEAD` stands for the request line and Host. */
  const requests: readonly { readonly what: string; readonly bytes: string }[] = [
    {
      what: 'Content-Length beside Transfer-Encoding',
      bytes: 'HEADContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    },
    { what: 'two Content-Length that differ', bytes: 'HEADContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!' },
    { what: 'two Content-Length that agree', bytes: 'HEADContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello' },
    { what: 'a list of lengths', bytes: 'HEADContent-Length: 5, 5\r\n\r\nhello' },
    { what: 'a length with a sign', bytes: 'HEADContent-Length: +5\r\n\r\nhello' },
    { what: 'a hexadecimal length', bytes: 'HEADContent-Length: 0x5\r\n\r\nhello' },
    { what: 'a length beyond 2^53', bytes: 'HEADContent-Length: 99999999999999999999\r\n\r\nhello' },
    { what: 'a coding after chunked', bytes: 'HEADTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n' },
    { what: 'chunked twice', bytes: 'HEADTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n' },
    { what: 'a coding that only looks like chunked', bytes: 'HEADTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n' },
    { what: 'a space before the colon', bytes: 'HEADContent-Length : 5\r\n\r\nhello' },
    { what: 'a folded header', bytes: 'HEADX-A: 1\r\n 2\r\n\r\n' },
    { what: 'a bare CR in a header', bytes: 'HEADX-A: 1\rX-B: 2\r\n\r\n' },
    { what: 'a bare LF between headers', bytes: 'HEADX-A: 1\nX-B: 2\r\n\r\n' },
    { what: 'NUL in a header', bytes: 'HEADX-A: 1\x002\r\n\r\n' },
    { what: 'a header line without a colon', bytes: 'HEADnonsense\r\n\r\n' },
    { what: 'two Host headers', bytes: 'HEADHost: b\r\n\r\n' },
    { what: 'a chunk size with a sign', bytes: 'HEADTransfer-Encoding: chunked\r\n\r\n+5\r\nhello\r\n0\r\n\r\n' },
    { what: 'a chunk size with 0x', bytes: 'HEADTransfer-Encoding: chunked\r\n\r\n0x5\r\nhello\r\n0\r\n\r\n' },
    {
      what: 'a chunk size that overflows',
      bytes: 'HEADTransfer-Encoding: chunked\r\n\r\n100000000000000005\r\nhello\r\n0\r\n\r\n',
    },
    { what: 'a chunk that ends with a bare LF', bytes: 'HEADTransfer-Encoding: chunked\r\n\r\n5\nhello\r\n0\r\n\r\n' },
    { what: 'a chunk longer than it says', bytes: 'HEADTransfer-Encoding: chunked\r\n\r\n4\r\nhello\r\n0\r\n\r\n' },
  ]
  for (const { what, bytes } of requests)
    test(`a request with ${what} is refused, and no second request comes of it [HTTP-35]`, async () => {
      const seen = origin.requests.length
      const request = bytes.replace('HEAD', `POST ${origin.url}/ HTTP/1.1\r\nHost: a\r\n`)
      const heard = await exchange(gateway.http, `${request}GET ${origin.url}/smuggled HTTP/1.1\r\nHost: a\r\n\r\n`)
      assert.match(heard, /^HTTP\/1\.1 (400|501) /, heard.slice(0, 300))
      assert.equal(heard.split('HTTP/1.1 ').length, 2, 'one answer, then the connection is closed')
      assert.ok(!origin.requests.slice(seen).some(({ url }) => url.includes('smuggled')))
    })

  test('what is forwarded is framed by the gateway, never as it came [HTTP-35]', async () => {
    let seen = ''
    await using recorder = await startWebOrigin({
      '/': (request, response) => {
        seen = JSON.stringify(request.rawHeaders)
        request.resume().on('end', () => response.end('x'))
      },
    })
    await exchange(
      gateway.http,
      `POST ${recorder.url}/ HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:\t chunked \r\nConnection: close\r\n\r\n05;a="b"\r\nhello\r\n000\r\n\r\n`,
    )
    assert.match(seen, /"Transfer-Encoding","chunked"/i)
  })

  const head = 'HTTP/1.1 200 OK\r\n'
  const responses: readonly { readonly what: string; readonly bytes: string }[] = [
    {
      what: 'Content-Length beside Transfer-Encoding',
      bytes: `${head}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n`,
    },
    { what: 'two Content-Length that differ', bytes: `${head}Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd` },
    { what: 'a folded header', bytes: `${head}X-A: 1\r\n 2\r\nContent-Length: 3\r\n\r\nabc` },
    { what: 'a bare CR in a header', bytes: `${head}X-A: 1\rSet-Cookie: a=b\r\nContent-Length: 3\r\n\r\nabc` },
    { what: 'a space before the colon', bytes: `${head}Content-Length : 3\r\n\r\nabc` },
    { what: 'a wrong chunk size', bytes: `${head}Transfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n` },
    {
      what: 'an unknown transfer coding',
      bytes: `${head}Transfer-Encoding: gzip, chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n`,
    },
    { what: 'NUL in a header', bytes: `${head}X-A: \x00\r\nContent-Length: 3\r\n\r\nabc` },
    {
      what: 'a length in an interim response',
      bytes: `HTTP/1.1 103 Early Hints\r\nContent-Length: 3\r\n\r\nabc${head}Content-Length: 0\r\n\r\n`,
    },
    {
      what: 'chunks in 204',
      bytes: 'HTTP/1.1 204 None\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n',
    },
    { what: '205 that does not say that it is empty', bytes: 'HTTP/1.1 205 Reset\r\n\r\nabc' },
  ]
  for (const { what, bytes } of responses)
    test(`a response with ${what} is answered 502, and nothing of its body passes [HTTP-35]`, async () => {
      await using server = await startScriptedServer(bytes)
      const { status, body } = await curl(gateway, `http://${server.host}:${server.port}/`)
      assert.equal(status, 502)
      assert.doesNotMatch(body.toString(), /abc/)
    })

  test('bytes after a response are not taken for the answer to the next request [HTTP-35]', async () => {
    await using server = await startScriptedServer(
      `${head}Content-Length: 3\r\n\r\nabcHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil`,
      { keepOpen: true },
    )
    const url = `http://${server.host}:${server.port}/`
    const { body } = await curl(gateway, url)
    assert.equal(body.toString(), 'abc')
    const second = await curl(gateway, '--max-time', '5', url)
    assert.equal(second.body.toString(), 'abc')
    assert.equal(server.connections, 2)
  })
})
