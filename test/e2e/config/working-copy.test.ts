/** Changes gathered before they are saved, as an administrator at the command line does it. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { startTestGateway } from '@fsigk/testing'
import { stoppedHome } from './stopped-home.js'

const LAUNCHER = join(fileURLToPath(new URL('../../../..', import.meta.url)), 'core/cli/bin/fsigk.js')
const me = userInfo().username

describe('config: the working copy', () => {
  test('what is edited is compared, saved as one revision, or thrown away [CFG-02]', async () => {
    await using home = await stoppedHome()
    await home.config(0, 'edit', 'http.pre_spawn=50', 'http.action=pass')
    await home.config(2, 'edit', 'http.pre_spawn=none')
    await home.config(0, 'edit', 'common.drain_timeout=5', '--unset', 'http.action')
    const { stdout } = await home.config(1, 'compare')
    assert.match(stdout, /^--- r1\/fsigk\.ini\n\+\+\+ working\/fsigk\.ini\n/)
    assert.match(stdout, /^\+pre_spawn=50$/m)
    assert.doesNotMatch(stdout, /^\+action/m)
    assert.equal((await home.config(0, 'get', 'http.pre_spawn')).stdout, '2000\n')
    await home.config(0, 'commit', '-m', 'fewer, and quicker')
    const [entry] = JSON.parse((await home.config(0, 'history', '--json')).stdout)
    assert.deepEqual(
      [entry.revision, entry.comment, entry.changes.map(({ key }: { key: string }) => key)],
      [2, 'fewer, and quicker', ['http.pre_spawn', 'common.drain_timeout']],
    )
    await home.config(0, 'compare')
    await home.config(2, 'commit')
    await home.config(1, 'discard')
    await home.config(0, 'edit', 'http.action=pass')
    assert.match(
      (await home.config(0, 'status')).stdout,
      new RegExp(`^${me} has a working copy since r2: http.action$`, 'm'),
    )
    assert.equal((await home.config(0, 'discard')).stdout, 'Discarded.\n')
  })

  test('a setting that went with its plugin keeps nothing else from being edited, once it is taken out', async () => {
    await using home = await stoppedHome()
    await home.config(0, 'edit', 'http.pre_spawn=50')
    const folder = join(home.path, 'edits')
    const [name = ''] = await readdir(folder)
    const copy = await readFile(join(folder, name), 'utf8')
    await writeFile(join(folder, name), copy.replace('http.pre_spawn', 'gone.plugin'))
    assert.match((await home.config(2, 'edit', 'http.action=pass')).stderr, /gone\.plugin=50: there is no such setting/)
    assert.doesNotMatch(await readFile(join(folder, name), 'utf8'), /action/)
    await home.config(0, 'edit', 'http.action=pass', '--unset', 'gone.plugin')
    await home.config(0, 'commit')
    assert.equal((await home.config(0, 'get', 'http.action')).stdout, 'pass\n')
  })

  test('what others changed meanwhile is not overwritten, and is named [CFG-11]', async () => {
    await using home = await stoppedHome()
    await home.config(0, 'edit', 'http.pre_spawn=50', 'http.action=pass')
    await home.given({ 'http.pre_spawn': '60', 'common.drain_timeout': '5' })
    const { stderr } = await home.config(2, 'commit')
    assert.match(stderr, /your working copy began at r1, and since then, up to r2, others changed http\.pre_spawn\./)
    assert.equal((await home.config(0, 'get', 'http.action')).stdout, 'delete\n')
    assert.match((await home.config(1, 'compare')).stdout, /edit these again: http\.pre_spawn$/m)
    await home.config(0, 'edit', 'http.pre_spawn=50')
    await home.config(0, 'commit')
    assert.equal(
      (await home.config(0, 'get', 'http.pre_spawn', 'common.drain_timeout')).stdout,
      'http.pre_spawn=50\ncommon.drain_timeout=5\n',
    )
  })

  test('revert undoes one revision, and blame tells who is behind each value', async () => {
    await using home = await stoppedHome()
    await home.config(0, 'set', 'http.pre_spawn=50', 'http.action=pass', '--comment', 'one')
    await home.config(0, 'set', 'http.pre_spawn=60', '--comment', 'two')
    assert.match(
      (await home.config(2, 'revert', '2')).stderr,
      /r2 cannot be undone, since http\.pre_spawn: was changed later, by r3/,
    )
    await home.config(0, 'revert', '2', '--key', 'http.action')
    const { stdout } = await home.config(0, 'blame')
    assert.match(stdout, new RegExp(`^http\\.pre_spawn +60 +r3 +\\S+Z +${me} +cli +two$`, 'm'))
    assert.match(stdout, /^http\.action +\(default\) +r4 /m)
    await home.config(1, 'blame', 'http.svcport')
    assert.match((await home.config(2, 'blame', 'http.svcprt')).stderr, /did you mean http\.svcport/)
    assert.match((await home.config(2, 'history', '--key', 'http.svcprt')).stderr, /did you mean http\.svcport/)
  })

  test('check tells whether values would be taken, and saves nothing [CFG-10]', async () => {
    await using home = await stoppedHome()
    assert.equal((await home.config(0, 'check')).stdout, 'r1 is in order.\n')
    assert.match(
      (await home.config(0, 'check', 'http.pre_spawn=50')).stdout,
      /^These would be taken\.\n {2}http\.pre_spawn +2000 -> 50\n$/,
    )
    assert.match(
      (await home.config(2, 'check', 'http.pre_spawn=0')).stderr,
      /http\.pre_spawn=0: must be a whole number from 1 to/,
    )
    assert.equal(JSON.parse((await home.config(0, 'status', '--json')).stdout).revision, 1)
  })

  test('follow tells every revision and what the gateway did by itself, and who comes meanwhile is told what waits [CFG-09]', async () => {
    await using gateway = await startTestGateway()
    const follower = spawn(process.execPath, [LAUNCHER, 'config', 'follow', '--json'], {
      env: { ...process.env, FSIGK_HOME: gateway.home },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const told: { revision?: number; state?: string; type?: string; comment?: string }[] = []
    const saw = Promise.withResolvers<void>()
    const stopped = Promise.withResolvers<void>()
    let rest = ''
    follower.stdout.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n')
      rest = lines.pop() ?? ''
      told.push(...lines.map((line) => JSON.parse(line)))
      if (told.some(({ type }) => type === 'RevisionGivenUp')) saw.resolve()
      if (told.some(({ comment }) => comment === 'stopped')) stopped.resolve()
    })
    // It follows from its first look on, which the change below must not overtake.
    while (
      (await gateway.cli('config', 'set', 'http.pre_spawn=100', '--comment', 'seen')).code < 2 &&
      told.length === 0
    )
      await gateway.cli('config', 'unset', 'http.pre_spawn')
    await gateway.cli('config', 'set', 'http.pre_spawn=50', '--confirm', '3s')
    const { stderr, stdout } = await gateway.cli('config', 'get', 'http.pre_spawn')
    assert.equal(stdout, '50\n')
    assert.match(
      stderr,
      new RegExp(`^fsigk: r\\d+ by ${me} waits to be confirmed until \\S+Z: fsigk config confirm \\| abort\n$`),
    )
    await saw.promise
    // It goes on when the gateway stops.
    await gateway.stop()
    await gateway.cli('config', 'set', 'http.pre_spawn=70', '--comment', 'stopped')
    await stopped.promise
    follower.kill('SIGTERM')
    await once(follower, 'close')
    assert.ok(told.some(({ state }) => state?.startsWith('pending until')))
  })
})
