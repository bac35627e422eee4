import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import {
  exchange,
  RawClient,
  requestHead,
  startRawServer,
  startScriptedServer,
  startTestGateway,
  startWebOrigin,
  type TestGateway,
  type WebOrigin,
} from '@fsigk/testing'
import { curl } from '../../peers/curl.js'

describe('HTTP: what passes', () => {
  let gateway: TestGateway
  before(async () => {
    gateway = await startTestGateway()
  })
  after(() => gateway[Symbol.asyncDispose]())

  const through = (bytes: string) => exchange(gateway.http, bytes)

  const methods =
    'GET POST PUT HEAD OPTIONS DELETE TRACE PROPFIND PROPPATCH COPY MOVE LOCK UNLOCK PATCH MKCOL REPORT X-ANY'
  for (const method of methods.split(' '))
    test(`the method ${method} reaches the server as it was sent [HTTP-02]`, async () => {
      let asked = ''
      await using origin = await startRawServer(async (socket) => {
        asked = await requestHead(socket)
        socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')
      })
      const url = `http://${origin.host}:${origin.port}/thing`
      const answer = await through(
        `${method} ${url} HTTP/1.1\r\nHost: ${origin.host}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`,
      )
      assert.match(answer, /^HTTP\/1\.1 200 /)
      assert.equal(asked.split('\r\n')[0], `${method} /thing HTTP/1.1`)
      assert.equal((await gateway.accessLine(`:${origin.port}/thing`)).method, method)
    })

  for (const bytes of [0, 1, 23_000, 65_536, 65_537, 3_000_000])
    test(`a clean body of ${bytes} bytes arrives byte for byte, with its length [HTTP-06]`, async () => {
      const body = randomBytes(bytes)
      await using origin = await startWebOrigin({ '/file': body })
      const got = await curl(gateway, `${origin.url}/file`)
      assert.equal(got.status, 200)
      assert.match(got.headers, new RegExp(`^content-length: ${bytes}$`, 'im'))
      assert.equal(sha256(got.body), sha256(body))
      const line = await gateway.accessLine(`:${origin.port}/file`)
      assert.deepEqual([line.status, line.bytes, line.detection.result, line.action], [200, bytes, 'CLEAN', 'NONE'])
    })

  test('a chunked body arrives whole, with its trailer, on an open connection [HTTP-04]', async () => {
    await using origin = await startScriptedServer(
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n5\r\nhello\r\n6;ext=1\r\n world\r\n0\r\nX-Sum: 42\r\n\r\n',
      { keepOpen: true },
    )
    using client = await RawClient.to(gateway.http)
    client.send(`GET http://${origin.host}:${origin.port}/ HTTP/1.1\r\nHost: x\r\nTE: trailers\r\n\r\n`)
    const heard = await client.until((text) => /\r\n0\r\n[\s\S]*\r\n\r\n/.test(text))
    assert.match(heard, /^HTTP\/1\.1 200 OK\r\n[\s\S]*\r\n0\r\nX-Sum: 42\r\n\r\n$/)
    assert.equal(unchunked(heard), 'hello world')
    assert.equal(client.closed, false)
  })

  test('a body that ends with its connection arrives whole [HTTP-04]', async () => {
    await using origin = await startScriptedServer('HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nuntil the end')
    const got = await curl(gateway, `http://${origin.host}:${origin.port}/`)
    assert.equal(got.code, 0)
    assert.equal(got.body.toString(), 'until the end')
  })

  test('an HTTP/1.0 client gets no chunks, and its connection is closed after the answer [HTTP-04]', async () => {
    await using origin = await startScriptedServer(
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
    )
    const heard = await through(`GET http://${origin.host}:${origin.port}/ HTTP/1.0\r\n\r\n`)
    assert.doesNotMatch(heard, /transfer-encoding/i)
    assert.match(heard, /\r\n\r\nhello$/)
  })

  test('an HTTP/0.9 request is answered with the body alone [HTTP-04]', async () => {
    await using origin = await startWebOrigin({ '/old': 'plain old body' })
    assert.equal(await through(`GET ${origin.url}/old\r\n`), 'plain old body')
  })

  test('an HTTP/0.9 server, which answers with a body alone, is understood [HTTP-04]', async () => {
    await using origin = await startScriptedServer('just a body, no head')
    const heard = await through(`GET http://${origin.host}:${origin.port}/ HTTP/1.0\r\n\r\n`)
    assert.match(heard, /just a body, no head$/)
  })

  for (const status of [204, 304])
    test(`${status} has no body, and the connection goes on [HTTP-04]`, async () => {
      await using origin = await startScriptedServer(`HTTP/1.1 ${status} Fine\r\nETag: "1"\r\n\r\n`, { keepOpen: true })
      using client = await RawClient.to(gateway.http)
      const request = `GET http://${origin.host}:${origin.port}/ HTTP/1.1\r\nHost: x\r\n\r\n`
      client.send(request)
      const heard = await client.until((text) => text.includes('\r\n\r\n'))
      assert.match(heard, new RegExp(`^HTTP/1\\.1 ${status} Fine\r\n`))
      assert.match(heard, /etag: "1"/i)
      assert.ok(heard.endsWith('\r\n\r\n'))
    })

  test('HEAD gets the head with its Content-Length and no body [HTTP-04]', async () => {
    await using origin = await startWebOrigin({ '/file': Buffer.alloc(12_345) })
    const got = await curl(gateway, '-I', `${origin.url}/file`)
    assert.equal(got.status, 200)
    assert.match(got.headers, /^content-length: 12345$/im)
    assert.equal(got.body.length, 0)
  })

  test('interim responses pass before the final one [HTTP-04]', async () => {
    await using origin = await startScriptedServer(
      'HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok',
    )
    const heard = await through(
      `GET http://${origin.host}:${origin.port}/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
    )
    assert.match(
      heard,
      /^HTTP\/1\.1 103 Early Hints\r\nLink: <\/a\.css>\r\n[\s\S]*\r\nHTTP\/1\.1 200 OK\r\n[\s\S]*\r\n\r\nok$/i,
    )
  })

  test('Expect: 100-continue is forwarded: the client sends its body after the server said so [HTTP-04]', async () => {
    await using origin = await startRawServer(async (socket) => {
      const head = await requestHead(socket)
      assert.match(head, /expect: 100-continue/i)
      socket.write('HTTP/1.1 100 Continue\r\n\r\n')
      let body = ''
      for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
        body += chunk
        if (body.length === 5) break
      }
      socket.end(`HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n${body}`)
    })
    using client = await RawClient.to(gateway.http)
    client.send(
      `POST http://${origin.host}:${origin.port}/ HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 5\r\nConnection: close\r\n\r\n`,
    )
    await client.until((text) => text.includes('100 Continue'))
    client.send('later')
    assert.match(await client.untilClosed(), /100 Continue\r\n[\s\S]*200 OK\r\n[\s\S]*\r\n\r\nlater$/)
  })

  test('uploads arrive byte for byte, with a length and in chunks [HTTP-04]', async () => {
    const body = randomBytes(500_000)
    const sums: string[] = []
    await using origin = await startWebOrigin({
      '/up': (request, response) => {
        const sum = createHash('sha256')
        request.on('data', (chunk) => sum.update(chunk))
        request.on('end', () => {
          sums.push(sum.digest('hex'))
          response.end('stored')
        })
      },
    })
    using client = await RawClient.to(gateway.http)
    client.send(`POST ${origin.url}/up HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n`)
    client.send(body)
    await client.until((text) => text.endsWith('stored'))
    client.send(`POST ${origin.url}/up HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n`)
    for (let at = 0; at < body.length; at += 70_000) {
      const piece = body.subarray(at, at + 70_000)
      client.send(`${piece.length.toString(16)}\r\n`)
      client.send(piece)
      client.send('\r\n')
    }
    client.send('0\r\n\r\n')
    await client.untilClosed()
    assert.deepEqual(sums, [sha256(body), sha256(body)])
  })

  test('requests sent at once are answered in their order, on one connection to the server [HTTP-04]', async () => {
    await using origin = await startWebOrigin({ '/1': 'first', '/2': 'second', '/3': 'third' })
    using client = await RawClient.to(gateway.http)
    client.send(['/1', '/2', '/3'].map((path) => `GET ${origin.url}${path} HTTP/1.1\r\nHost: x\r\n\r\n`).join(''))
    const heard = await client.until((text) => text.endsWith('third'))
    assert.match(heard, /first[\s\S]*second[\s\S]*third$/)
    assert.equal(origin.connections, 1)
  })

  test('a keep-alive connection that the server closed while idle costs the client nothing [HTTP-04]', async () => {
    let answered = 0
    await using origin = await startRawServer(async (socket) => {
      await requestHead(socket)
      answered += 1
      socket.end(`HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n${answered}`)
    })
    using client = await RawClient.to(gateway.http)
    for (const expected of ['1', '2', '3']) {
      client.send(`GET http://${origin.host}:${origin.port}/ HTTP/1.1\r\nHost: x\r\n\r\n`)
      await client.until((text) => text.endsWith(`\r\n\r\n${expected}`))
    }
    assert.equal(answered, 3)
  })
})

describe('HTTP: headers that the gateway changes', () => {
  let gateway: TestGateway
  let origin: WebOrigin
  before(async () => {
    gateway = await startTestGateway()
    origin = await startWebOrigin({
      '/': (_request, response) => response.end('x'),
      '/auth': (_request, response) => response.writeHead(401, { 'WWW-Authenticate': 'NTLM' }).end('x'),
      '/hop': (_request, response) =>
        response
          .setHeader('Keep-Alive', 'timeout=99')
          .setHeader('Proxy-Connection', 'keep-alive')
          .setHeader('Connection', 'X-Private')
          .setHeader('X-Private', '1')
          .setHeader('X-Public', '2')
          .end('x'),
    })
  })
  after(async () => {
    await gateway[Symbol.asyncDispose]()
    await origin[Symbol.asyncDispose]()
  })

  /** Header fields of the request as the server saw it, names in lower case. */
  async function seenByServer(...headers: readonly string[]): Promise<Map<string, string>> {
    await curl(gateway, ...headers.flatMap((header) => ['-H', header]), `${origin.url}/`)
    const raw = origin.requests.at(-1)?.headers ?? []
    const seen = new Map<string, string>()
    for (let at = 0; at < raw.length; at += 2) seen.set((raw[at] ?? '').toLowerCase(), raw[at + 1] ?? '')
    return seen
  }

  test('Via and X-Forwarded-For are added, and appended to those that are there [HTTP-22]', async () => {
    const fresh = await seenByServer()
    assert.match(fresh.get('via') ?? '', new RegExp(`^1\\.1 \\S+:${gateway.http.port} \\(fsigk\\)$`))
    assert.equal(fresh.get('x-forwarded-for'), '127.0.0.1')
    const appended = await seenByServer('Via: 1.0 first', 'X-Forwarded-For: 192.0.2.7')
    assert.match(appended.get('via') ?? '', /^1\.0 first, ?1\.1 \S+ \(fsigk\)$/)
    assert.match(appended.get('x-forwarded-for') ?? '', /^192\.0\.2\.7, ?127\.0\.0\.1$/)
  })

  test('anonymous: neither is added, and those that are there stay as they are [HTTP-22]', async () => {
    await gateway.set({ 'http.anonymous': true })
    const fresh = await seenByServer()
    assert.equal(fresh.has('via'), false)
    assert.equal(fresh.has('x-forwarded-for'), false)
    const kept = await seenByServer('Via: 1.0 first', 'X-Forwarded-For: 192.0.2.7')
    assert.equal(kept.get('via'), '1.0 first')
    assert.equal(kept.get('x-forwarded-for'), '192.0.2.7')
    await gateway.set({ 'http.anonymous': false })
  })

  test('hop-by-hop request headers, and all that Connection names, end here [HTTP-23]', async () => {
    const seen = await seenByServer(
      'Connection: X-Secret, keep-alive',
      'X-Secret: 1',
      'X-Kept: 2',
      'Proxy-Connection: keep-alive',
      'Keep-Alive: timeout=5',
      'Trailer: X-Sum',
      'TE: trailers',
    )
    for (const gone of ['x-secret', 'proxy-connection', 'keep-alive', 'trailer'])
      assert.equal(seen.has(gone), false, gone)
    assert.equal(seen.get('x-kept'), '2')
    assert.doesNotMatch(seen.get('connection') ?? '', /x-secret/i)
    // Without a word of curl's own that names them.
    for (const unnamed of ['Keep-Alive: timeout=5', 'Trailer: X-Sum', 'TE: trailers']) {
      const alone = await seenByServer(unnamed, 'Proxy-Connection:')
      assert.equal(alone.has(unnamed.split(':')[0]?.toLowerCase() ?? ''), false, unnamed)
    }
  })

  test('the URL is sent as a path, with the Host of the URL whatever the client claimed [HTTP-23]', async () => {
    const seen = await seenByServer('Host: elsewhere.example')
    assert.equal(origin.requests.at(-1)?.url, '/')
    assert.equal(seen.get('host'), `127.0.0.1:${origin.port}`)
  })

  test('hop-by-hop response headers end here, the others arrive [HTTP-23]', async () => {
    const { headers } = await curl(gateway, `${origin.url}/hop`)
    assert.doesNotMatch(headers, /^(x-private|proxy-connection):/im)
    assert.doesNotMatch(headers, /timeout=99/)
    assert.match(headers, /^x-public: 2$/im)
    for (const unnamed of ['Keep-Alive: timeout=9', 'Proxy-Connection: close', 'Trailer: X-Sum', 'TE: trailers']) {
      await using server = await startScriptedServer(`HTTP/1.1 200 OK\r\n${unnamed}\r\nContent-Length: 0\r\n\r\n`)
      const answer = await curl(gateway, `http://${server.host}:${server.port}/`)
      assert.equal(answer.status, 200)
      assert.ok(!answer.headers.includes(unnamed), unnamed)
    }
  })

  test('Proxy-Support comes with WWW-Authenticate [HTTP-23]', async () => {
    const { headers } = await curl(gateway, `${origin.url}/auth`)
    assert.match(headers, /^www-authenticate: NTLM$/im)
    assert.match(headers, /^proxy-support: Session-Based-Authentication$/im)
  })

  test('http10=yes: the guide speaks HTTP/1.0 on both sides [HTTP-23]', async () => {
    await gateway.set({ 'http.http10': true })
    await using old = await startRawServer(async (socket) => {
      const head = await requestHead(socket)
      socket.end(`HTTP/1.1 200 OK\r\nContent-Length: ${head.length}\r\n\r\n${head}`)
    })
    const heard = await exchange(
      gateway.http,
      `GET http://${old.host}:${old.port}/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
    )
    assert.match(heard, /^HTTP\/1\.0 200 OK\r\n/)
    assert.match(heard, /\r\n\r\nGET \/ HTTP\/1\.0\r\n/)
    assert.match(heard, /Via: 1\.0 /i)
    await gateway.set({ 'http.http10': false })
  })
})

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

/** The body of a raw response that is chunked or has a length. */
function unchunked(response: string): string {
  const body = response.slice(response.indexOf('\r\n\r\n') + 4)
  if (!/transfer-encoding: chunked/i.test(response)) return body
  let text = ''
  for (let rest = body; ; ) {
    const size = Number.parseInt(rest, 16)
    const start = rest.indexOf('\r\n') + 2
    if (!(size > 0)) return text
    text += rest.slice(start, start + size)
    rest = rest.slice(start + size + 2)
  }
}
