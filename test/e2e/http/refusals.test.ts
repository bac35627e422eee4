import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { after, before, describe, test } from 'node:test'
import {
  exchange,
  parseLogLine,
  startScriptedServer,
  startTestGateway,
  startWebOrigin,
  type TestGateway,
} from '@fsigk/testing'
import { curl } from '../../peers/curl.js'

describe('HTTP: what is refused', () => {
  let gateway: TestGateway
  before(async () => {
    gateway = await startTestGateway()
  })
  after(() => gateway[Symbol.asyncDispose]())

  /** Sends a request, checks status line and message, and that the refusal is in the access log. */
  async function refused(request: string, statusLine: string, message: string): Promise<string> {
    const heard = await exchange(gateway.http, request)
    assert.ok(heard.startsWith(`HTTP/1.1 ${statusLine}\r\n`), heard.slice(0, 200))
    assert.ok(heard.includes(message), `the page says '${message}': ${heard}`)
    await gateway.line(
      'http',
      'access',
      (line) => line.includes(`TCP_MISS/${statusLine.slice(0, 3)} `) && parseLogLine(line).error.includes(message),
    )
    return heard
  }

  test('a method of 98 bytes passes, one of 99 is answered 400 [HTTP-29]', async () => {
    await using origin = await startScriptedServer('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')
    const url = `http://${origin.host}:${origin.port}/`
    assert.match(await exchange(gateway.http, `${'M'.repeat(98)} ${url} HTTP/1.0\r\n\r\n`), /^HTTP\/1\.. 200 OK/)
    await refused(`${'M'.repeat(99)} ${url} HTTP/1.1\r\nHost: x\r\n\r\n`, '400 Bad Request', 'Too long Request Method')
  })

  test('a control character in the method is answered 400 [HTTP-29]', async () =>
    void (await refused(
      'GE\x01T http://x/ HTTP/1.1\r\nHost: x\r\n\r\n',
      '400 Bad Request',
      'Illegal method character.',
    )))

  test('a control character in the URL is answered 400 [HTTP-30]', async () =>
    void (await refused(
      'GET http://x/a\x07b HTTP/1.1\r\nHost: x\r\n\r\n',
      '400 Bad Request',
      'Illegal URL character.',
    )))

  for (const url of [
    'nonsense',
    'http//x/',
    'http://',
    'http://:80/',
    'http://x:99999/',
    'http://x:8a/',
    'http://x:0/',
    'http://x../',
    'http://user@x/',
    'http://x#part/',
    'http://[::x]/',
    'http://[fe80::1%lo]/',
    'http://[::1]x/',
    `http://${'x'.repeat(256)}/`,
    'gopher://x/',
  ])
    test(`the URL ${url.slice(0, 40)} is answered 400 [HTTP-30]`, async () =>
      void (await refused(`GET ${url} HTTP/1.1\r\nHost: x\r\n\r\n`, '400 Bad Request', 'Invalid URL format')))

  test('a URL of 2098 bytes passes, one of 2099 is answered 414, and the limit is a setting [HTTP-31]', async () => {
    await using origin = await startWebOrigin({ '/': 'x' })
    const longUrl = (bytes: number) => `${origin.url}/?`.padEnd(bytes, 'q')
    const get = (bytes: number) =>
      exchange(gateway.http, `GET ${longUrl(bytes)} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)
    assert.match(await get(2098), /^HTTP\/1\.1 200 OK/)
    await refused(
      `GET ${longUrl(2099)} HTTP/1.1\r\nHost: x\r\n\r\n`,
      '414 Request-URI Too Long',
      'Request-URI Too Long',
    )
    await gateway.set({ 'http.max_urllen': 65_536 })
    assert.match(await get(10_000), /^HTTP\/1\.1 200 OK/)
    assert.match(await get(65_537), /^HTTP\/1\.1 414 /)
    await gateway.set({ 'http.max_urllen': 2098 })
  })

  test('a version of 98 bytes is answered 505, one of 99 is answered 400 [HTTP-32]', async () => {
    const version = (bytes: number) => `GET http://x/ ${'HTTP/'.padEnd(bytes, '1')}\r\n\r\n`
    assert.match(await exchange(gateway.http, version(98)), /^HTTP\/1\.1 505 /)
    await refused(version(99), '400 Bad Request', 'Too long Request Version')
  })

  for (const version of ['HTTP/2.0', 'HTTP/1.2', 'HTTP/11', 'http/1.1', 'HTTQ/1.1'])
    test(`the version ${version} is answered 505 unless the guide lists it [HTTP-32]`, async () => {
      await refused(
        `GET http://x/ ${version}\r\n\r\n`,
        '505 HTTP Version Not Supported',
        'Only support HTTP/0.9, HTTP/1.0, HTTP/1.1',
      )
    })

  test('a response head over the limit is answered 502 and named in error.log [HTTP-33]', async () => {
    await using origin = await startScriptedServer(`HTTP/1.1 200 OK\r\nX-Long: ${'h'.repeat(11_000)}\r\n\r\nbody`)
    const { status, body } = await curl(gateway, `http://${origin.host}:${origin.port}/`)
    assert.equal(status, 502)
    assert.doesNotMatch(body.toString(), /hhhh/)
    await gateway.line('http', 'error', /###ERROR### get_response_header: Too Large Header.* \[r\d+ \w+\]$/)
    // The guide's 10 KB, to the byte.
    const [before, after] = ['HTTP/1.1 200 OK\r\nX-Long: ', '\r\nContent-Length: 0\r\n\r\n']
    for (const [bytes, expected] of [
      [10_240, 200],
      [10_241, 502],
    ] as const) {
      const long = 'h'.repeat(bytes - before.length - after.length + '\r\n'.length)
      await using exact = await startScriptedServer(`${before}${long}${after}`)
      assert.equal((await curl(gateway, `http://${exact.host}:${exact.port}/`)).status, expected, `${bytes} bytes`)
    }
  })

  test('a server that refuses the connection is answered 503 with the guide’s page [HTTP-28, HTTP-34]', async () => {
    const port = await closedPort()
    const { status, body, headers } = await curl(gateway, `http://127.0.0.1:${port}/`)
    assert.equal(status, 503)
    assert.match(headers, /^content-type: text\/html; charset=utf-8$/im)
    assert.ok(body.toString().includes(`CONNECT(127.0.0.1:${port})/connect: Connection refused`), body.toString())
    const line = await gateway.accessLine(`127.0.0.1:${port}`)
    assert.equal(line.error, `CONNECT(127.0.0.1:${port})/connect: Connection refused`)
    assert.equal(line.status, 503)
  })

  test('an IPv6 address stands in brackets in what is said of it, for tunnels too [HTTP-28, HTTP-34]', async () => {
    const port = await closedPort('::1')
    const message = `CONNECT([::1]:${port})/connect: Connection refused`
    const ask = (line: string) => exchange(gateway.http, `${line} HTTP/1.1\r\nHost: x\r\n\r\n`)
    const inhibited = await ask(`CONNECT [::1]:${port}`)
    assert.ok(
      inhibited.includes(`CONNECT([::1]:${port})/Access Inhibited by Proxy(FSIGK) # http.connect_ports`),
      inhibited,
    )
    await gateway.set({ 'http.connect_ports': port })
    for (const line of [`GET http://[::1]:${port}/`, `CONNECT [::1]:${port}`]) {
      const heard = await ask(line)
      assert.ok(heard.startsWith('HTTP/1.1 503 Service Unavailable\r\n') && heard.includes(message), heard)
    }
    await gateway.cli('config', 'unset', 'http.connect_ports')
  })

  test('a server that no route leads to is a network that is unreachable [HTTP-34]', async () => {
    // No TCP connection leads to a broadcast address: Linux says so before anything is sent.
    await gateway.set({ 'http.local_to': '127.0.0.0/8 [::1] 255.255.255.255' })
    const { status, body } = await curl(gateway, 'http://255.255.255.255/')
    assert.equal(status, 503)
    assert.ok(body.toString().includes('CONNECT(255.255.255.255:80)/connect: Network is unreachable'), body.toString())
    await gateway.set({ 'http.local_to': '127.0.0.0/8 [::1]' })
  })

  test('the page of a connection error is the template that an administrator edits [HTTP-28]', async () => {
    await gateway.set({ 'template.http_error': '<p>Sorry: ${ERROR_STR} for ${METHOD} ${URL}</p>' })
    const port = await closedPort()
    const { body } = await curl(gateway, `http://127.0.0.1:${port}/?a=<b>&c`)
    assert.equal(
      body.toString(),
      `<p>Sorry: CONNECT(127.0.0.1:${port})/connect: Connection refused for GET http://127.0.0.1:${port}/?a=&lt;b&gt;&amp;c</p>`,
    )
    await gateway.cli('config', 'unset', 'template.http_error')
  })

  test('a host that does not exist is a host name lookup error [HTTP-34]', async () => {
    const { status, body } = await curl(gateway, 'http://no-such-host.invalid/')
    assert.equal(status, 503)
    assert.match(body.toString(), /CONNECT\(no-such-host\.invalid:80\)\/hostname lookup error: \S/)
  })

  test('a server that does not answer is given up after connect_timeout [HTTP-34]', async () => {
    await gateway.set({ 'http.connect_timeout': 1 })
    await using silent = await fullBacklog()
    const { status, body } = await curl(gateway, `http://127.0.0.1:${silent.port}/`)
    assert.equal(status, 503)
    assert.ok(body.toString().includes(`CONNECT(127.0.0.1:${silent.port})/connect timeout(&gt;1 sec)`), body.toString())
    await gateway.set({ 'http.connect_timeout': 30 })
  })

  test('a client that goes away while the gateway connects leaves a cancelled connection [HTTP-34]', async () => {
    await using silent = await fullBacklog()
    await curl(gateway, '--max-time', '1', `http://127.0.0.1:${silent.port}/cancelled`)
    const line = await gateway.accessLine(`127.0.0.1:${silent.port}/cancelled`)
    assert.equal(line.error, `CONNECT(127.0.0.1:${silent.port})/connect cancelled`)
  })

  test('a destination that acl_to does not list is answered 403 [HTTP-34, ACL-03]', async () => {
    await gateway.set({ 'http.acl_to': true, 'access.http_to': 'ALL EXCEPT 127.0.0.1' })
    await using origin = await startWebOrigin({ '/': 'x' })
    const { status, body } = await curl(gateway, `${origin.url}/`)
    assert.equal(status, 403)
    assert.ok(body.toString().includes(`CONNECT(127.0.0.1:${origin.port})/Access Inhibited by Proxy(FSIGK)`))
    assert.equal(origin.connections, 0)
    await gateway.line('http', 'info', /Access Denied to \[127\.0\.0\.1:[^\]]*\]/)
    await gateway.set({ 'http.acl_to': false })
  })

  test('a source that acl_from does not list is answered 403 Access Denied [ACL-03]', async () => {
    await gateway.set({ 'access.http_from': '192.0.2.0/24' })
    await using origin = await startWebOrigin({ '/': 'x' })
    const { status, body } = await curl(gateway, `${origin.url}/`)
    assert.equal(status, 403)
    assert.ok(body.toString().includes('Access Denied'))
    assert.equal(origin.connections, 0)
    await gateway.line('http', 'info', /Access Denied from \[127\.0\.0\.1:[^\]]*\].* \[r\d+ \w+\]$/)
    await gateway.cli('config', 'unset', 'access.http_from')
    assert.equal((await curl(gateway, `${origin.url}/`)).status, 200)
  })

  test('a local destination is refused by default, and the refusal names the setting', async () => {
    await gateway.cli('config', 'unset', 'http.local_to')
    await using origin = await startWebOrigin({ '/': 'x' })
    const forms = [
      `127.0.0.1:${origin.port}`,
      `localhost:${origin.port}`,
      `127.1:${origin.port}`,
      `0x7f000001:${origin.port}`,
      `[::ffff:127.0.0.1]:${origin.port}`,
      `0.0.0.0:${origin.port}`,
      `2130706433:${origin.port}`,
      `127.0.0.1.:${origin.port}`,
    ]
    for (const form of forms) {
      const heard = await exchange(gateway.http, `GET http://${form}/ HTTP/1.0\r\n\r\n`)
      assert.match(heard, /^HTTP\/1\.[01] (403|400|503) /, form)
      if (form.startsWith('127.0.0.1:')) assert.match(heard, /http\.local_to/)
    }
    assert.equal(origin.connections, 0)
    await gateway.set({ 'http.local_to': '127.0.0.0/8' })
  })
})

async function closedPort(address = '127.0.0.1'): Promise<number> {
  const server = createServer().listen(0, address)
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** A listener whose queue is full and that never accepts, so that further connections hang. */
async function fullBacklog(): Promise<AsyncDisposable & { readonly port: number }> {
  const script = `const s=require('net').createServer().listen({port:0,host:'127.0.0.1',backlog:1},()=>{console.log(s.address().port);})`
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [text] = (await once(child.stdout, 'data')) as [Buffer]
  const port = Number(text.toString())
  child.kill('SIGSTOP')
  const fillers = Array.from({ length: 8 }, () => connect(port, '127.0.0.1').on('error', () => {}))
  await Promise.all(fillers.slice(0, 2).map((socket) => once(socket, 'connect')))
  return {
    port,
    async [Symbol.asyncDispose]() {
      for (const socket of fillers) socket.destroy()
      child.kill('SIGKILL')
      await once(child, 'exit')
    },
  }
}
