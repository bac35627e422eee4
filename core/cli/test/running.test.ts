import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { LAUNCHER, testHome } from './fsigk.js'

const HOST_NODE = '/usr/bin/node'

async function servingHome(node?: string) {
  const home = await testHome(node)
  await home.given({ 'http.svcport': '127.0.0.1:0', 'http.workers': '1' })
  return home
}

describe('fsigk run, status and stop', () => {
  test('run tells what listens where and where things live; stop ends it', async () => {
    await using home = await servingHome()
    await using running = await home.run()
    assert.match(
      running.output(),
      /^fsigk \S+, settings r2\n {2}http +listens on 127\.0\.0\.1:\d+ \(1 worker, up to 2000 connections\)\n/,
    )
    for (const name of ['conf', 'store/events.db', 'log', 'quarantine', 'tmp', 'databases', 'plugins'])
      assert.ok(running.output().includes(join(home.path, name)), name)
    const { stdout } = await home.expect(0, 'status')
    assert.match(stdout, /^http +running +127\.0\.0\.1:\d+ +0 of 2000 +\d+ +applied 2$/m)
    assert.match(stdout, /^protocol-http +protocol +\S+ +inline +running +-$/m)
    const status = JSON.parse((await home.expect(0, 'status', '--json')).stdout)
    assert.deepEqual([status.state, status.pid, status.revision], ['running', running.process.pid, 2])
    const stopped = await home.expect(0, 'stop')
    assert.equal(stopped.stdout, `stopped (process ${running.process.pid})\n`)
    assert.equal((await running.ended).code, 0)
    assert.equal(existsSync(join(home.path, 'control.sock')), false)
  })

  test('status and stop end with 1 when nothing runs, and make no home', async () => {
    await using home = await testHome()
    assert.match((await home.expect(1, 'status')).stdout, /is not running on /)
    assert.equal(JSON.parse((await home.expect(1, 'status', '--json')).stdout).state, 'stopped')
    assert.match((await home.expect(1, 'stop')).stdout, /^No fsigk runs on the home /)
    assert.equal(existsSync(home.path), false)
  })

  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    test(`${signal} ends it with 0`, async () => {
      await using home = await servingHome()
      await using running = await home.run()
      running.process.kill(signal)
      assert.equal((await running.ended).code, 0)
      assert.match(
        await readFile(join(home.path, 'log/http/info.log'), 'utf8'),
        new RegExp(`sig=\\d+\\[${signal}\\]\\)\\n$`),
      )
    })

  test('run serves on when nobody reads what it prints', async () => {
    await using home = await servingHome()
    const words = [process.execPath, LAUNCHER, 'run', '--home', home.path]
    const shell = spawn('sh', ['-c', '"$0" "$@" | true', ...words], { stdio: ['ignore', 'inherit', 'inherit'] })
    let isOver = false
    const over = once(shell, 'exit').then(() => {
      isOver = true
    })
    while ((await home.fsigk('status')).code !== 0) assert.equal(isOver, false, 'the gateway ended by itself')
    await home.expect(0, 'stop')
    await over
  })

  test('SIGHUP opens the logs anew', async () => {
    await using home = await servingHome()
    await using running = await home.run()
    const log = join(home.path, 'log/fsigk.log')
    await rename(log, `${log}.1`)
    running.process.kill('SIGHUP')
    while (!existsSync(log) || !(await readFile(log, 'utf8')).includes('reading again')) await delay(20)
    assert.equal(running.process.exitCode, null)
  })

  test('a change is in force when set returns; one that is not is told, with the exit code 2', async () => {
    await using home = await servingHome()
    await using _ = await home.run()
    const { stdout } = await home.expect(0, 'config', 'set', 'http.pre_spawn=50')
    assert.equal(stdout, 'r3 saved.\n  http.pre_spawn  2000 -> 50\nhttp: applied 3\n')
    const taken = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => taken.once('listening', resolve))
    const { port } = taken.address() as { port: number }
    const refused = await home.expect(2, 'config', 'set', `http.svcport=127.0.0.1:${port}`)
    assert.match(
      refused.stderr,
      new RegExp(
        `^fsigk: r4 is saved, but service http is still on r3 because bind\\(port=${port},addr=127\\.0\\.0\\.1\\)[^\\n]*\\n$`,
      ),
    )
    assert.match((await home.expect(1, 'status')).stdout, /^http .* still on 3 because bind\(/m)
    taken.close()
  })

  test('a port in use, a home in use and a home that cannot be made: one line each, not 0', async () => {
    await using home = await servingHome()
    const taken = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => taken.once('listening', resolve))
    const { port } = taken.address() as { port: number }
    await home.given({ 'http.svcport': `127.0.0.1:${port}` })
    const inUse = await home.expect(2, 'run')
    assert.match(
      inUse.stderr,
      new RegExp(
        `^fsigk: bind\\(port=${port},addr=127\\.0\\.0\\.1\\)\\. # Please check whether other service[^\\n]*\\n$`,
      ),
    )
    assert.equal(inUse.stdout, '')
    taken.close()
    await home.given({ 'http.svcport': '127.0.0.1:0' })
    await using running = await home.run()
    const second = await home.expect(2, 'run')
    assert.match(
      second.stderr,
      new RegExp(`^fsigk: Another fsigk \\(process ${running.process.pid}\\)[^\\n]*${home.path}[^\\n]*\\n$`),
    )
    await writeFile(join(home.path, 'file'), '')
    const nowhere = await home.expect(2, 'run', '--home', join(home.path, 'file/home'))
    assert.match(nowhere.stderr, /^fsigk: Folder '[^\n]*file\/home' cannot be used \(ENOTDIR[^\n]*\n$/)
  })

  test('under an older Node of the host it goes on under the one that is carried', {
    skip: !existsSync(HOST_NODE),
  }, async () => {
    await using home = await servingHome(HOST_NODE)
    await using running = await home.run()
    assert.match((await home.expect(0, 'status')).stdout, /applied 2/)
    assert.equal((await home.fsigk('config', 'get', 'http.nothing')).code, 2)
    running.process.kill('SIGTERM')
    assert.equal((await running.ended).code, 0)
  })

  test('without a verb it prints its help', async () => {
    await using home = await testHome()
    for (const words of [[], ['--help'], ['config']]) {
      const { stdout } = await home.expect(0, ...words)
      assert.match(stdout, /^Usage: fsigk/)
    }
    assert.match((await home.expect(0, '--version')).stdout, /^\d+\.\d+\.\d+\n$/)
    assert.match((await home.expect(2, 'fly')).stderr, /^fsigk: [^\n]*fly[^\n]*\n$/)
  })
})

describe('fsigk eicar', () => {
  const text = `X5O!P%@AP[4\\PZX54(P^)7CC)7}$${'EICAR-STANDARD-ANTIVIRUS-TEST-FILE'}!$H+H*`

  test('makes the file of 68 bytes, says where, and makes it once', async () => {
    await using home = await testHome()
    await mkdir(home.path)
    const file = join(home.path, 'eicar.com')
    assert.equal((await home.expect(0, 'eicar', home.path)).stdout, `${file} (68 bytes)\n`)
    assert.equal(await readFile(file, 'latin1'), text)
    assert.equal((await home.expect(0, 'eicar', file)).stdout, `${file} (was there already)\n`)
    assert.deepEqual(JSON.parse((await home.expect(0, 'eicar', file, '--json')).stdout), {
      path: file,
      bytes: 68,
      written: false,
    })
  })

  test('overwrites nothing else, and says what is wrong with a place', async () => {
    await using home = await testHome()
    await mkdir(home.path)
    const file = join(home.path, 'letter')
    await writeFile(file, 'dear')
    assert.match(
      (await home.expect(2, 'eicar', file)).stderr,
      /^fsigk: '[^\n]*letter' exists and is something else[^\n]*\n$/,
    )
    assert.equal(await readFile(file, 'utf8'), 'dear')
    assert.match(
      (await home.expect(2, 'eicar', join(file, 'x'))).stderr,
      /^fsigk: '[^\n]*letter\/x' cannot be written: ENOTDIR[^\n]*\n$/,
    )
  })
})
