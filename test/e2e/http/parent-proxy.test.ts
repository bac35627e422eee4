import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  exchange,
  freePort,
  parseLogLine,
  RawClient,
  requestHead,
  startRawServer,
  startTestGateway,
  startWebOrigin,
  type TestGateway,
  type WebOrigin,
} from '@fsigk/testing'
import { curl } from '../../peers/curl.js'
import { EICAR } from '../../peers/samples.js'
import { type Squid, startSquid } from '../../peers/squid.js'

const parentIs = ({ host, port }: { readonly host: string; readonly port: number }) => ({
  'http.self_proxy': true,
  'http.parent_server_host': host,
  'http.parent_server_port': port,
})

const echo = () =>
  startRawServer(async (socket) => {
    for await (const chunk of socket.iterator({ destroyOnReturn: false })) socket.write(chunk)
    socket.end('bye')
  })

describe('HTTP: squid as the parent proxy', () => {
  let gateway: TestGateway
  let squid: Squid
  let origin: WebOrigin
  before(async () => {
    squid = await startSquid({ credentials: 'mary:secret' })
    gateway = await startTestGateway({ settings: parentIs(squid) })
    origin = await startWebOrigin({
      '/file': Buffer.alloc(50_000, 'f'),
      '/eicar.com': EICAR,
      '/auth': (_request, response) => response.writeHead(401, { 'WWW-Authenticate': 'NTLM' }).end('x'),
    })
  })
  after(async () => {
    await gateway[Symbol.asyncDispose]()
    await squid[Symbol.asyncDispose]()
    await origin[Symbol.asyncDispose]()
  })

  test('a request goes to the parent with its whole URL, and its answer is scanned [HTTP-05]', async () => {
    const clean = await curl(gateway, `${origin.url}/file`)
    assert.deepEqual([clean.status, clean.body.length], [200, 50_000])
    assert.ok((await squid.requests()).includes(`GET ${origin.url}/file 200`), String(await squid.requests()))
    const via =
      origin.requests
        .at(-1)
        ?.headers.join('\n')
        .match(/Via\n(.*)/)?.[1] ?? ''
    assert.match(via, new RegExp(`^1\\.1 \\S+:${gateway.http.port} \\(fsigk\\), 1\\.1 squid\\.test`))
    const line = await gateway.accessLine(`${origin.url}/file`)
    assert.deepEqual([line.server, line.detection.result, line.error], ['127.0.0.1', 'CLEAN', ''])

    const infected = await curl(gateway, `${origin.url}/eicar.com`)
    assert.equal(infected.status, 403)
    assert.equal(infected.body.includes(EICAR), false)
  })

  test('Proxy-Support is not said, since the parent stands between [HTTP-05, HTTP-23]', async () => {
    const { headers, status } = await curl(gateway, `${origin.url}/auth`)
    assert.equal(status, 401)
    assert.doesNotMatch(headers, /^proxy-support/im)
  })

  test('errors of the parent are answers, and a parent that is gone is a connection error [HTTP-05]', async () => {
    const lost = await curl(gateway, `http://127.0.0.1:${await freePort()}/lost`)
    assert.equal(lost.status, 503)
    assert.match(lost.headers, /^x-squid-error: ERR_CONNECT_FAIL/im)
    assert.equal((await gateway.accessLine('/lost')).error, '')
    const gonePort = await freePort()
    await gateway.set(parentIs({ host: '127.0.0.1', port: gonePort }))
    const gone = await curl(gateway, `${origin.url}/gone`)
    assert.equal(gone.status, 503)
    assert.ok(gone.body.includes(`CONNECT(127.0.0.1:${gonePort})/connect: Connection refused`), gone.body.toString())
    await gateway.set(parentIs(squid))
  })

  test('CONNECT goes through the parent, its first bytes included [HTTP-05, HTTP-25]', async () => {
    await using server = await echo()
    const refused = await exchange(gateway.http, `CONNECT 127.0.0.1:${server.port} HTTP/1.1\r\nHost: x\r\n\r\n`)
    assert.match(refused, /^HTTP\/1\.1 403 /)
    await gateway.set({ 'http.connect_ports': `443,${server.port}` })
    using client = await RawClient.to(gateway.http)
    client.send(`CONNECT 127.0.0.1:${server.port} HTTP/1.1\r\nHost: x\r\n\r\nearly`)
    await client.until((text) => text.endsWith('early'))
    client.send('later')
    await client.until((text) => text.endsWith('later'))
    client.socket.end()
    assert.match(await client.untilClosed(), /^HTTP\/1\.1 200 Connection established\r\n\r\nearlylater/)
    const written = await gateway.line('http', 'access', `/200 10 CONNECT 127.0.0.1:${server.port} `)
    assert.equal(parseLogLine(written).detection.result, 'UNSCANNED')
    assert.ok((await squid.requests()).some((request) => request.startsWith(`CONNECT 127.0.0.1:${server.port} `)))
  })

  test('a CONNECT that the parent refuses is answered as the parent does [HTTP-05, HTTP-25]', async () => {
    await gateway.set({ 'http.connect_ports': '1-65535' })
    const { stderr, code } = await curl(gateway, '-p', `http://127.0.0.1:${await freePort()}/`)
    assert.notEqual(code, 0)
    assert.match(stderr, /503/)
  })

  test('credentials for the parent pass to it, and its demand for them to the client [HTTP-05]', async () => {
    await gateway.set({ ...parentIs(squid.strict), 'http.connect_ports': '1-65535' })
    const asked = await curl(gateway, `${origin.url}/file`)
    assert.equal(asked.status, 407)
    assert.match(asked.headers, /^proxy-authenticate: Basic realm=/im)
    assert.equal((await curl(gateway, '-U', 'mary:wrong', `${origin.url}/file`)).status, 407)
    assert.equal((await curl(gateway, '-U', 'mary:secret', `${origin.url}/file`)).status, 200)
    assert.match((await curl(gateway, '-p', `${origin.url}/file`)).stderr, /407/)
    assert.equal((await curl(gateway, '-p', '-U', 'mary:secret', `${origin.url}/file`)).status, 200)
    await gateway.set(parentIs(squid))
  })

  test('what is asked of the parent must be allowed, though the parent itself is exempt [HTTP-05, ACL-03]', async () => {
    await gateway.set({ 'http.local_to': '', 'http.connect_ports': '1-65535' })
    const byName = `http://localhost:${origin.port}/file`
    const asked = (await squid.requests()).length
    assert.equal((await curl(gateway, `${origin.url}/file?local`)).status, 403)
    assert.match((await curl(gateway, '-p', `${origin.url}/file?local`)).stderr, /403/)
    // Names that mean whoever is asked, on a parent beside us this very host.
    for (const name of [byName, byName.replace('localhost', 'WWW.LocalHost.')]) {
      const refused = await curl(gateway, name)
      assert.equal(refused.status, 403)
      assert.match(refused.body.toString(), /is a loopback address, and http\.local_to does not list it/)
    }
    assert.equal((await squid.requests()).length, asked)
    await gateway.set({ 'http.local_to': '127.0.0.0/8' })
    assert.equal((await curl(gateway, byName)).status, 200)
    await gateway.set({ 'http.acl_to': true, 'access.http_to': 'example.com' })
    const denied = await curl(gateway, byName)
    assert.equal(denied.status, 403)
    assert.ok(denied.body.includes(`CONNECT(localhost:${origin.port})/Access Inhibited by Proxy(FSIGK)`))
    await gateway.set({ 'access.http_to': 'localhost' })
    assert.equal((await curl(gateway, byName)).status, 200)
    await gateway.set({ 'http.acl_to': false })
  })
})

describe('HTTP: a parent proxy, byte by byte', { timeout: 120_000 }, () => {
  let gateway: TestGateway
  before(async () => {
    gateway = await startTestGateway()
  })
  after(() => gateway[Symbol.asyncDispose]())

  test('one connection to the parent serves requests for several servers, one after the other [HTTP-05, HTTP-21]', async () => {
    const lines: string[] = []
    await using parent = await startRawServer(async (socket) => {
      for (;;) {
        const head = await requestHead(socket)
        if (head === '') break
        lines.push(head.split('\r\n').slice(0, 2).join(' '))
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
      }
    })
    await gateway.set(parentIs(parent))
    using client = await RawClient.to(gateway.http)
    client.send('GET http://One.example/a?b#c HTTP/1.1\r\n\r\n')
    await client.until((text) => text.endsWith('ok'))
    client.send('OPTIONS http://two.example:8080 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
    await client.untilClosed()
    assert.deepEqual(lines, [
      'GET http://One.example/a?b HTTP/1.1 Host: One.example',
      'OPTIONS http://two.example:8080 HTTP/1.1 Host: two.example:8080',
    ])
    assert.equal(parent.connections, 1)
  })

  for (const { says, fields, reply } of [
    { says: 'whose parent asks for NTLM', fields: '', reply: '407 Who\r\nProxy-Authenticate: NTLM' },
    { says: 'that brings credentials of NTLM', fields: 'Proxy-Authorization: NTLM TlRMTVNTUAAB\r\n', reply: '200 OK' },
  ])
    test(`a client ${says} has a connection to the parent of its own [HTTP-05]`, async () => {
      await using parent = await startRawServer(async (socket) => {
        while ((await requestHead(socket)) !== '') socket.write(`HTTP/1.1 ${reply}\r\nContent-Length: 4\r\n\r\nsaid`)
      })
      await gateway.set(parentIs(parent))
      const ask = `GET http://a.example/ HTTP/1.1\r\nHost: a.example\r\n${fields}\r\n`
      using first = await RawClient.to(gateway.http)
      first.send(ask)
      await first.until((text) => text.endsWith('said'))
      using second = await RawClient.to(gateway.http)
      second.send(ask)
      await second.until((text) => text.endsWith('said'))
      assert.equal(parent.connections, 2)
      first.send(ask)
      await first.until((text) => text.split('said').length === 3)
      assert.equal(parent.connections, 2)
    })

  test('after a CONNECT that the parent refuses the client is not kept: what follows may be meant for the tunnel [HTTP-05, HTTP-21, HTTP-25]', async () => {
    await using parent = await startRawServer(async (socket) => {
      while ((await requestHead(socket)) !== '') socket.write('HTTP/1.1 403 No\r\nContent-Length: 2\r\n\r\nno')
    })
    await gateway.set(parentIs(parent))
    const ask = 'CONNECT a.example:443 HTTP/1.1\r\nHost: a.example\r\nProxy-Connection: keep-alive\r\n\r\n'
    const heard = await exchange(
      gateway.http,
      `${ask}GET http://a.example/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
    )
    assert.match(heard, /^HTTP\/1\.1 403 No\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno$/)
  })

  test('WebSocket passes through the parent [HTTP-05, HTTP-37]', async () => {
    let asked = ''
    await using parent = await startRawServer(async (socket) => {
      asked = await requestHead(socket)
      socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n')
      for await (const chunk of socket.iterator({ destroyOnReturn: false })) socket.write(chunk)
    })
    await gateway.set(parentIs(parent))
    using client = await RawClient.to(gateway.http)
    client.send('GET http://a.example/ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nframe')
    assert.match(await client.until((text) => text.endsWith('frame')), /^HTTP\/1\.1 101 /)
    assert.match(asked, /^GET http:\/\/a\.example\/ws HTTP\/1\.1\r\n/)
  })

  test('a parent that is this very service is found out [HTTP-05]', async () => {
    await gateway.set(parentIs(gateway.http))
    const { status, body } = await curl(gateway, 'http://a.example/round')
    assert.equal(status, 403)
    assert.match(body.toString(), /is this service itself/)
  })

  test('self_proxy without a server forwards nothing, and the answer names the setting [HTTP-05]', async () => {
    await gateway.set({ 'http.parent_server_host': '' })
    for (const request of ['GET http://a.example/ HTTP/1.0', 'GET / HTTP/1.0', 'CONNECT a.example:443 HTTP/1.0']) {
      const heard = await exchange(gateway.http, `${request}\r\n\r\n`)
      assert.match(heard, /^HTTP\/1\.1 503 /)
      assert.match(heard, /http\.self_proxy is on, but http\.parent_server_host names no server/)
    }
  })
})

describe('HTTP: squid as a child', () => {
  test('what passes through squid to the gateway is scanned, and tunnels go on through both [HTTP-05, HTTP-25]', async () => {
    await using origin = await startWebOrigin({ '/file': Buffer.alloc(30_000, 'f'), '/eicar.com': EICAR })
    await using gateway = await startTestGateway({ settings: { 'http.connect_ports': origin.port } })
    await using squid = await startSquid({ parent: gateway.http })
    const child = { http: squid }
    for (const again of ['', '?again']) {
      const { status, body } = await curl(child, `${origin.url}/file${again}`)
      assert.deepEqual([status, body.length], [200, 30_000])
    }
    const infected = await curl(child, `${origin.url}/eicar.com`)
    assert.equal(infected.status, 403)
    assert.equal(infected.body.includes(EICAR), false)
    assert.equal((await curl(child, '-p', `${origin.url}/file?tunnelled`)).status, 200)
    const line = await gateway.accessLine(` 127.0.0.1:${origin.port} `)
    assert.deepEqual([line.method, line.status], ['CONNECT', 200])
    assert.match((await gateway.accessLine('/file?again')).protocol[1] ?? '', /127\.0\.0\.1/)
  })
})
