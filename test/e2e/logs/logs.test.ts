import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { promisify } from 'node:util'
import { exchange, parseLogLine, RawClient, startTestGateway, startWebOrigin, temporaryFolder } from '@fsigk/testing'
import { curl } from '../../peers/curl.js'
import { EICAR } from '../../peers/samples.js'

const run = promisify(execFile)

describe('logs', () => {
  test('access.log: every field of the guide, in its order [LOG-01]', async () => {
    await using gateway = await startTestGateway()
    await using origin = await startWebOrigin({
      '/page': (_request, response) => response.setHeader('Content-Type', 'text/html; charset=utf-8').end('hello'),
    })
    const began = Date.now() / 1000
    // The server by its name: the line tells where it was found.
    const url = `http://localhost:${origin.port}`
    // It takes the first place, so that the next connection has the second.
    using other = await RawClient.to(gateway.http)
    other.send(`GET ${url}/other HTTP/1.1\r\nHost: x\r\n\r\n`)
    await other.until((text) => text.includes('\r\n\r\n'))
    using client = await RawClient.to(gateway.http)
    const request = `GET ${url}/page?a=1%202 HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 192.0.2.7, 192.0.2.8\r\n\r\n`
    client.send(request)
    await client.until((text) => text.endsWith('hello'))
    const next = request.replace('/page', '/page2').replace(/: 192.*\r\n/, ': 2001:db8::7\r\n')
    client.send(next.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n'))
    await client.untilClosed()
    const first = await gateway.accessLine('/page?')
    assert.ok(first.time >= began - 1 && first.time <= began + 60, `${first.time}`)
    assert.match(await gateway.line('http', 'access', '/page?'), /^\d{10}\.\d{3} [ \d]{5}\d 127\.0\.0\.1 /)
    const [worker] = await gateway.workers('http')
    assert.deepEqual(
      { ...first, time: 0, elapsedMs: 0, id: '', revision: 0, proxy: { ...first.proxy, checkMs: 0 } },
      {
        time: 0,
        elapsedMs: 0,
        client: '127.0.0.1',
        status: 200,
        bytes: 5,
        method: 'GET',
        url: `${url}/page?a=1%202`,
        user: '-',
        server: '127.0.0.1',
        contentType: 'text/html',
        detection: { result: 'CLEAN', name: '', file: 'page', quarantined: '' },
        action: 'NONE',
        proxy: {
          service: 'http',
          slot: 1,
          pid: worker,
          host: '127.0.0.1',
          requests: 1,
          checks: 1,
          checkMs: 0,
          details: [],
        },
        protocol: ['KEEPALIVE', '192.0.2.7, 192.0.2.8'],
        error: '',
        revision: 0,
        id: '',
      },
    )
    const second = await gateway.accessLine('/page2?')
    assert.deepEqual([second.proxy.requests, second.status, second.protocol], [2, 404, ['', '2001:db8::7']])
    assert.notEqual(second.id, first.id)
    assert.ok(first.revision > 0)
  })

  test('a connection that says nothing is logged with 000 [LOG-01]', async () => {
    await using gateway = await startTestGateway()
    const client = await RawClient.to(gateway.http)
    client.socket.end()
    await client.untilClosed()
    const line = parseLogLine((await gateway.line('http', 'access', 'TCP_MISS/000')).trim())
    assert.deepEqual([line.status, line.bytes, line.method], [0, 0, 'GET'])
  })

  test('a client that closes its side while it waits for a place is served its turn and closed [LOG-01]', async () => {
    await using gateway = await startTestGateway({ settings: { 'http.pre_spawn': 1 } })
    const first = await RawClient.to(gateway.http)
    first.send('GET ')
    using second = await RawClient.to(gateway.http)
    second.socket.end()
    await gateway.line('http', 'error', 'Maximum connections')
    first.socket.destroy()
    assert.equal(await second.untilClosed(), '')
    await gateway.line('http', 'access', 'TCP_MISS/000')
  })

  test('what comes from outside stays one field of one line [LOG-01]', async () => {
    await using gateway = await startTestGateway()
    await using origin = await startWebOrigin({
      '/x': (_request, response) => response.setHeader('Content-Type', 'a/b"\\ evil:').end('x'),
    })
    await exchange(
      gateway.http,
      `GET ${origin.url}/x?"'<>\\|:ACTION:PASS: HTTP/1.0\r\nX-Forwarded-For: a: PROXY-ERROR:b: ${'%0a'}\x80\xff\t[31m\r\n\r\n`,
    )
    await gateway.line('http', 'access', '/x?')
    const lines = (await gateway.log('http', 'access')).trim().split('\n')
    assert.equal(lines.length, 1)
    const [line = ''] = lines
    assert.match(line, /^[\x21-\x7e ]+$/)
    const parsed = parseLogLine(line)
    assert.deepEqual([parsed.action, parsed.error], ['NONE', ''])
  })

  /** Each reads one access.log and says what it made of it, in files of its folder or on its output. */
  const analysers: readonly {
    readonly program: string
    readonly command: (log: string) => string
    readonly says: RegExp
  }[] = [
    {
      program: 'goaccess',
      command: (log) =>
        `goaccess '${log}' --no-global-config --date-format=%s --time-format=%s --log-format='%x.%^ %~%L %h %^/%s %b %m %U' -o report.json`,
      says: /"failed_requests": 0[\s\S]*page\.html/,
    },
    { program: 'webalizer', command: (log) => `webalizer -F squid -Q -o . '${log}'`, says: /page\.html/ },
    { program: 'calamaris', command: (log) => `calamaris -a < '${log}'`, says: /Total amount:\s+requests\s+3\b/ },
    {
      program: 'sarg',
      command: (log) => `touch sarg.conf && sarg -l '${log}' -o "$PWD" -f sarg.conf`,
      says: /127\.0\.0\.1/,
    },
  ]
  for (const { program, command, says } of analysers)
    test(`${program} reads access.log as Squid's [LOG-01]`, async () => {
      await using gateway = await startTestGateway()
      await using origin = await startWebOrigin({ '/page.html': 'hello', '/eicar.com': EICAR })
      for (const path of ['/page.html', '/eicar.com', '/missing']) await curl(gateway, `${origin.url}${path}`)
      await gateway.accessLine('/missing')
      await using folder = await temporaryFolder('report')
      const { stdout } = await run('sh', ['-c', command(join(gateway.home, 'log/http/access.log'))], {
        cwd: folder.path,
      })
      const written = await run('sh', ['-c', 'find . -type f ! -name "*.png" -exec cat {} +'], {
        cwd: folder.path,
        maxBuffer: 50_000_000,
      })
      assert.match(stdout + written.stdout, says)
    })

  test('detect.log holds the detections alone, each as it stands in access.log [LOG-02]', async () => {
    await using gateway = await startTestGateway()
    await using origin = await startWebOrigin({ '/eicar.com': EICAR, '/clean': 'x' })
    for (const path of ['/clean', '/eicar.com', '/clean?again']) await curl(gateway, `${origin.url}${path}`)
    await gateway.accessLine('/clean?again')
    const access = (await gateway.log('http', 'access')).trim().split('\n')
    const detect = (await gateway.log('http', 'detect')).trim().split('\n')
    assert.deepEqual([access.length, detect.length], [3, 1])
    assert.equal(detect[0], access[1])
    assert.match(detect[0] ?? '', / FSIGK:\d+:\w+:$/)
  })

  test('info.log tells of start and stop in the guide’s words and prefix [LOG-04]', async () => {
    const gateway = await startTestGateway()
    const prefix = String.raw`^\d+(\.\d{3})? \[\d{4}/\d\d/\d\d \d\d:\d\d:\d\d [^\]]*\] `
    const { pid } = gateway.process
    await gateway.line(
      'http',
      'info',
      new RegExp(`${prefix}main: ### START ### \\(argv=\\[[^\\]]*\\],ver=[^,]+,pid=\\d+\\)`),
    )
    await gateway.line(
      'http',
      'info',
      new RegExp(
        `${prefix}main: accept_loop\\(sock=\\d+,pid=\\d+\\)\\. Starting to accept connection on each proxy process\\.`,
      ),
    )
    await gateway.stop('SIGTERM')
    await gateway.line('http', 'info', /main:signal_handler\(sig=15\[SIGTERM\]/)
    await gateway.line('http', 'info', /main: ### STOP ### \(ver=[^,]+, ?pid=\d+, ?sig=15\[SIGTERM\]\)/)
    assert.ok(pid)
    await gateway[Symbol.asyncDispose]()
  })

  test('info.log tells of a client that closes before its answer [LOG-04]', async () => {
    await using gateway = await startTestGateway()
    const asked = Promise.withResolvers<void>()
    await using origin = await startWebOrigin({ '/never': () => asked.resolve() })
    const client = await RawClient.to(gateway.http)
    client.send(`GET ${origin.url}/never HTTP/1.1\r\nHost: x\r\n\r\n`)
    await asked.promise
    client.socket.destroy()
    await gateway.line(
      'http',
      'info',
      /is_alivesocket:recv=\S+, Client closed connection\. Client may be cancel the session\. url=\[\S*\/never\], elapsed=\d+ms/,
    )
  })

  test('info.log tells of the extra CRLF that an old browser adds after POST [LOG-04]', async () => {
    await using gateway = await startTestGateway()
    await using origin = await startWebOrigin({
      '/form': (request, response) => request.resume().on('end', () => response.end('ok')),
    })
    const post = `POST ${origin.url}/form HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\na=b\r\n`
    using client = await RawClient.to(gateway.http)
    client.send(post)
    await client.until((text) => text.endsWith('ok'))
    client.send(post.replace('Host: x', 'Host: x\r\nConnection: close'))
    assert.equal((await client.untilClosed()).match(/HTTP\/1\.1 200/g)?.length, 2)
    await gateway.line('http', 'info', 'read extra CRLF for POST method')
  })

  test('after SIGHUP lines go to a new file, and none is lost', async () => {
    await using gateway = await startTestGateway()
    await using origin = await startWebOrigin({ '/1': 'x', '/2': 'x' })
    await curl(gateway, `${origin.url}/1`)
    await gateway.accessLine('/1')
    const folder = join(gateway.home, 'log/http')
    await mkdir(join(folder, 'old'))
    await rename(join(folder, 'access.log'), join(folder, 'old/access.log'))
    gateway.process.kill('SIGHUP')
    await curl(gateway, `${origin.url}/2`)
    // The reopen is not instantaneous: the line is in the old file or the new one, and later ones in the new one.
    for (let at = 0; ; at += 1) {
      await curl(gateway, `${origin.url}/2?${at}`)
      if ((await gateway.log('http', 'access')).includes(`/2?${at} `)) break
      assert.ok(at < 100, 'the log was reopened')
    }
  })
})
