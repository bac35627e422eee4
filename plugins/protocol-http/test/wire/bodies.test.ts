/** Bodies on their way to the client: framed by us, whole or visibly not (RFC 9112, 6 to 8). */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RawClient } from '@fsigk/testing'
import { bodyOf, exchange, fieldLines, get, hear, reply, startBoth, startLine } from './kit.js'

const CHUNKED = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n'
const TRAILED = CHUNKED.replace(
  '0\r\n\r\n',
  '0\r\nX-Check: 1\r\nContent-Length: 9\r\nSet-Cookie: a\r\nConnection: close\r\n\r\n',
)
const UNTIL_CLOSE = 'HTTP/1.0 200 OK\r\n\r\nabcdef'
const old = (at: string) => `GET http://${at}/ HTTP/1.0\r\n\r\n`

const held: readonly { says: string; response: string; client: '1.0' | '1.1'; expect: readonly string[] }[] = [
  {
    says: 'chunks become a length',
    response: CHUNKED,
    client: '1.1',
    expect: ['Content-Length: 6', 'Connection: close'],
  },
  {
    says: 'chunks become a length for HTTP/1.0',
    response: CHUNKED,
    client: '1.0',
    expect: ['Content-Length: 6', 'Connection: close'],
  },
  {
    says: 'trailers keep the chunks',
    response: TRAILED,
    client: '1.1',
    expect: ['Transfer-Encoding: chunked', 'Connection: close'],
  },
  {
    says: 'trailers are left out for HTTP/1.0',
    response: TRAILED,
    client: '1.0',
    expect: ['Content-Length: 6', 'Connection: close'],
  },
]

for (const { says, response, client, expect } of held) {
  test(`held: ${says}`, async () => {
    await using both = await startBoth(() => response)
    const heard = await exchange(both.proxy, client === '1.1' ? get(both.origin) : old(both.origin.at))
    assert.deepEqual(fieldLines(heard), expect)
    const chunked = expect.includes('Transfer-Encoding: chunked')
    assert.match(bodyOf(heard), chunked ? /^(\d\r\n[a-f]+\r\n)+0\r\nX-Check: 1\r\n\r\n$/ : /^abcdef$/)
    assert.equal(both.proxy.lines[0]?.bytes, 6)
  })
}

test('a response of HTTP/1.0 without a length lasts until its connection ends', async () => {
  await using both = await startBoth((_, socket) => {
    socket.end(UNTIL_CLOSE)
    return ''
  })
  const heard = await exchange(both.proxy, get(both.origin))
  assert.equal(heard, 'HTTP/1.1 200 OK\r\nContent-Length: 6\r\nConnection: close\r\n\r\nabcdef')
})

test('a server of HTTP/0.9 sends a body alone', async () => {
  await using both = await startBoth((_, socket) => {
    socket.end('<p>old')
    return ''
  })
  assert.equal(
    await exchange(both.proxy, get(both.origin)),
    'HTTP/1.1 200 OK\r\nContent-Length: 6\r\nConnection: close\r\n\r\n<p>old',
  )
})

test('a client of HTTP/0.9 gets a body alone', async () => {
  await using both = await startBoth(() => CHUNKED)
  assert.equal(await exchange(both.proxy, `GET http://${both.origin.at}/a\r\n`), 'abcdef')
  assert.equal(startLine(both.origin.heads[0] ?? ''), 'GET /a HTTP/1.1')
})

const live: readonly { says: string; response: string; ends?: true; client: '0.9' | '1.0' | '1.1'; expect: string }[] =
  [
    {
      says: 'a length stays',
      response: reply('abcdef'),
      client: '1.1',
      expect: 'Content-Length: 6\r\nConnection: close\r\n\r\nabcdef',
    },
    {
      says: 'chunks are written anew',
      response: TRAILED,
      client: '1.1',
      expect: 'Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n6\r\nabcdef\r\n0\r\nX-Check: 1\r\n\r\n',
    },
    {
      says: 'chunks become the end of the connection for HTTP/1.0',
      response: TRAILED,
      client: '1.0',
      expect: 'Connection: close\r\n\r\nabcdef',
    },
    {
      says: 'the end of a connection becomes chunks',
      response: UNTIL_CLOSE,
      ends: true,
      client: '1.1',
      expect: 'Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n6\r\nabcdef\r\n0\r\n\r\n',
    },
  ]

for (const { says, response, ends, client, expect } of live) {
  test(`live: ${says}`, async () => {
    await using both = await startBoth(
      (_, socket) => {
        if (ends) socket.end(response)
        return ends ? '' : response
      },
      { settings: { virus_check: false } },
    )
    const heard = await exchange(both.proxy, client === '1.1' ? get(both.origin) : old(both.origin.at))
    assert.equal(heard, `HTTP/1.1 200 OK\r\n${expect}`)
  })
}

test('live: bytes go on as they come', async () => {
  let send: (text: string) => void = () => {}
  await using both = await startBoth(
    (_, socket) => {
      send = (text) => socket.write(text)
      return 'HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n'
    },
    { settings: { virus_check: false } },
  )
  using client = await RawClient.to(both.proxy)
  client.send(get(both.origin))
  await client.until((heard) => heard.endsWith('\r\n\r\n'))
  send('abc')
  await client.until((heard) => heard.endsWith('abc'))
  send('def')
  assert.equal(bodyOf(await client.untilClosed()), 'abcdef')
})

for (const [says, response, status] of [
  [
    '204',
    'HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n',
    'HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n',
  ],
  [
    '304',
    'HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n',
    'HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\nConnection: close\r\n\r\n',
  ],
  ['an empty body', reply(''), 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n'],
] as const) {
  test(`${says} passes without an inspection, and is on record`, async () => {
    await using both = await startBoth(() => response)
    assert.equal(await exchange(both.proxy, get(both.origin)), status)
    assert.equal(both.proxy.transfers.length, 0)
    assert.equal(both.proxy.lines[0]?.status, Number(status.slice(9, 12)))
  })
}

test('HEAD passes with the length of what it stands for', async () => {
  await using both = await startBoth(() => 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n')
  const heard = await exchange(
    both.proxy,
    `HEAD http://${both.origin.at}/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`,
  )
  assert.equal(heard, 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\n')
})

test('interim responses are relayed, to those who understand them', async () => {
  await using both = await startBoth(
    () => `HTTP/1.1 103 Early Hints\r\nLink: a\r\nConnection: X\r\nX: y\r\n\r\n${reply('ok')}`,
  )
  const heard = await exchange(both.proxy, get(both.origin))
  assert.match(heard, /^HTTP\/1.1 103 Early Hints\r\nLink: a\r\n\r\nHTTP\/1.1 200 OK\r\n/)
  assert.match(await exchange(both.proxy, old(both.origin.at)), /^HTTP\/1.1 200 OK\r\n/)
})

test('held: half a body is 502, and nothing of it passes', async () => {
  for (const response of ['HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc', CHUNKED.slice(0, -9)]) {
    await using both = await startBoth((_, socket) => {
      socket.end(response)
      return ''
    })
    const heard = await exchange(both.proxy, get(both.origin))
    assert.equal(startLine(heard), 'HTTP/1.1 502 Bad Gateway')
    assert.doesNotMatch(heard, /abc/)
    assert.equal(both.proxy.lines[0]?.error, 'Server closed connection while transaction.')
  }
})

test('held: a body that ends by a reset instead of a close is 502', async () => {
  await using both = await startBoth((_, socket) => {
    socket.write('HTTP/1.0 200 OK\r\n\r\nabc', () => socket.resetAndDestroy())
    return ''
  })
  const heard = await exchange(both.proxy, get(both.origin))
  assert.equal(startLine(heard), 'HTTP/1.1 502 Bad Gateway')
  assert.doesNotMatch(heard, /abc/)
})

for (const [says, response, client] of [
  ['a length', 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc', '1.1'],
  ['chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n', '1.1'],
  ['the end of the connection', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n', '1.0'],
] as const) {
  test(`live: half a body with ${says} never looks whole`, async () => {
    let cut = () => {}
    await using both = await startBoth(
      (_, socket) => {
        cut = () => socket.end()
        return response
      },
      { settings: { virus_check: false } },
    )
    using client1 = await RawClient.to(both.proxy)
    const hearing = hear(client1.socket)
    client1.send(client === '1.1' ? get(both.origin) : old(both.origin.at))
    await client1.until((heard) => heard.includes('abc'))
    cut()
    const { heard, reset } = await hearing
    assert.doesNotMatch(heard, /0\r\n\r\n$/)
    await both.proxy.until(({ lines }) => lines.length === 1)
    assert.match(both.proxy.lines[0]?.error ?? '', /before its announced end/)
    if (client === '1.0') assert.ok(reset, 'the client sees an error')
    assert.deepEqual(both.proxy.thrown, [])
  })
}

test('a client that leaves while its answer is held takes the connection to the server with it', async () => {
  let gone: Promise<unknown> = Promise.resolve()
  await using both = await startBoth((_, socket) => {
    gone = new Promise((resolve) => socket.on('close', resolve))
    return 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc'
  })
  using client = await RawClient.to(both.proxy)
  client.send(get(both.origin))
  await both.proxy.until(({ transfers }) => transfers.length === 1)
  client.socket.resetAndDestroy()
  await gone
  await both.proxy.until(({ lines, open }) => lines.length === 1 && open === 0)
  assert.match(
    both.proxy.info[0] ?? '',
    /^is_alivesocket:recv=0, Client closed connection\. Client may be cancel the session\. url=\[http:.*\], elapsed=\d+ms$/,
  )
  assert.equal(both.proxy.lines[0]?.status, 0)
  assert.deepEqual(both.proxy.thrown, [])
})

test('a client that takes nothing is cut off after the idle time-out, and error.log says so', async () => {
  const body = 'x'.repeat(40_000_000)
  await using both = await startBoth(() => reply(body), { settings: { idle_timeout: 1, virus_check: false } })
  using client = await RawClient.to(both.proxy)
  client.socket.pause()
  client.send(get(both.origin))
  await both.proxy.until(({ errors }) => errors.length === 1)
  assert.match(
    both.proxy.errors[0] ?? '',
    /^sendfile timeout: No data can send while 1 sec\. There maybe temporary network trouble between receiver\.\) \/ URL=\[http:/,
  )
  await both.proxy.until(({ lines }) => lines.length === 1)
  assert.ok((both.proxy.lines[0]?.bytes ?? 0) < body.length)
})

test('a client that leaves in the middle of its answer is told of in info.log', async () => {
  await using both = await startBoth(() => reply('x'.repeat(40_000_000)), { settings: { virus_check: false } })
  using client = await RawClient.to(both.proxy)
  client.send(get(both.origin))
  await client.until((heard) => heard.length > 0)
  client.socket.destroy()
  await both.proxy.until(({ lines }) => lines.length === 1)
  assert.match(
    both.proxy.info.join(),
    /sendfile canceled: n=-1, written=\d+, filelen=40000000 writesize=\d+|is_alivesocket/,
  )
  assert.deepEqual(both.proxy.thrown, [])
})

test('a body that inspection changes in length is cut off rather than misread', async () => {
  await using both = await startBoth(() => reply('abcdef'), {
    settings: { virus_check: false },
    alter: (body) => ({ ...body, bytes: 9 }),
  })
  using client = await RawClient.to(both.proxy)
  client.send(get(both.origin))
  const { heard } = await hear(client.socket)
  assert.ok(!heard.endsWith('abcdef') || heard.includes('Content-Length: 9\r\n'))
  assert.match(both.proxy.lines[0]?.error ?? '', /has 6 bytes where 9 were announced/)
})

test('a large body passes through without being held in memory', async () => {
  const bytes = 30_000_000
  await using both = await startBoth(() => reply('y'.repeat(bytes)), { settings: { virus_check: false } })
  using client = await RawClient.to(both.proxy)
  client.send(get(both.origin))
  const { heard } = await hear(client.socket)
  assert.equal(bodyOf(heard).length, bytes)
})

test('what inspection blocks is 403 with the detection page, what it defers 503 with Retry-After', async () => {
  let judgement: 'block' | 'defer' = 'block'
  await using both = await startBoth(() => reply('virus'), { judge: () => judgement })
  const request = `GET http://${both.origin.at}/ HTTP/1.1\r\nHost: a\r\n\r\n`
  const blocked = await exchange(both.proxy, request)
  assert.match(
    blocked,
    /^HTTP\/1.1 403 Forbidden\r\n[\s\S]*\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n<html>block 403<\/html>$/,
  )
  judgement = 'defer'
  const deferred = await exchange(both.proxy, request)
  assert.match(
    deferred,
    /^HTTP\/1.1 503 Service Unavailable\r\n[\s\S]*\r\nRetry-After: 30\r\nConnection: close\r\n\r\n<html>defer 503<\/html>$/,
  )
  assert.deepEqual(
    both.proxy.lines.map(({ status }) => status),
    [403, 503],
  )
})
