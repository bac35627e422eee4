/** The guide's messages of error.log and info.log (9.1.3, 9.1.4), each raised by its real cause in the running program. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readFile, rm } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { RawClient, startRawServer, startTestGateway, startWebOrigin, temporaryFolder } from '@fsigk/testing'
import { curl } from '../../peers/curl.js'
import { guideErrors, guideInformation } from './guide-messages.js'
import { until } from './waiting.js'

const PAGE = new URL('../../../../core/docs/messages.md', import.meta.url)
/** The prefix of a line that speaks for the service as a whole, and of one of a session. */
const SERVICE = String.raw`^\d+\.\d{3} \[\d{4}/\d\d/\d\d \d\d:\d\d:\d\d \d+ - -:-:- -:-:-\] `
const SESSION = String.raw`^\d+\.\d{3} \[\d{4}/\d\d/\d\d \d\d:\d\d:\d\d \d+ \d+ 127\.0\.0\.1:127\.0\.0\.1:\d+ [^\s:]+:[^\s:]+:(?:\d+|-)\] `
const IDS = String.raw` \[r\d+ \w+\]$`

const escaped = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
const error = (prefix: string, text: string, end = '$') => new RegExp(`${prefix}###ERROR### ${escaped(text)}${end}`)

describe('the table of messages', () => {
  test('names every message of the guide once, and says of each whether it is raised [LOG-03, LOG-04]', async () => {
    const page = await readFile(PAGE, 'utf8')
    const rows = [...page.matchAll(/^\| `([^`]+)` \| (raised|mapped|later|struck) \| \S.* \|$/gm)].map(
      ([, shape]) => shape,
    )
    assert.deepEqual(rows, [...guideErrors, ...guideInformation])
  })
})

describe('error.log', () => {
  test('bind(): a port that is taken [LOG-03]', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    const { port } = taken.address() as AddressInfo
    try {
      await using gateway = await startTestGateway()
      await assert.rejects(gateway.set({ 'http.svcport': `127.0.0.1:${port}` }))
      const words = `bind(port=${port},addr=127.0.0.1). # Please check whether other service(mail/web server,etc...) is already running on port ${port}. /streerror(98)=Address already in use`
      await gateway.line('http', 'error', error(SERVICE, words))
    } finally {
      taken.close()
    }
  })

  test('Maximum connections: pre_spawn is reached [LOG-03]', async () => {
    await using gateway = await startTestGateway({ settings: { 'http.pre_spawn': 1 } })
    using first = await RawClient.to(gateway.http)
    first.send('GET ')
    using second = await RawClient.to(gateway.http)
    second.send('GET ')
    const words =
      "Maximum connections: warning: Client connections reached maximum connections (1) . More request will be blocked/rejected. If there is many warnings, please increase 'Maximum Connections' settings (pre_spawn value of fsigk.ini) of this service. (provisional value will be good value as start line)."
    await gateway.line('http', 'error', error(SERVICE, words))
  })

  test('sendfile timeout: a client that takes no data [LOG-03]', async () => {
    await using origin = await startWebOrigin({ '/large': Buffer.alloc(64 * 1024 * 1024) })
    await using gateway = await startTestGateway({ settings: { 'http.idle_timeout': 1 } })
    using client = await RawClient.to(gateway.http)
    client.socket.pause()
    client.send(`GET ${origin.url}/large HTTP/1.1\r\nHost: x\r\n\r\n`)
    const words = `sendfile timeout: No data can send while 1 sec. There maybe temporary network trouble between receiver.) / URL=[${origin.url}/large]`
    await gateway.line('http', 'error', error(SESSION, words, IDS))
  })

  test('get_response_header: a header over the limit [LOG-03]', async () => {
    await using origin = await startWebOrigin({
      '/x': (_request, response) => response.setHeader('X', 'x'.repeat(11_000)).end(),
    })
    await using gateway = await startTestGateway()
    await curl(gateway, `${origin.url}/x`)
    await gateway.line('http', 'error', error(SESSION, 'get_response_header: Too Large Header', IDS))
  })

  test('main:diskspace_check: less than 5 MB free in tmpdir [LOG-03]', async (t) => {
    if (process.getuid?.() !== 0) return t.skip('mounting a small file system needs root')
    await using folder = await temporaryFolder()
    const small = join(folder.path, 'small')
    await mkdir(small, { mode: 0o700 })
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m,mode=0700', 'none', small])
    try {
      await using gateway = await startTestGateway()
      await assert.rejects(gateway.set({ 'common.tmpdir': small }))
      const words = `main:diskspace_check: not enough disk space in temporary directory [${small}].`
      await gateway.line('http', 'error', error(SERVICE, words))
    } finally {
      execFileSync('umount', [small])
    }
  })

  test('cannot open: the temporary directory was taken away; cannot write: it is full [LOG-03]', async (t) => {
    if (process.getuid?.() !== 0) return t.skip('mounting a small file system needs root')
    await using origin = await startWebOrigin({ '/1': Buffer.alloc(1_000_000), '/2': Buffer.alloc(20_000_000) })
    await using folder = await temporaryFolder()
    const small = join(folder.path, 'small')
    await mkdir(small, { mode: 0o700 })
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m,mode=0700', 'none', small])
    let mounted = true
    try {
      await using gateway = await startTestGateway({ settings: { 'common.tmpdir': small } })
      assert.equal((await curl(gateway, `${origin.url}/2`)).status, 503)
      const full = String.raw`spool: cannot write \[${small}/proxytmp-[\w-]+\]/strerror\(28\)=No space left on device`
      await gateway.line('http', 'error', new RegExp(`${SESSION}###ERROR### ${full}`))
      await gateway.set({ 'common.tmpdir': '' })
      execFileSync('umount', [small])
      mounted = false
      await curl(gateway, `${origin.url}/1`)
      await rm(join(gateway.home, 'tmp'), { recursive: true })
      await until('the line', async () => {
        assert.equal((await curl(gateway, `${origin.url}/1`)).status, 503)
        return /###ERROR### spool: cannot open \[\S+\/tmp\/proxytmp-[\w-]+\]\/strerror\(2\)=No such file or directory/.test(
          await gateway.log('http', 'error'),
        )
          ? true
          : undefined
      })
    } finally {
      if (mounted) execFileSync('umount', [small])
    }
  })

  test('Too many open files: descriptors run short, and no connection is lost [LOG-03]', async () => {
    await using origin = await startWebOrigin({ '/x': 'x' })
    await using gateway = await startTestGateway()
    const [worker = 0] = await gateway.workers('http')
    // Its successor begins under the limit, since the supervisor hands it on.
    execFileSync('prlimit', ['--pid', `${gateway.process.pid}`, '--nofile=120:120'])
    process.kill(worker, 'SIGKILL')
    const next = await until('another worker', async () => {
      const [found] = await gateway.workers('http')
      return found !== undefined && found !== worker ? found : undefined
    })
    assert.ok(next)
    await gateway.line('http', 'info', `accept_loop(sock=`)
    const clients = await Promise.all(Array.from({ length: 150 }, () => RawClient.to(gateway.http)))
    try {
      await gateway.line('http', 'error', /###ERROR### .*\/strerror\(24\)=Too many open files/)
    } finally {
      for (const client of clients) client[Symbol.dispose]()
    }
    assert.equal((await curl(gateway, `${origin.url}/x`)).status, 200)
  })

  test('vsd_start: no scanner can be had [LOG-03]', async () => {
    await using origin = await startWebOrigin({ '/x': 'x' })
    await using gateway = await startTestGateway({ settings: { 'plugins.scanners': '' } })
    assert.equal((await curl(gateway, `${origin.url}/x`)).status, 503)
    await gateway.line('http', 'error', new RegExp(`${SESSION}###ERROR### vsd_start\\(\\) error \\(.+\\)${IDS}`))
  })

  for (const [signal, limit, cause, number] of [
    ['SIGKILL', '1', '2[CLD_KILLED]', 9],
    ['SIGSEGV', '1', '3[CLD_DUMPED]', 11],
    ['SIGSEGV', '0', '2[CLD_KILLED]', 11],
  ] as const)
    test(`quit_signal: a worker that ${signal} ends, with a core limit of ${limit} [LOG-03]`, async () => {
      await using gateway = await startTestGateway()
      // One byte lets the system try, and leaves no file.
      execFileSync('prlimit', ['--pid', `${gateway.process.pid}`, `--core=${limit}`])
      const [worker = 0] = await gateway.workers('http')
      execFileSync('prlimit', ['--pid', `${worker}`, `--core=${limit}`])
      process.kill(worker, signal)
      await gateway.line('http', 'error', error(SERVICE, 'Error recovery: restarting service...'))
      const lines = (await gateway.log('http', 'error')).trim().split('\n')
      const supervisor = gateway.process.pid
      const expected = [
        error(
          SERVICE,
          `main:quit_signal:child(${worker}) stopped. (sig=17[SIGCHLD], si_code=${cause}, status=${number}, childid=0, cur_pid=${supervisor}, pid=${worker})`,
        ),
        ...(cause === '3[CLD_DUMPED]'
          ? [
              error(
                SERVICE,
                'main:core dumped(child proxy process). Please send core file(core or core.xxx) on the installation directory and diag.tar.gz to support center.',
              ),
            ]
          : []),
        error(SERVICE, 'Error recovery: restarting service...'),
      ]
      assert.equal(lines.length, expected.length)
      for (const [at, pattern] of expected.entries()) assert.match(lines[at] ?? '', pattern)
    })
})

describe('info.log', () => {
  test('is_server_alivesocket: a server that closes before its answer [LOG-04]', async () => {
    await using origin = await startRawServer(async (socket) => {
      await once(socket, 'data')
      socket.end()
    })
    await using gateway = await startTestGateway()
    await curl(gateway, `http://${origin.host}:${origin.port}/`)
    await gateway.line(
      'http',
      'info',
      new RegExp(
        String.raw`${SESSION}is_server_alivesocket: select\(s=-?\d+\):ret=\d+,cur_pid=\d+: Server closed connection while transaction\. There may be timeout on the server because of no traffic\. \(elapsed=\d+ms\)${IDS}`,
      ),
    )
  })

  test('sendfile canceled: a client that goes away within its answer [LOG-04]', async () => {
    await using origin = await startWebOrigin({ '/large': Buffer.alloc(64 * 1024 * 1024) })
    await using gateway = await startTestGateway()
    const client = await RawClient.to(gateway.http)
    client.send(`GET ${origin.url}/large HTTP/1.1\r\nHost: x\r\n\r\n`)
    await client.until((text) => text.length > 0)
    client.socket.destroy()
    await gateway.line(
      'http',
      'info',
      new RegExp(String.raw`${SESSION}sendfile canceled: n=-1, written=\d+, filelen=67108864 writesize=\d+${IDS}`),
    )
  })

  test('file uploading is interrupted: a client that goes away within its upload [LOG-04]', async () => {
    const began = Promise.withResolvers<void>()
    await using origin = await startWebOrigin({
      '/form': (request) => void request.once('data', () => began.resolve()),
    })
    await using gateway = await startTestGateway()
    const client = await RawClient.to(gateway.http)
    client.send(`POST ${origin.url}/form HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\nbegun`)
    await began.promise
    client.socket.destroy()
    await gateway.line('http', 'info', new RegExp(`${SESSION}file uploading is interrupted by client\\.${IDS}`))
  })

  test('Access Denied to: a target that acl_to does not list, by its address and by its name [LOG-04]', async () => {
    await using origin = await startWebOrigin({ '/x': 'x' })
    await using gateway = await startTestGateway({ settings: { 'http.acl_to': true, 'access.http_to': '192.0.2.1' } })
    await curl(gateway, `${origin.url}/x`)
    await gateway.line(
      'http',
      'info',
      new RegExp(String.raw`${SESSION}Access Denied to \[127\.0\.0\.1:127\.0\.0\.1\]${IDS}`),
    )
    await curl(gateway, `http://localhost:${origin.port}/x`)
    await gateway.line('http', 'info', /Access Denied to \[[\d.]*:localhost\]/)
  })

  test('Access Denied from: a peer that acl_from does not list [LOG-04]', async () => {
    await using gateway = await startTestGateway({
      settings: { 'http.acl_from': true, 'access.http_from': '192.0.2.1' },
    })
    await curl(gateway, 'http://127.0.0.1:1/x')
    await gateway.line(
      'http',
      'info',
      new RegExp(String.raw`${SESSION}Access Denied from \[127\.0\.0\.1:127\.0\.0\.1\]${IDS}`),
    )
  })
})
