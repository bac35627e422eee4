/** What is changed in what is forwarded: guide 11.7, as readings.md has it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bodyOf, exchange, fieldLines, get, reply, startBoth, startLine } from './kit.js'

test('a request is written anew: path, Host from the URL, Via, X-Forwarded-For, Connection', async () => {
  await using both = await startBoth(() => reply('ok'))
  const { at } = both.origin
  await exchange(
    both.proxy,
    `GET http://${at}/a?b HTTP/1.1\r\nHost: elsewhere.example\r\nACCEPT:   text/html  \r\nConnection: close\r\n\r\n`,
  )
  assert.deepEqual(both.origin.heads[0]?.split('\r\n'), [
    'GET /a?b HTTP/1.1',
    `Host: ${at}`,
    'ACCEPT: text/html',
    `Via: 1.1 gateway.test:${both.proxy.port} (fsigk)`,
    'X-Forwarded-For: 127.0.0.1',
    'Connection: Keep-Alive',
    '',
    '',
  ])
})

test('Via and X-Forwarded-For are appended to what is there', async () => {
  await using both = await startBoth(() => reply('ok'))
  await exchange(both.proxy, get(both.origin, 'Via: 1.0 a\r\nX-Forwarded-For: 10.0.0.1\r\nVia: 1.1 b\r\n'))
  const fields = fieldLines(both.origin.heads[0] ?? '')
  assert.ok(fields.includes(`Via: 1.0 a, 1.1 b, 1.1 gateway.test:${both.proxy.port} (fsigk)`))
  assert.ok(fields.includes('X-Forwarded-For: 10.0.0.1, 127.0.0.1'))
  assert.deepEqual(both.proxy.lines[0]?.protocolStat, ['', '10.0.0.1'])
})

test('an anonymous proxy leaves both as they are', async () => {
  await using both = await startBoth(() => reply('ok'), { settings: { anonymous: true } })
  await exchange(both.proxy, get(both.origin))
  await exchange(both.proxy, get(both.origin, 'Via: 1.0 a\r\nX-Forwarded-For: 10.0.0.1\r\n'))
  assert.doesNotMatch(both.origin.heads[0] ?? '', /Via|X-Forwarded-For/)
  assert.match(both.origin.heads[1] ?? '', /\r\nVia: 1.0 a\r\nX-Forwarded-For: 10.0.0.1\r\n/)
})

test('what belongs to one connection is not forwarded, nor what Connection names', async () => {
  await using both = await startBoth(() => reply('ok'))
  await exchange(
    both.proxy,
    `GET http://${both.origin.at}/ HTTP/1.1\r\nHost: a\r\nConnection: close, X-Private , Upgrade\r\nProxy-Connection: keep-alive, X-Other\r\n` +
      'X-Private: 1\r\nX-Other: 2\r\nKeep-Alive: 5\r\nTE: trailers\r\nTrailer: X\r\nUpgrade: h2c, x\r\nX-Kept: 3\r\n\r\n',
  )
  const names = fieldLines(both.origin.heads[0] ?? '').map((line) => line.split(':')[0])
  assert.deepEqual(names, ['Host', 'X-Kept', 'Via', 'X-Forwarded-For', 'Connection'])
})

test('Connection cannot take away what says how a message is read', async () => {
  const named = 'Connection: Host, Content-Type, Content-Encoding, Content-Length, Cache-Control\r\n'
  await using both = await startBoth(() =>
    reply('ok', `${named}Content-Type: a/b\r\nContent-Encoding: gzip\r\nCache-Control: no-store\r\n`),
  )
  const heard = await exchange(
    both.proxy,
    `GET http://${both.origin.at}/ HTTP/1.0\r\n${named}Content-Type: a/b\r\nCache-Control: no-cache\r\n\r\n`,
  )
  assert.match(both.origin.heads[0] ?? '', /\r\nHost: .*\r\nContent-Type: a\/b\r\nCache-Control: no-cache\r\n/)
  assert.match(
    heard,
    /\r\nContent-Type: a\/b\r\nContent-Encoding: gzip\r\nCache-Control: no-store\r\nContent-Length: 2\r\n/,
  )
})

test('a client that names X-Forwarded-For and Via in Connection hides nothing of itself', async () => {
  await using both = await startBoth(() => reply('ok'))
  await exchange(
    both.proxy,
    `GET http://${both.origin.at}/ HTTP/1.0\r\nConnection: X-Forwarded-For, Via\r\nX-Forwarded-For: 8.8.8.8\r\nVia: 1.1 x\r\n\r\n`,
  )
  const head = both.origin.heads[0] ?? ''
  assert.match(head, /\r\nVia: 1.0 gateway.test:\d+ \(fsigk\)\r\nX-Forwarded-For: 127.0.0.1\r\n/)
})

test('Proxy-Authorization is forwarded, unless the gateway asks for it itself', async () => {
  await using both = await startBoth(() => reply('ok'))
  await exchange(both.proxy, get(both.origin, 'Proxy-Authorization: Basic eA==\r\n'))
  both.proxy.settings = { ...both.proxy.settings, proxyauth_pam_auth: true }
  await exchange(both.proxy, get(both.origin, 'Proxy-Authorization: Basic eA==\r\n'))
  assert.match(both.origin.heads[0] ?? '', /Proxy-Authorization: Basic eA==/)
  assert.doesNotMatch(both.origin.heads[1] ?? '', /Proxy-Authorization/)
})

test('a response loses what belonged to its connection, and keeps all else byte for byte', async () => {
  const fields = 'Date: today\r\nX-8bit: \xe9\r\nSet-Cookie: a=b, c\r\nset-cookie: d\r\n'
  await using both = await startBoth(() =>
    reply(
      'ok',
      `${fields}Connection: keep-alive, X-Private\r\nX-Private: 1\r\nKeep-Alive: timeout=5\r\nProxy-Connection: x\r\nTrailer: y\r\nUpgrade: h2c\r\n`,
    ),
  )
  const heard = await exchange(both.proxy, get(both.origin))
  assert.equal(heard, `HTTP/1.1 200 OK\r\n${fields}Content-Length: 2\r\nConnection: close\r\n\r\nok`)
})

test('a response that asks for authentication tells that its connection is bound to it', async () => {
  await using both = await startBoth(() => reply('no', 'WWW-Authenticate: Basic realm="a"\r\n', '401 Unauthorized'))
  assert.match(await exchange(both.proxy, get(both.origin)), /\r\nProxy-Support: Session-Based-Authentication\r\n/)
})

test('http10 speaks HTTP/1.0 on both sides, and keeps connections all the same', async () => {
  await using both = await startBoth(() => reply('ok'), { settings: { http10: true } })
  const heard = await exchange(
    both.proxy,
    `GET http://${both.origin.at}/ HTTP/1.1\r\nHost: a\r\n\r\n${get(both.origin)}`,
  )
  assert.match(
    both.origin.heads[0] ?? '',
    /^GET \/ HTTP\/1.0\r\n[\s\S]*Via: 1.0 gateway.test:\d+ \(fsigk\)\r\n[\s\S]*Connection: Keep-Alive\r\n/,
  )
  assert.match(
    heard,
    /^HTTP\/1.0 200 OK\r\nContent-Length: 2\r\nConnection: Keep-Alive\r\n\r\nokHTTP\/1.0 200 OK\r\n[\s\S]*Connection: close\r\n\r\nok$/,
  )
  assert.equal(both.origin.connections, 1)
})

test('http10 refuses a body of unknown length, which HTTP/1.0 cannot carry', async () => {
  await using both = await startBoth(() => reply('ok'), { settings: { http10: true } })
  const heard = await exchange(
    both.proxy,
    `POST http://${both.origin.at}/ HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
  )
  assert.equal(startLine(heard), 'HTTP/1.1 411 Length Required'.replace('1.1', '1.0'))
})

test('the whole file is asked for when it will be scanned', async () => {
  await using both = await startBoth(() => reply('ok'))
  const range = 'Range: bytes=0-1\r\nIf-Range: "a"\r\nX: y\r\n'
  await exchange(both.proxy, get(both.origin, range))
  both.proxy.settings = { ...both.proxy.settings, virus_check: false }
  await exchange(both.proxy, get(both.origin, range))
  assert.doesNotMatch(both.origin.heads[0] ?? '', /Range/)
  assert.match(both.origin.heads[1] ?? '', /Range: bytes=0-1\r\nIf-Range: "a"\r\n/)
})

test('a part that comes all the same is handed on as a part', async () => {
  await using both = await startBoth(() => reply('ok', 'Content-Range: bytes 0-1/9\r\n', '206 Partial Content'))
  await exchange(both.proxy, get(both.origin))
  assert.equal(both.proxy.transfers[0]?.partial, true)
})

test('a transfer tells name, type, length and codings', async () => {
  await using both = await startBoth((head) =>
    head.startsWith('GET /named')
      ? reply(
          'ok',
          'Content-Disposition: attachment; filename="b.exe"\r\nContent-Type: a/b; c=d\r\nContent-Encoding: GZip, identity\r\nContent-Encoding: br\r\n',
        )
      : 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n',
  )
  await exchange(both.proxy, get(both.origin, '', '/named.txt'))
  await exchange(both.proxy, get(both.origin, '', '/folder/%e3%81%82%2F.zip?name=/x'))
  const facts = both.proxy.transfers.map(({ name, type, bytes, codings }) => ({ name, type, bytes, codings }))
  assert.deepEqual(facts, [
    { name: 'b.exe', type: 'a/b; c=d', bytes: 2, codings: ['gzip', 'br'] },
    { name: '.zip', type: '', bytes: undefined, codings: [] },
  ])
})

test('what is skipped flows unscanned, with the word for the log', async () => {
  await using both = await startBoth(() => reply('ok'), {
    settings: {
      pass_user_agent: true,
      pass_user_agent_list: 'Player/, Other',
      pass_user_agent_builtin: true,
      pass_ext: true,
      pass_ext_list: '.ISO,.jpg',
    },
  })
  const { origin, proxy } = both
  for (const [fields, path] of [
    ['User-Agent: Player/1\r\n', '/a'],
    ['User-Agent: player/1\r\n', '/a'],
    ['User-Agent: RMA/1.0\r\n', '/a'],
    ['', '/disk.iso?x'],
    ['', '/a?disk.iso'],
  ] as const)
    await exchange(proxy, get(origin, fields, path))
  assert.deepEqual(
    proxy.transfers.map(({ release }) => (release.mode === 'live' ? release.detail : release.mode)),
    ['PASS_USER_AGENT', 'held', 'PASS_USER_AGENT', 'PASS_EXT', 'held'],
  )
})

test('a name that the response gives decides, not the one of the URL', async () => {
  await using both = await startBoth(() => reply('ok', 'Content-Disposition: attachment; filename=evil.exe\r\n'), {
    settings: { pass_ext: true, pass_ext_list: '.jpg' },
  })
  await exchange(both.proxy, get(both.origin, '', '/picture.jpg'))
  assert.equal(both.proxy.transfers[0]?.release.mode, 'held')
})

test('beyond: only where the body may be longer than what is scanned', async () => {
  await using both = await startBoth((head) => reply(head.startsWith('GET /long') ? 'longer' : 'short'), {
    settings: { pass_filesize: true, pass_filesize_len: 5 },
  })
  await exchange(both.proxy, get(both.origin, '', '/short'))
  const heard = await exchange(both.proxy, get(both.origin, '', '/long'))
  assert.equal(bodyOf(heard), 'longer')
  assert.deepEqual(
    both.proxy.transfers.map(({ release }) => release),
    [{ mode: 'held' }, { mode: 'beyond', bytes: 5 }],
  )
})

test('OPTIONS and TRACE count down Max-Forwards, and at 0 the gateway answers', async () => {
  await using both = await startBoth(() => reply('ok'))
  const { at } = both.origin
  await exchange(both.proxy, `OPTIONS http://${at} HTTP/1.0\r\nMax-Forwards: 2\r\n\r\n`)
  await exchange(both.proxy, `GET http://${at}/ HTTP/1.0\r\nMax-Forwards: 2\r\n\r\n`)
  assert.match(both.origin.heads[0] ?? '', /^OPTIONS \* HTTP\/1.1\r\n[\s\S]*Max-Forwards: 1\r\n/)
  assert.match(both.origin.heads[1] ?? '', /Max-Forwards: 2\r\n/)
  assert.match(await exchange(both.proxy, 'OPTIONS * HTTP/1.0\r\n\r\n'), /^HTTP\/1.1 200 OK\r\nContent-Length: 0\r\n/)
  const traced = await exchange(
    both.proxy,
    `TRACE http://${at}/a HTTP/1.0\r\nMax-Forwards: 0\r\nA: b\r\nCookie: secret\r\n\r\n`,
  )
  assert.match(traced, /\r\nContent-Type: message\/http\r\n/)
  assert.equal(bodyOf(traced), `TRACE http://${at}/a HTTP/1.0\r\nMax-Forwards: 0\r\nA: b\r\n\r\n`)
  assert.equal(both.origin.heads.length, 2)
})
