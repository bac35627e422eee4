import assert from 'node:assert/strict'
import { once } from 'node:events'
import { chmod, mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { exchange, RawClient, runCli, startTestGateway, startWebOrigin, temporaryFolder, until } from '@fsigk/testing'
import { curl } from '../../peers/curl.js'
import { startPopServer } from '../../peers/pop-server.js'
import { startScriptedMailServer } from '../../peers/scripted-mail-server.js'

describe('running', () => {
  test('1200 connections at once are served [OPS-01]', async () => {
    await using gateway = await startTestGateway({ settings: { 'http.workers': 2 } })
    await using origin = await startWebOrigin({ '/': 'served' })
    const clients = await Promise.all(Array.from({ length: 1200 }, () => RawClient.to(gateway.http)))
    try {
      for (const client of clients) client.send(`GET ${origin.url}/ HTTP/1.1\r\nHost: x\r\n\r\n`)
      await Promise.all(clients.map((client) => client.until((text) => text.endsWith('served'))))
      assert.ok(clients.every((client) => client.received.toString().startsWith('HTTP/1.1 200') && !client.closed))
      assert.equal((await gateway.status()).services[0]?.connections, 1200)
    } finally {
      for (const client of clients) client[Symbol.dispose]()
    }
  })

  test('1200 connections at once are served by SMTP, and by POP, each with its server behind it [OPS-01]', async () => {
    await using mail = await startScriptedMailServer()
    await using box = await startPopServer()
    await using gateway = await startTestGateway({
      settings: {
        'smtp.smtp_service': true,
        'smtp.svcport': '127.0.0.1:0',
        'smtp.parent_server_host': mail.host,
        'smtp.parent_server_port': mail.port,
        'pop.pop_service': true,
        'pop.svcport': '127.0.0.1:0',
        'pop.parent_server_host': box.host,
        'pop.parent_server_port': box.port,
      },
    })
    for (const [service, server, served] of [
      ['smtp', mail, /^220 .*\r\n250 ok\r\n$/],
      ['pop', box, /^\+OK ready .*\r\n\+OK NOOP\r\n$/],
    ] as const) {
      const address = await gateway.address(service)
      using all = new DisposableStack()
      const clients = await Promise.all(Array.from({ length: 1200 }, () => RawClient.to(address)))
      for (const client of clients) all.use(client)
      await Promise.all(clients.map((client) => client.until((text) => text.endsWith('\r\n'))))
      assert.equal(server.connections, 1200)
      for (const client of clients) client.send('NOOP\r\n')
      await Promise.all(clients.map((client) => client.until((text) => served.test(text))))
      assert.ok(clients.every(({ closed }) => !closed))
    }
  })

  test('a worker that dies is replaced and logged; other sessions go on, and queued connections are served [OPS-02]', async () => {
    await using gateway = await startTestGateway({ settings: { 'http.workers': 2 } })
    await using origin = await startWebOrigin({ '/': 'served' })
    const clients = await Promise.all(Array.from({ length: 20 }, () => RawClient.to(gateway.http)))
    const request = `GET ${origin.url}/ HTTP/1.1\r\nHost: x\r\n\r\n`
    for (const client of clients) client.send(request)
    await Promise.all(clients.map((client) => client.until((text) => text.endsWith('served'))))
    const before = await gateway.workers('http')
    assert.equal(before.length, 2)
    process.kill(before[0] ?? 0, 'SIGKILL')
    const during = await Promise.all(
      Array.from({ length: 30 }, () => exchange(gateway.http, `GET ${origin.url}/ HTTP/1.0\r\n\r\n`)),
    )
    assert.ok(during.every((text) => text.endsWith('served')))
    await gateway.line('http', 'error', /###ERROR### Error recovery: restarting service\.\.\./)
    for (
      let after = before;
      after.length !== 2 || after.includes(before[0] ?? 0);
      after = await gateway.workers('http')
    );
    const survivors = clients.filter((client) => !client.closed)
    assert.ok(survivors.length > 0)
    for (const client of survivors) client.send(request)
    await Promise.all(survivors.map((client) => client.until((text) => text.split('served').length === 3)))
    for (const client of clients) client[Symbol.dispose]()
  })

  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    test(`${signal}: what is under way finishes, idle connections end, nothing new begins [OPS-06]`, async () => {
      await using gateway = await startTestGateway()
      let finish: () => void = () => {}
      const asked = Promise.withResolvers<void>()
      await using origin = await startWebOrigin({
        '/slow': (_request, response) => {
          response.write('begun, ')
          finish = () => response.end('done')
          asked.resolve()
        },
        '/': 'x',
      })
      using idle = await RawClient.to(gateway.http)
      idle.send(`GET ${origin.url}/ HTTP/1.1\r\nHost: x\r\n\r\n`)
      await idle.until((text) => text.endsWith('x'))
      const slow = curl(gateway, `${origin.url}/slow`)
      await asked.promise
      gateway.process.kill(signal)
      await idle.untilClosed()
      await assert.rejects(exchange(gateway.http, 'x'))
      finish()
      assert.equal((await slow).body.toString(), 'begun, done')
      if (gateway.process.exitCode === null) await once(gateway.process, 'exit')
      assert.equal(gateway.process.exitCode, 0)
      assert.deepEqual(await readdir(join(gateway.home, 'tmp')), [])
    })

  test('a session that does not finish is cut at drain_timeout [OPS-06]', async () => {
    await using gateway = await startTestGateway({ settings: { 'common.drain_timeout': 1 } })
    const asked = Promise.withResolvers<void>()
    await using origin = await startWebOrigin({ '/never': () => asked.resolve() })
    const never = curl(gateway, `${origin.url}/never`)
    await asked.promise
    assert.equal(await gateway.stop('SIGTERM'), 0)
    assert.notEqual((await never).status, 200)
  })

  test('SIGHUP changes nothing for those who are connected [OPS-06]', async () => {
    await using gateway = await startTestGateway()
    await using origin = await startWebOrigin({ '/': 'served' })
    using client = await RawClient.to(gateway.http)
    const request = `GET ${origin.url}/ HTTP/1.1\r\nHost: x\r\n\r\n`
    client.send(request)
    await client.until((text) => text.endsWith('served'))
    gateway.process.kill('SIGHUP')
    client.send(request)
    await client.until((text) => text.split('served').length === 3)
    assert.equal(client.closed, false)
  })

  test('SIGHUP without a log folder: it is made again, and the gateway serves and takes settings [OPS-06]', async () => {
    await using gateway = await startTestGateway()
    await using origin = await startWebOrigin({ '/': 'served' })
    await rm(join(gateway.home, 'log'), { recursive: true })
    gateway.process.kill('SIGHUP')
    for (let made = false; !made; ) made = (await readdir(gateway.home)).includes('log')
    await gateway.set({ 'http.keepalive': false })
    assert.equal((await curl(gateway, `${origin.url}/`)).status, 200)
    await gateway.accessLine(`${origin.url}/`)
  })

  test('a tmpdir where the system makes no folders is refused by name, and the gateway goes on and stops', async () => {
    await using gateway = await startTestGateway()
    await using origin = await startWebOrigin({ '/': 'served' })
    const { code, stderr } = await gateway.cli('config', 'set', 'common.tmpdir=/proc/fsigk/tmp')
    assert.equal(code, 2)
    assert.match(stderr, /still on r2 because The folder \/proc\/fsigk\/tmp \(common\.tmpdir\) cannot be used/)
    assert.equal((await curl(gateway, `${origin.url}/`)).status, 200)
    assert.equal(await gateway.stop('SIGTERM'), 0)
  })

  test('another gateway on the same home is refused in one line [OPS-06]', async () => {
    await using gateway = await startTestGateway()
    const { code, stderr, stdout } = await runCli(gateway.home, ['run'])
    assert.notEqual(code, 0)
    assert.match(stderr, new RegExp(`^[^\\n]*${gateway.home}[^\\n]*\\n$`), stdout)
  })

  test('a home that cannot be made is one line that names it', async () => {
    await using folder = await temporaryFolder()
    await writeFile(join(folder.path, 'file'), '')
    const home = join(folder.path, 'file', 'home')
    const { code, stderr } = await runCli(home, ['run'])
    assert.notEqual(code, 0)
    assert.match(stderr, new RegExp(`^[^\\n]*${home}[^\\n]*\\n$`))
  })

  test('the temporary directory is private, and what a crash left in it is removed at start [SCAN-10]', async () => {
    await using folder = await temporaryFolder()
    const tmp = join(folder.path, 'spool')
    await mkdir(tmp)
    await chmod(tmp, 0o700)
    await writeFile(join(tmp, 'proxytmp-leftover'), 'half a body')
    await writeFile(join(tmp, 'not-ours.txt'), 'kept')
    await using gateway = await startTestGateway({ settings: { 'common.tmpdir': tmp } })
    assert.deepEqual(await readdir(tmp), ['not-ours.txt'])
    let finish: () => void = () => {}
    await using origin = await startWebOrigin({
      '/big': (_request, response) => {
        response.write(Buffer.alloc(200_000))
        finish = () => response.end()
      },
    })
    const big = curl(gateway, `${origin.url}/big`)
    let held: string[] = []
    while (held.length === 0) held = (await readdir(tmp)).filter((name) => name.startsWith('proxytmp-'))
    finish()
    await big
    // It is given back when the answer is out, which the client knows a moment earlier.
    await until('the spool is given back', async () => (await readdir(tmp)).join() === 'not-ours.txt')
  })

  test('a folder that others use is not taken for the temporary directory', async () => {
    await using folder = await temporaryFolder()
    const shared = join(folder.path, 'shared')
    await mkdir(shared)
    await chmod(shared, 0o1777)
    await using gateway = await startTestGateway()
    await assert.rejects(
      gateway.set({ 'common.tmpdir': shared }),
      /shared \(common\.tmpdir\) cannot be used: others may use it \(mode 1777\)/,
    )
    assert.equal((await stat(shared)).mode & 0o7777, 0o1777)
  })

  test('a temporary directory with less than 5 MB free keeps the service from starting [SCAN-10]', async (t) => {
    if (process.getuid?.() !== 0) return t.skip('mounting a small file system needs root')
    await using folder = await temporaryFolder()
    const small = join(folder.path, 'small')
    await mkdir(small, { mode: 0o700 })
    const { execFileSync } = await import('node:child_process')
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m,mode=0700', 'none', small])
    try {
      const home = join(folder.path, 'home')
      const settings = ['http.svcport=127.0.0.1:0', `common.tmpdir=${small}`]
      assert.equal((await runCli(home, ['config', 'set', ...settings])).code, 0)
      const { code, stderr, stdout } = await runCli(home, ['run'])
      assert.notEqual(code, 0)
      assert.ok(
        (stderr + stdout).includes(`main:diskspace_check: not enough disk space in temporary directory [${small}].`),
        stderr + stdout,
      )
    } finally {
      execFileSync('umount', [small])
    }
  })
})
