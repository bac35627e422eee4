import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { exchange, RawClient, startRawServer, startTestGateway, type TestGateway } from '@fsigk/testing'
import { curl } from '../../peers/curl.js'
import { type Nginx, startNginx, startTlsFront } from '../../peers/nginx.js'
import { EICAR } from '../../peers/samples.js'

/** Guide 10.5, as `core/docs/recipes.md` has it: the gateway where the web server was, the web server as its parent. */
describe('HTTP: a reverse proxy in front of nginx', () => {
  let gateway: TestGateway
  let nginx: Nginx
  before(async () => {
    nginx = await startNginx({
      'www.example': { '/index.html': '<p>welcome', '/eicar.com': EICAR },
      'shop.example': { '/index.html': '<p>buy' },
    })
    gateway = await startTestGateway({
      settings: {
        'http.self_proxy': true,
        'http.parent_server_host': 'localhost',
        'http.parent_server_port': nginx.port,
        // Nothing local is allowed: the web server is, because it is the parent.
        'http.local_to': '',
        'http.acl_from': false,
      },
    })
  })
  after(async () => {
    await gateway[Symbol.asyncDispose]()
    await nginx[Symbol.asyncDispose]()
  })

  /** A client that takes the gateway for the web server. */
  const visit = (url: string, ...args: readonly string[]) =>
    curl(gateway, '--noproxy', '*', '--connect-to', `::${gateway.http.host}:${gateway.http.port}`, ...args, url)

  test('visitors get the site by its own name, and the log tells its URL [HTTP-05, NET-05]', async () => {
    assert.equal((await visit('http://www.example/')).body.toString(), '<p>welcome')
    assert.equal((await visit('http://shop.example/index.html?a=b')).body.toString(), '<p>buy')
    const line = await gateway.accessLine('http://shop.example/index.html?a=b')
    assert.deepEqual([line.method, line.status, line.server, line.detection.result], ['GET', 200, '127.0.0.1', 'CLEAN'])
  })

  test('the web server sees path and Host as they came, and the visitor’s address [HTTP-05, HTTP-22, NET-05]', async () => {
    const { body } = await visit('http://www.example:8080/told?x=1')
    assert.equal(body.toString(), 'GET /told?x=1 www.example:8080 127.0.0.1')
  })

  test('a redirection of the web server leads to the site, not behind it [HTTP-05, NET-05]', async () => {
    assert.match((await visit('http://www.example/moved')).headers, /^location: http:\/\/www\.example\/\r?$/im)
  })

  test('what the web server would hand out infected is stopped [HTTP-05, HTTP-08, NET-05]', async () => {
    const { status, body } = await visit('http://www.example/eicar.com')
    assert.equal(status, 403)
    assert.equal(body.includes(EICAR), false)
    assert.equal((await gateway.accessLine('http://www.example/eicar.com')).detection.result, 'INFECTED')
  })

  test('it is no open proxy: other sites, too, are asked of the web server [HTTP-05, NET-05]', async () => {
    await using elsewhere = await startRawServer(async (socket) => void socket.end())
    const other = await visit('http://elsewhere.example/')
    assert.equal(other.status, 421)
    await gateway.set({ 'http.local_to': '127.0.0.0/8', 'http.connect_ports': '1-65535' })
    const proxied = await curl(gateway, `http://127.0.0.1:${elsewhere.port}/`)
    assert.equal(proxied.status, 421)
    const tunnelled = await exchange(gateway.http, `CONNECT 127.0.0.1:${elsewhere.port} HTTP/1.1\r\nHost: x\r\n\r\n`)
    assert.match(tunnelled, /^HTTP\/1\.1 4\d\d /)
    assert.equal(elsewhere.connections, 0)
    await gateway.set({ 'http.local_to': '', 'http.connect_ports': '443' })
  })

  test('a request without Host, or with one that is none, is refused; HTTP/1.0 needs none [HTTP-05, HTTP-04]', async () => {
    const ask = (text: string) => exchange(gateway.http, `GET /told ${text}\r\n\r\n`)
    assert.match(await ask('HTTP/1.1'), /^HTTP\/1\.1 400 Bad Request\r\n[\s\S]*No Host in request header/)
    for (const host of ['', 'a b', 'user@www.example', 'www.example/x', 'www.example:99999'])
      assert.match(
        await ask(`HTTP/1.1\r\nHost: ${host}`),
        /^HTTP\/1\.1 400 [\s\S]*Illegal Host in request header/,
        host,
      )
    assert.match(await ask('HTTP/1.0'), /^HTTP\/1\.1 421 /)
    assert.match(await ask('HTTP/1.0\r\nHost: www.example'), /GET \/told www\.example 127\.0\.0\.1$/)
    assert.equal(await exchange(gateway.http, 'GET /\r\n'), await exchange(nginx, 'GET /\r\n'))
  })

  test('OPTIONS * asks the web server [HTTP-05, HTTP-02]', async () => {
    const heard = await exchange(gateway.http, 'OPTIONS * HTTP/1.1\r\nHost: www.example\r\nConnection: close\r\n\r\n')
    assert.match(heard, /\r\nServer: nginx/)
  })

  test('connections are kept on both sides, and requests sent at once are answered in order [HTTP-05, HTTP-21]', async () => {
    using client = await RawClient.to(gateway.http)
    const path = (name: string) => `GET /told?${name} HTTP/1.1\r\nHost: www.example\r\n\r\n`
    client.send(path('one') + path('two') + path('three'))
    const heard = await client.until((text) => text.endsWith('three www.example 127.0.0.1'))
    assert.match(heard, /\?one [\s\S]*\?two [\s\S]*\?three /)
    assert.equal(client.closed, false)
  })

  test('behind a front that ends TLS, visitors get the site by its own name, and nothing infected [NET-05]', async () => {
    await using front = await startTlsFront(gateway.http)
    const toFront = ['--noproxy', '*', '--insecure', '--connect-to', `::${front.host}:${front.port}`]
    const securely = (path: string) => curl(gateway, ...toFront, `https://www.example${path}`)
    assert.equal((await securely('/')).body.toString(), '<p>welcome')
    assert.equal((await securely('/told?tls')).body.toString(), 'GET /told?tls www.example 127.0.0.1, 127.0.0.1')
    assert.equal((await securely('/eicar.com')).status, 403)
    const line = await gateway.accessLine('http://www.example/told?tls')
    assert.deepEqual([line.detection.result, line.protocol[1]], ['CLEAN', '127.0.0.1'])
  })

  test('acl_to lists the sites that are served [HTTP-05, ACL-03]', async () => {
    await gateway.set({ 'http.acl_to': true, 'access.http_to': 'www.example' })
    assert.equal((await visit('http://www.example/')).status, 200)
    const denied = await visit('http://shop.example/')
    assert.equal(denied.status, 403)
    assert.match(denied.body.toString(), /CONNECT\(shop\.example:80\)\/Access Inhibited by Proxy\(FSIGK\)/)
    await gateway.set({ 'http.acl_to': false })
  })

  test('without a parent a path alone is refused [HTTP-05, HTTP-30]', async () => {
    await gateway.set({ 'http.self_proxy': false })
    const { status, body } = await visit('http://www.example/')
    assert.equal(status, 400)
    assert.match(body.toString(), /Invalid URL format/)
  })
})
