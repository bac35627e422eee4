import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  exchange,
  requestHead,
  startRawServer,
  startScriptedServer,
  startTestGateway,
  startWebOrigin,
  type TestGateway,
} from '@fsigk/testing'
import { EICAR } from '../../peers/samples.js'

describe('HTTP: methods beyond GET and POST, and versions before 1.1', () => {
  let gateway: TestGateway
  before(async () => {
    gateway = await startTestGateway()
  })
  after(() => gateway[Symbol.asyncDispose]())

  const through = (bytes: string) => exchange(gateway.http, bytes)

  for (const [method, body] of [
    ['PROPFIND', '<propfind xmlns="DAV:"><allprop/></propfind>'],
    ['PROPPATCH', '<propertyupdate xmlns="DAV:"/>'],
    ['LOCK', '<lockinfo xmlns="DAV:"/>'],
    ['REPORT', '<version-tree xmlns="DAV:"/>'],
    ['DELETE', 'a reason'],
  ] as const)
    test(`${method} takes its body to the server, and its answer is scanned [HTTP-02]`, async () => {
      const seen: string[] = []
      await using origin = await startWebOrigin({
        '/dav/': (request, response) => {
          let heard = ''
          request.setEncoding('utf8').on('data', (text) => {
            heard += text
          })
          request.on('end', () => {
            seen.push(`${request.method} ${request.headers['depth']} ${request.headers['destination']} ${heard}`)
            response.writeHead(207, { 'Content-Type': 'application/xml' }).end(EICAR)
          })
        },
      })
      const head = `${method} ${origin.url}/dav/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\nDepth: 1\r\nDestination: http://there.example/x\r\n`
      const chunked = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`
      for (const sent of [
        `Content-Length: ${body.length}\r\n\r\n${body}`,
        `Transfer-Encoding: chunked\r\n\r\n${chunked}`,
      ]) {
        const heard = await through(head + sent)
        assert.match(heard, /^HTTP\/1\.1 403 /)
        assert.doesNotMatch(heard, /EICAR-STANDARD/)
      }
      assert.deepEqual(seen, Array(2).fill(`${method} 1 http://there.example/x ${body}`))
    })

  test('OPTIONS * is answered by the gateway; OPTIONS about a server, or a page, by that server [HTTP-02]', async () => {
    const asked: string[] = []
    await using origin = await startRawServer(async (socket) => {
      asked.push((await requestHead(socket)).split('\r\n')[0] ?? '')
      socket.end('HTTP/1.1 204 None\r\nAllow: GET, X-ODD\r\n\r\n')
    })
    const at = `http://${origin.host}:${origin.port}`
    assert.match(
      await through('OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'),
      /^HTTP\/1\.1 200 OK\r\nContent-Length: 0\r\n/,
    )
    for (const url of [at, `${at}/`, `${at}/page`])
      assert.match(
        await through(`OPTIONS ${url} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`),
        /\r\nAllow: GET, X-ODD\r\n/,
      )
    assert.deepEqual(asked, ['OPTIONS * HTTP/1.1', 'OPTIONS / HTTP/1.1', 'OPTIONS /page HTTP/1.1'])
  })

  for (const method of ['TRACE', 'OPTIONS'])
    test(`${method} goes as far as Max-Forwards allows, each step counted [HTTP-02]`, async () => {
      const heads: string[] = []
      await using origin = await startRawServer(async (socket) => {
        heads.push(await requestHead(socket))
        socket.end('HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nreached')
      })
      const url = `http://${origin.host}:${origin.port}/x`
      const ask = (left: string) =>
        through(
          `${method} ${url} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nMax-Forwards: ${left}\r\nX-Mark: m\r\nCookie: secret\r\nProxy-Authorization: Basic c2VjcmV0\r\n\r\n`,
        )
      assert.match(await ask('5'), /reached$/)
      assert.match(heads[0] ?? '', /\r\nMax-Forwards: 4\r\n/)
      for (const nothing of ['0', '00']) {
        const heard = await ask(nothing)
        assert.match(heard, /^HTTP\/1\.1 200 OK\r\n/)
        assert.doesNotMatch(heard, /reached|secret|c2VjcmV0/)
        if (method === 'TRACE')
          assert.match(heard, /\r\nContent-Type: message\/http\r\n[\s\S]*\r\n\r\nTRACE http:[\s\S]*\r\nX-Mark: m\r\n/)
      }
      assert.equal(heads.length, 1)
    })

  test('HTTP/0.9 from the client: the whole answer is a body, scanned, and an error page is one too [HTTP-04]', async () => {
    await using origin = await startWebOrigin({ '/plain': 'old and plain', '/eicar.com': EICAR })
    assert.equal(await through(`GET ${origin.url}/plain\r\n`), 'old and plain')
    const infected = await through(`GET ${origin.url}/eicar.com\r\n`)
    assert.doesNotMatch(infected, /EICAR-STANDARD/)
    assert.match(infected, /^<!DOCTYPE html>/)
    assert.match(await through('GET nonsense\r\n'), /^<!DOCTYPE html>|^HTTP\/1\.1 400 /)
  })

  test('HTTP/0.9 from the server is scanned [HTTP-04]', async () => {
    await using origin = await startScriptedServer(EICAR)
    const heard = await through(`GET http://${origin.host}:${origin.port}/ HTTP/1.1\r\nHost: x\r\n\r\n`)
    assert.match(heard, /^HTTP\/1\.1 403 /)
  })

  test('a server of HTTP/1.0 and a client of HTTP/1.1, and the other way: each gets what it understands [HTTP-04]', async () => {
    await using old = await startScriptedServer('HTTP/1.0 200 OK\r\n\r\nof unknown length')
    const modern = await through(`GET http://${old.host}:${old.port}/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)
    assert.match(modern, /^HTTP\/1\.1 200 OK\r\n[\s\S]*of unknown length/)
    await using modernServer = await startScriptedServer(
      'HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX-Trailer: t\r\n\r\n',
    )
    const ancient = await through(
      `GET http://${modernServer.host}:${modernServer.port}/ HTTP/1.0\r\nExpect: 100-continue\r\n\r\n`,
    )
    assert.match(ancient, /^HTTP\/1\.1 200 OK\r\n[\s\S]*\r\n\r\nabc$/)
    assert.doesNotMatch(ancient, /103|chunked|X-Trailer/)
  })

  test('a request of HTTP/1.1 that names its host in the URL needs no Host field [HTTP-04]', async () => {
    let head = ''
    await using origin = await startRawServer(async (socket) => {
      head = await requestHead(socket)
      socket.end('HTTP/1.1 204 None\r\n\r\n')
    })
    assert.match(
      await through(`GET http://${origin.host}:${origin.port}/ HTTP/1.1\r\nConnection: close\r\n\r\n`),
      /^HTTP\/1\.1 204 /,
    )
    assert.match(head, new RegExp(`\\r\\nHost: ${origin.host}:${origin.port}\\r\\n`))
  })
})
