/** Changes that must be confirmed, while the host runs, dies and comes back: nobody stays locked out. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { userInfo } from 'node:os'
import { describe, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import {
  runCli,
  scannerThatThrows,
  startTestGateway,
  startWebOrigin,
  type TestGateway,
  temporaryFolder,
} from '@fsigk/testing'
import { curl } from '../../peers/curl.js'

const LIMIT_MS = 60_000
/** Lets nobody in who asks from this machine. */
const lockOut = ['http.acl_from=yes', 'access.http_from=192.0.2.0/24']

interface Entry {
  readonly revision: number
  readonly state: string
  readonly actor: string
}

async function config(gateway: Pick<TestGateway, 'cli'>, expected: number, ...args: readonly string[]) {
  const result = await gateway.cli('config', ...args)
  assert.equal(result.code, expected, `config ${args.join(' ')}: ${result.stdout}${result.stderr}`)
  return result
}

async function states(gateway: Pick<TestGateway, 'cli'>): Promise<readonly string[]> {
  const entries = JSON.parse((await config(gateway, 0, 'history', '--all', '--json')).stdout) as readonly Entry[]
  return entries.map(({ revision, state }) => `r${revision} ${state}`)
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + LIMIT_MS
  while (!(await holds())) {
    assert.ok(Date.now() < deadline, 'it did not become so')
    await delay(50)
  }
}

describe('config: changes that must be confirmed', () => {
  test('who locks himself out is let in again when the time is over [CFG-09]', async () => {
    await using origin = await startWebOrigin({ '/': 'the page' })
    await using gateway = await startTestGateway()
    const status = async () => (await curl(gateway, `${origin.url}/`)).status
    assert.equal(await status(), 200)
    const told = await config(gateway, 0, 'set', ...lockOut, '--confirm', '2s')
    assert.match(told.stdout, /^Goes back by itself at \d{4}-\S+Z unless you confirm: fsigk config confirm$/m)
    assert.equal(await status(), 403)
    assert.match((await states(gateway))[0] ?? '', /^r3 pending until \d{4}-\S+Z$/)
    await until(async () => (await status()) === 200)
    assert.deepEqual((await states(gateway)).slice(0, 2), ['r4 current', 'r3 reverted (time)'])
    assert.equal((await config(gateway, 0, 'diff', '2', '4')).stdout, '')
  })

  test('a confirmed change stays, and a second writer is told whose it is and until when [CFG-09]', async () => {
    await using gateway = await startTestGateway()
    await config(gateway, 0, 'set', 'http.pre_spawn=50', '--confirm', '10m', '--comment', 'fewer')
    const { stderr } = await config(gateway, 2, 'set', 'http.pre_spawn=60')
    assert.match(stderr, new RegExp(`r3 by ${userInfo().username} waits to be confirmed until \\d{4}-\\S+Z`))
    assert.equal((await config(gateway, 0, 'confirm')).stdout, 'r3 confirmed.\n')
    await config(gateway, 1, 'confirm')
    await config(gateway, 0, 'set', 'http.pre_spawn=60')
    assert.deepEqual((await states(gateway)).slice(0, 2), ['r4 current', 'r3 confirmed'])
  })

  test('abort goes back at once, and says what it restored [CFG-09]', async () => {
    await using gateway = await startTestGateway()
    await config(gateway, 0, 'set', 'http.pre_spawn=50', '--confirm', '10m')
    const { stdout } = await config(gateway, 0, 'abort')
    assert.match(stdout, /^Gone back \(abort\); r4 restores:\n {2}http\.pre_spawn +50 -> 2000\n$/)
    assert.equal((await states(gateway))[1], 'r3 reverted (abort)')
  })

  for (const [says, waitMs] of [
    ['after the time was over, before anything is served by it', 1_200],
    ['before it is over', 0],
  ] as const)
    test(`a host that was killed goes back when it comes again, ${says} [CFG-09]`, async () => {
      await using folder = await temporaryFolder()
      await using origin = await startWebOrigin({ '/': 'the page' })
      {
        await using gateway = await startTestGateway({ home: folder.path })
        await config(gateway, 0, 'set', ...lockOut, '--confirm', waitMs === 0 ? '6s' : '1s')
        await gateway.stop('SIGKILL')
      }
      await delay(waitMs)
      await using gateway = await startAgain(folder.path)
      const status = async () => (await curl(gateway, `${origin.url}/`)).status
      if (waitMs > 0) assert.equal(await status(), 200)
      else await until(async () => (await status()) === 200)
      assert.ok((await states(gateway)).some((state) => state.endsWith('reverted (time)')))
    })

  test('without a host, the next command goes back [CFG-09]', async () => {
    await using folder = await temporaryFolder()
    const cli = (...args: readonly string[]) => runCli(folder.path, args)
    await config({ cli }, 0, 'set', 'http.pre_spawn=50', '--confirm', '1s')
    await delay(1_100)
    assert.equal((await config({ cli }, 0, 'get', 'http.pre_spawn')).stdout, '2000\n')
  })

  test('guards go back at once: a port that is taken, an address that would be shut out [CFG-09]', async () => {
    await using gateway = await startTestGateway()
    const taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    const { port } = taken.address() as { port: number }
    const bound = ['set', `http.svcport=127.0.0.1:${port}`, '--confirm', '10m', '--guard', 'listeners']
    const { stdout } = await config(gateway, 2, ...bound)
    taken.close()
    assert.match(stdout, /^Gone back \(guard: listeners: http did not come up, .*\); r4 restores:$/m)
    const shut = ['set', ...lockOut, '--confirm', '10m', '--guard', 'own-address', '--from', '10.1.2.3']
    assert.match(
      (await config(gateway, 2, ...shut)).stdout,
      /Gone back \(guard: own-address: http would refuse 10\.1\.2\.3\)/,
    )
    assert.match((await states(gateway))[1] ?? '', /^r5 reverted \(guard: own-address: /)
    const { stderr } = await config(gateway, 2, 'set', 'http.pre_spawn=9', '--confirm', '10m', '--guard', 'moon')
    assert.match(stderr, /'moon' is no guard/)
  })

  test('guards of a change made while no host ran are met when one starts [CFG-09]', async () => {
    await using folder = await temporaryFolder()
    await using origin = await startWebOrigin({ '/': 'the page' })
    const cli = (...args: readonly string[]) => runCli(folder.path, args)
    await (await startTestGateway({ home: folder.path })).stop()
    const guarded = ['--confirm', '10m', '--guard']
    await using taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    const { port } = taken.address() as { port: number }
    await config({ cli }, 0, 'set', `http.svcport=127.0.0.1:${port}`, ...guarded, 'listeners')
    {
      const settings = { 'http.svcport': `127.0.0.1:${port}` }
      await using gateway = await startTestGateway({ home: folder.path, settings })
      assert.equal((await curl(gateway, `${origin.url}/`)).status, 200)
      assert.match((await states(gateway))[1] ?? '', /^r3 reverted \(guard: listeners: http did not come up, /)
    }
    await config({ cli }, 0, 'set', ...lockOut, ...guarded, 'own-address', '--from', '127.0.0.1')
    await using gateway = await startAgain(folder.path)
    assert.equal((await curl(gateway, `${origin.url}/`)).status, 200)
    assert.match(
      (await states(gateway))[1] ?? '',
      /^r5 reverted \(guard: own-address: http would refuse 127\.0\.0\.1\)/,
    )
  })

  test('own-address takes nothing from somebody who was not let in before [CFG-09]', async () => {
    await using gateway = await startTestGateway()
    await config(gateway, 0, 'set', ...lockOut)
    const guarded = ['--confirm', '10m', '--guard', 'own-address', '--from', '10.1.2.3']
    await config(gateway, 0, 'set', 'http.pre_spawn=50', ...guarded)
    await config(gateway, 0, 'confirm')
  })

  test('a guard goes back when more is not scanned than before [CFG-09]', async () => {
    await using origin = await startWebOrigin({ '/': 'the page' })
    await using gateway = await startTestGateway({ plugins: [scannerThatThrows] })
    const broken = ['set', `plugins.scanners=${scannerThatThrows.id}`, '--confirm', '10m', '--guard', 'unscanned=50%']
    await config(gateway, 0, ...broken)
    for (let times = 0; times < 12; times++) assert.equal((await curl(gateway, `${origin.url}/`)).status, 503)
    await until(async () => (await curl(gateway, `${origin.url}/`)).status === 200)
    assert.match((await states(gateway))[1] ?? '', /^r3 reverted \(guard: unscanned: 100% of \d+, 0% before\)$/)
  })
})

/** As somebody starts it who changes nothing. */
async function startAgain(home: string): Promise<TestGateway> {
  return await startTestGateway({ home, settings: {} })
}
