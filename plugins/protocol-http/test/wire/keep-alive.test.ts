/** Connections that serve several requests, on both sides (guide 7.1.1.1; RFC 9112, 9). */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RawClient } from '@fsigk/testing'
import { exchange, get, reply, startBoth, startLine } from './kit.js'

const kept = (at: string, path = '/a', fields = '') => `GET http://${at}${path} HTTP/1.1\r\nHost: a\r\n${fields}\r\n`

test('a client and a server are kept, and the log says so', async () => {
  await using both = await startBoth(() => reply('ok'))
  const heard = await exchange(both.proxy, kept(both.origin.at) + kept(both.origin.at) + get(both.origin))
  assert.equal(heard.match(/Connection: Keep-Alive\r\n\r\nok/g)?.length, 2)
  assert.match(heard, /Connection: close\r\n\r\nok$/)
  assert.equal(both.origin.connections, 1)
  assert.deepEqual(
    both.proxy.lines.map(({ protocolStat }) => protocolStat),
    [
      ['KEEPALIVE', ''],
      ['KEEPALIVE', ''],
      ['', ''],
    ],
  )
})

test('pipelined requests are answered in order, each whole', async () => {
  await using both = await startBoth((head) => reply(head.split(' ')[1] ?? ''))
  const paths = Array.from({ length: 50 }, (_, at) => `/${at}`)
  const heard = await exchange(both.proxy, paths.map((path) => kept(both.origin.at, path)).join('') + get(both.origin))
  assert.deepEqual(heard.match(/^\/\d+/gm), paths)
})

for (const [says, first] of [
  ['HTTP/1.0 without keep-alive', (at: string) => `GET http://${at}/ HTTP/1.0\r\n\r\n`],
  ['Connection: close', (at: string) => kept(at, '/', 'Connection: Close\r\n')],
  ['Proxy-Connection: close', (at: string) => kept(at, '/', 'Proxy-Connection: close\r\n')],
] as const) {
  test(`a client is not kept after ${says}`, async () => {
    await using both = await startBoth(() => reply('ok'))
    const heard = await exchange(both.proxy, first(both.origin.at) + kept(both.origin.at))
    assert.equal(heard, 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok')
  })
}

test('HTTP/1.0 is kept by keep-alive, in Connection or Proxy-Connection', async () => {
  await using both = await startBoth(() => reply('ok'))
  for (const name of ['Connection', 'Proxy-Connection']) {
    const heard = await exchange(
      both.proxy,
      `GET http://${both.origin.at}/ HTTP/1.0\r\n${name}: keep-alive\r\n\r\n${get(both.origin)}`,
    )
    assert.match(heard, /^HTTP\/1.1 200 OK\r\nContent-Length: 2\r\nConnection: Keep-Alive\r\n\r\nokHTTP/)
  }
})

test('with keepalive off neither side is kept', async () => {
  await using both = await startBoth(() => reply('ok'), { settings: { keepalive: false } })
  const heard = await exchange(both.proxy, kept(both.origin.at) + kept(both.origin.at))
  assert.match(heard, /Connection: close\r\n\r\nok$/)
  assert.match(both.origin.heads[0] ?? '', /\r\nConnection: close\r\n/)
  assert.equal(both.origin.heads.length, 1)
})

test('a kept connection ends after keepalive_timeout', async () => {
  await using both = await startBoth(() => reply('ok'), { settings: { keepalive_timeout: 1 } })
  const began = Date.now()
  await exchange(both.proxy, kept(both.origin.at))
  assert.ok(Date.now() - began >= 700)
})

test('each request has the settings of its own moment', async () => {
  await using both = await startBoth(() => reply('ok'))
  using client = await RawClient.to(both.proxy)
  client.send(kept(both.origin.at))
  await client.until((heard) => heard.endsWith('ok'))
  both.proxy.settings = { ...both.proxy.settings, anonymous: true }
  client.send(get(both.origin))
  await client.untilClosed()
  assert.match(both.origin.heads[0] ?? '', /Via/)
  assert.doesNotMatch(both.origin.heads[1] ?? '', /Via/)
})

test('the empty line that old browsers send after a POST is read past, and info.log says so', async () => {
  await using both = await startBoth(() => reply('ok'))
  const { at } = both.origin
  const post = `POST http://${at}/ HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc`
  const heard = await exchange(both.proxy, `${post}\r\n${get(both.origin)}`)
  assert.equal(heard.match(/HTTP\/1.1 200/g)?.length, 2)
  assert.deepEqual(both.proxy.info, ['read extra CRLF for POST method'])
})

test('empty lines without an end are not read for ever', async () => {
  await using both = await startBoth(() => reply('ok'))
  assert.equal(startLine(await exchange(both.proxy, '\r\n'.repeat(100))), 'HTTP/1.1 400 Bad Request')
  using client = await RawClient.to(both.proxy)
  for (let line = 0; line < 20 && !client.closed; line++) {
    client.send('\r\n')
    await new Promise((resolve) => client.socket.once('close', resolve) && setTimeout(resolve, 20))
  }
  assert.equal(await client.untilClosed(), '')
})

test('responses that nobody takes are not piled up', async () => {
  await using both = await startBoth(() => reply('x'.repeat(60_000)), { settings: { idle_timeout: 1 } })
  using client = await RawClient.to(both.proxy)
  client.socket.pause()
  client.send(kept(both.origin.at).repeat(1000))
  await both.proxy.until(({ errors }) => errors.length === 1)
  assert.match(both.proxy.errors[0] ?? '', /sendfile timeout/)
  assert.ok(both.origin.heads.length < 500)
})

test('a server that closes after its answer is not asked again on that connection', async () => {
  await using both = await startBoth(() => reply('ok', 'Connection: close\r\n'))
  await exchange(both.proxy, kept(both.origin.at) + get(both.origin))
  assert.equal(both.origin.connections, 2)
})

test('a request that a reused connection loses before any answer is sent once more', async () => {
  let requests = 0
  await using both = await startBoth(() => (++requests === 2 ? undefined : reply('ok')))
  const heard = await exchange(both.proxy, kept(both.origin.at) + get(both.origin))
  assert.equal(heard.match(/200 OK/g)?.length, 2)
  assert.equal(both.origin.heads.length, 3)
  assert.equal(both.origin.connections, 2)
})

test('a request that a new connection loses is not repeated', async () => {
  await using both = await startBoth(() => undefined)
  assert.equal(startLine(await exchange(both.proxy, get(both.origin))), 'HTTP/1.1 502 Bad Gateway')
  assert.equal(both.origin.heads.length, 1)
})

for (const [says, again] of [
  ['a POST', 'POST http://AT/ HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n'],
  ['a request with a body', 'PUT http://AT/ HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx'],
  ['a GET of which some answer came', 'GET http://AT/half HTTP/1.1\r\nHost: a\r\n\r\n'],
] as const) {
  test(`${says} is not repeated`, async () => {
    let requests = 0
    await using both = await startBoth((head, socket) => {
      if (++requests === 1) return reply('ok')
      if (head.startsWith('GET /half')) socket.write('HTTP/1.1 2')
      return undefined
    })
    const heard = await exchange(both.proxy, kept(both.origin.at) + again.replace('AT', both.origin.at))
    assert.match(heard, /HTTP\/1.1 502 Bad Gateway/)
    assert.equal(both.origin.heads.length, 2)
  })
}

test('a connection on which something came that nobody asked for is not used again', async () => {
  await using both = await startBoth(() => `${reply('ok')}HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil`)
  const heard = await exchange(both.proxy, kept(both.origin.at) + get(both.origin))
  assert.doesNotMatch(heard, /evil/)
  assert.equal(both.origin.connections, 2)
})

test('a waiting connection is asked about under the rules of now', async () => {
  let allowed = true
  const asked: (string | undefined)[] = []
  const message = 'CONNECT(x)/Access Inhibited by Proxy(FSIGK)'
  await using both = await startBoth(() => reply('ok'), {
    permit: (_, address) => {
      asked.push(address)
      return allowed ? { allowed } : { allowed, message }
    },
  })
  using client = await RawClient.to(both.proxy)
  client.send(kept(both.origin.at))
  await client.until((heard) => heard.endsWith('ok'))
  allowed = false
  client.send(get(both.origin))
  assert.match(await client.untilClosed(), /HTTP\/1.1 403 Forbidden/)
  assert.deepEqual(asked, [undefined, '127.0.0.1'])
  assert.equal(both.proxy.lines[1]?.error, message)
})

test('a connection that a client has authenticated serves nobody else', async () => {
  await using both = await startBoth(() => reply('no', 'WWW-Authenticate: Negotiate, NTLM\r\n', '401 Unauthorized'))
  using first = await RawClient.to(both.proxy)
  first.send(kept(both.origin.at))
  await first.until((heard) => heard.endsWith('no'))
  await exchange(both.proxy, get(both.origin))
  assert.equal(both.origin.connections, 2)
  first.send(kept(both.origin.at, '/', 'Authorization: NTLM TlRMTVNTUAAD\r\n'))
  await first.until((heard) => heard.match(/401/g)?.length === 2)
  assert.equal(both.origin.connections, 2)
})

test('a draining service finishes what is under way, and ends what waits', async () => {
  let answer = () => {}
  await using both = await startBoth((head, socket) => {
    if (!head.startsWith('GET /slow')) return reply('ok')
    answer = () => socket.write(reply('slow'))
    return ''
  })
  using idle = await RawClient.to(both.proxy)
  idle.send(kept(both.origin.at))
  await idle.until((heard) => heard.endsWith('ok'))
  using busy = await RawClient.to(both.proxy)
  busy.send(kept(both.origin.at, '/slow'))
  while (both.origin.heads.length < 2) await new Promise(setImmediate)
  both.proxy.drain()
  await idle.untilClosed()
  answer()
  assert.match(await busy.untilClosed(), /Connection: close\r\n\r\nslow$/)
})

test('a connection that was accepted just before the service drains is still served once', async () => {
  await using both = await startBoth(() => reply('ok'))
  using client = await RawClient.to(both.proxy)
  await both.proxy.until(({ open }) => open === 1)
  both.proxy.drain()
  client.send(kept(both.origin.at))
  assert.match(await client.untilClosed(), /Connection: close\r\n\r\nok$/)
})
