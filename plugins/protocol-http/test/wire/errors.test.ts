/** What the gateway says in place of the server: guide 11.6, 11.12, and ours. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RawClient } from '@fsigk/testing'
import { startStubProxy } from '../kit/stub-service.js'
import { bodyOf, exchange, get, reply, startBoth, startLine } from './kit.js'

const cases: readonly { says: string; request: string; status: string; message: string }[] = [
  {
    says: 'a method of 99 bytes',
    request: `${'M'.repeat(99)} http://a/ HTTP/1.1\r\n\r\n`,
    status: '400 Bad Request',
    message: 'Too long Request Method',
  },
  {
    says: 'a control character in the method',
    request: 'G\x01T http://a/ HTTP/1.1\r\n\r\n',
    status: '400 Bad Request',
    message: 'Illegal method character.',
  },
  {
    says: 'a URL of 2099 bytes',
    request: `GET http://a/${'u'.repeat(2090)} HTTP/1.1\r\n\r\n`,
    status: '414 Request-URI Too Long',
    message: 'Request-URI Too Long',
  },
  {
    says: 'a control character in the URL',
    request: 'GET http://a/\x01 HTTP/1.1\r\n\r\n',
    status: '400 Bad Request',
    message: 'Illegal URL character.',
  },
  {
    says: 'a path without a host',
    request: 'GET /a HTTP/1.1\r\nHost: a\r\n\r\n',
    status: '400 Bad Request',
    message: 'Invalid URL format',
  },
  {
    says: 'user information in the URL',
    request: 'GET http://user@a/ HTTP/1.1\r\n\r\n',
    status: '400 Bad Request',
    message: 'Invalid URL format',
  },
  {
    says: 'a CONNECT without a port',
    request: 'CONNECT a HTTP/1.1\r\n\r\n',
    status: '400 Bad Request',
    message: 'Invalid URL format',
  },
  {
    says: 'a version of 99 bytes',
    request: `GET http://a/ ${'v'.repeat(99)}\r\n\r\n`,
    status: '400 Bad Request',
    message: 'Too long Request Version',
  },
  {
    says: 'HTTP/2.0',
    request: 'GET http://a/ HTTP/2.0\r\n\r\n',
    status: '505 HTTP Version Not Supported',
    message: 'Only support HTTP/0.9, HTTP/1.0, HTTP/1.1',
  },
  {
    says: 'a bare line feed',
    request: 'GET http://a/ HTTP/1.1\nHost: a\n\n',
    status: '400 Bad Request',
    message: 'Illegal line end in request header',
  },
  {
    says: 'a folded field',
    request: 'GET http://a/ HTTP/1.1\r\nA: b\r\n c\r\n\r\n',
    status: '400 Bad Request',
    message: 'Illegal request header',
  },
  {
    says: 'too many fields',
    request: `GET http://a/ HTTP/1.1\r\n${'A: b\r\n'.repeat(11_000)}\r\n`,
    status: '431 Request Header Fields Too Large',
    message: 'Too Large Request Header',
  },
  {
    says: 'two Hosts',
    request: 'GET http://a/ HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n',
    status: '400 Bad Request',
    message: 'More than one Host in request header',
  },
  {
    says: 'a length beside chunks',
    request: 'POST http://a/ HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    status: '400 Bad Request',
    message: 'Ambiguous request length',
  },
  {
    says: 'a CONNECT with a body',
    request: 'CONNECT a:443 HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc',
    status: '400 Bad Request',
    message: 'Ambiguous request length',
  },
]

for (const { says, request, status, message } of cases) {
  test(`${says} is answered ${status}, said in the page and on record, and the connection closes`, async () => {
    await using proxy = await startStubProxy()
    const heard = await exchange(proxy, request)
    assert.equal(startLine(heard), `HTTP/1.1 ${status}`)
    assert.equal(bodyOf(heard), `<html>${message}</html>`)
    assert.match(heard, /\r\nConnection: close\r\n/)
    assert.match(heard, new RegExp(`\r\nContent-Length: ${message.length + 13}\r\n`))
    assert.deepEqual(
      proxy.lines.map(({ status, error, bytes }) => ({ status, error, bytes })),
      [{ status: Number(status.slice(0, 3)), error: message, bytes: message.length + 13 }],
    )
    assert.equal(proxy.dials.length, 0)
  })
}

test('the longest URL is a setting', async () => {
  await using both = await startBoth(() => reply('ok'), { settings: { max_urllen: 4000 } })
  const heard = await exchange(both.proxy, get(both.origin, '', `/${'u'.repeat(3900)}`))
  assert.equal(startLine(heard), 'HTTP/1.1 200 OK')
})

test('an error for HEAD has the length of its page and no page', async () => {
  await using proxy = await startStubProxy()
  const heard = await exchange(proxy, 'HEAD /a HTTP/1.1\r\n\r\n')
  assert.match(heard, /^HTTP\/1.1 400 Bad Request\r\n[\s\S]*Content-Length: 31\r\n/)
  assert.equal(bodyOf(heard), '')
})

test('an error for HTTP/0.9 is the page alone', async () => {
  await using proxy = await startStubProxy()
  assert.equal(await exchange(proxy, 'GET ftp://a/\r\n'), '<html>Invalid URL format</html>')
})

test('http10 changes the version of the pages too', async () => {
  await using proxy = await startStubProxy({ settings: { http10: true } })
  assert.equal(startLine(await exchange(proxy, 'GET /a HTTP/1.1\r\n\r\n')), 'HTTP/1.0 400 Bad Request')
})

test('a server that cannot be reached is 503 with the connection error', async () => {
  await using proxy = await startStubProxy()
  const heard = await exchange(proxy, 'GET http://127.0.0.1:1/ HTTP/1.1\r\nHost: a\r\n\r\n')
  assert.equal(startLine(heard), 'HTTP/1.1 503 Service Unavailable')
  assert.equal(proxy.lines[0]?.error, 'CONNECT(127.0.0.1:1)/connect: Connection refused')
  assert.deepEqual(proxy.lines[0]?.server, { host: '127.0.0.1', port: 1 })
})

test('a peer that may not come in is 403, and nothing that it says is read', async () => {
  await using proxy = await startStubProxy({ access: { allowed: false, message: 'Access Denied' } })
  const heard = await exchange(proxy, 'G\x01T nonsense')
  assert.equal(startLine(heard), 'HTTP/1.1 403 Forbidden')
  assert.equal(bodyOf(heard), '<html>Access Denied</html>')
  assert.equal(proxy.lines[0]?.url, '')
})

test('a target that may not be reached is 403 in the words of access control', async () => {
  const message = 'CONNECT(a:80)/Access Inhibited by Proxy(FSIGK)'
  await using proxy = await startStubProxy({ permit: () => ({ allowed: false, message }) })
  const heard = await exchange(proxy, 'GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n')
  assert.equal(startLine(heard), 'HTTP/1.1 403 Forbidden')
  assert.equal(proxy.lines[0]?.error, message)
})

test('a response header over the limit is 502 and logged in the words of the guide', async () => {
  await using both = await startBoth(() => reply('ok', `A: ${'a'.repeat(10_240)}\r\n`))
  const heard = await exchange(both.proxy, get(both.origin))
  assert.equal(startLine(heard), 'HTTP/1.1 502 Bad Gateway')
  assert.deepEqual(both.proxy.errors, ['get_response_header: Too Large Header'])
  assert.equal(both.proxy.lines[0]?.error, 'get_response_header: Too Large Header')
})

test('the limit of response headers is a setting', async () => {
  await using both = await startBoth(() => reply('ok', `A: ${'a'.repeat(10_240)}\r\n`), {
    settings: { max_header: 20_000 },
  })
  assert.equal(startLine(await exchange(both.proxy, get(both.origin))), 'HTTP/1.1 200 OK')
})

const badResponses: Readonly<Record<string, string>> = {
  'a length beside chunks': 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n',
  'two lengths': 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc',
  'a bare CR': 'HTTP/1.1 200 OK\r\nA: b\rSet-Cookie: c\r\nContent-Length: 0\r\n\r\n',
  'a bare line feed': 'HTTP/1.1 200 OK\nContent-Length: 0\n\n',
  'a folded field': 'HTTP/1.1 200 OK\r\nA: b\r\n c\r\nContent-Length: 0\r\n\r\n',
  'another coding': 'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n',
  'a switch of protocols that nobody asked for': 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n',
  'interim responses without an end': 'HTTP/1.1 102 Processing\r\n\r\n'.repeat(40),
  'a chunk size that is none': 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\nzz\r\n',
}

for (const [says, response] of Object.entries(badResponses)) {
  test(`a response with ${says} is 502, and nothing of it passes`, async () => {
    await using both = await startBoth(() => response)
    const heard = await exchange(both.proxy, `GET http://${both.origin.at}/ HTTP/1.0\r\n\r\n`)
    assert.equal(startLine(heard), 'HTTP/1.1 502 Bad Gateway')
    assert.doesNotMatch(heard, /Set-Cookie/)
    assert.equal(both.proxy.lines[0]?.status, 502)
    assert.deepEqual(both.proxy.thrown, [])
  })
}

test('a server that says nothing is 504 after the idle time-out', async () => {
  await using both = await startBoth(() => '', { settings: { idle_timeout: 1 } })
  assert.equal(startLine(await exchange(both.proxy, get(both.origin))), 'HTTP/1.1 504 Gateway Timeout')
})

test('a server that falls silent inside a held body is 504', async () => {
  await using both = await startBoth(() => 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc', {
    settings: { idle_timeout: 1 },
  })
  const heard = await exchange(both.proxy, get(both.origin))
  assert.equal(startLine(heard), 'HTTP/1.1 504 Gateway Timeout')
  assert.doesNotMatch(heard, /abc/)
})

test('a request head that does not come to its end is 408', async () => {
  await using proxy = await startStubProxy({ settings: { header_timeout: 1 } })
  using client = await RawClient.to(proxy)
  client.send('GET http://a/ HTTP/1.1\r\nHost:')
  assert.equal(startLine(await client.untilClosed()), 'HTTP/1.1 408 Request Timeout')
})

test('a server that closes without a word is 502, and info.log says so', async () => {
  await using both = await startBoth(() => undefined)
  assert.equal(startLine(await exchange(both.proxy, get(both.origin))), 'HTTP/1.1 502 Bad Gateway')
  assert.match(both.proxy.info.join(), /is_server_alivesocket: .*Server closed connection while transaction\./)
})

test('whoever connects and says nothing is on record as 000', async () => {
  await using proxy = await startStubProxy()
  using client = await RawClient.to(proxy)
  client.socket.end()
  await client.untilClosed()
  await proxy.until(({ lines }) => lines.length === 1)
  assert.equal(proxy.lines[0]?.status, 0)
})
