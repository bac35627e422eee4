/** What can run a program or open the gateway needs a second administrator, by whichever door it comes. */
import assert from 'node:assert/strict'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { runCli, startTestGateway } from '@fsigk/testing'

/** Both are root by sudo, as administrators of one machine are. */
const administrator = (home: string, name: string) => {
  return async (expected: number, ...args: readonly string[]) => {
    const result = await runCli(home, ['config', ...args], { SUDO_USER: name })
    assert.equal(result.code, expected, `${name}: config ${args.join(' ')}: ${result.stdout}${result.stderr}`)
    return result.stdout + result.stderr
  }
}

const idIn = (text: string) => /fsigk config approve ([0-9a-f]{8})$/m.exec(text)?.[1] ?? ''

describe('config: four eyes', () => {
  test('a dangerous setting waits until another administrator approves, and both are named', async () => {
    await using gateway = await startTestGateway()
    const anna = administrator(gateway.home, 'anna')
    const bert = administrator(gateway.home, 'bert')
    await anna(0, 'set', 'config.four_eyes=yes')
    await anna(0, 'set', 'http.pre_spawn=100')
    const told = await anna(
      1,
      'set',
      'http.fail_open=yes',
      'http.pre_spawn=200',
      '--comment',
      'while the engine is away',
    )
    assert.match(told, /^Nothing is saved yet: another administrator must approve http\.fail_open: /m)
    assert.equal(await anna(0, 'get', 'http.fail_open'), 'no\n')
    const id = idIn(told)
    assert.match(
      await bert(0, 'proposals'),
      new RegExp(`^${id} anna \\S+Z while the engine is away\n {2}http\\.fail_open +no -> yes\n`),
    )
    assert.match(await anna(2, 'approve', id), /is your own proposal/)
    await bert(0, 'approve', id)
    const [newest] = JSON.parse((await runCli(gateway.home, ['config', 'history', '--json'])).stdout)
    assert.deepEqual([newest.actor, newest.approvedBy, newest.comment], ['anna', 'bert', 'while the engine is away'])
    assert.match(await anna(0, 'history', '--limit', '1'), /anna \+ bert/)
    assert.equal(await anna(0, 'get', 'http.fail_open'), 'yes\n')
    await bert(1, 'proposals')
    await bert(2, 'approve', id)
  })

  test('a parent needs it too: local_to does not hold for one, and a reverse proxy without one is open', async () => {
    await using gateway = await startTestGateway({ settings: { 'http.self_proxy': true } })
    const anna = administrator(gateway.home, 'anna')
    await anna(0, 'set', 'config.four_eyes=yes')
    const parents = [
      'http.parent_server_host=127.0.0.1',
      'http.parent_server_port=6379',
      'http.self_proxy=no',
      'smtp.parent_server_host=127.0.0.1',
      'smtp.lan_parent_server_host=127.0.0.1',
      'pop.self_proxy=yes',
    ]
    const told = await anna(1, 'set', ...parents)
    const [, keys = ''] = /must approve (.*): /.exec(told) ?? []
    for (const parent of parents) assert.ok(keys.includes(parent.split('=')[0] ?? ''), `${parent}: ${told}`)
  })

  test('a rollback, a revert, a file and the end of four eyes need it as well, and a rejected one is gone', async () => {
    await using gateway = await startTestGateway({ settings: { 'http.fail_open': true } })
    const anna = administrator(gateway.home, 'anna')
    const bert = administrator(gateway.home, 'bert')
    await anna(0, 'set', 'http.fail_open=no')
    await anna(0, 'set', 'config.four_eyes=yes')
    for (const wish of [
      ['rollback', '2', '--key', 'http.fail_open'],
      ['revert', '3'],
      ['unset', 'config.four_eyes'],
    ]) {
      const id = idIn(await anna(1, ...wish))
      assert.match(await bert(0, 'reject', id), new RegExp(`^Rejected ${id} of anna\\.$`, 'm'))
    }
    const ini = join(gateway.home, 'conf', 'fsigk.ini')
    await writeFile(ini, (await readFile(ini, 'utf8')).replace('fail_open=no', 'fail_open=yes'))
    assert.match(await anna(2, 'import', '--dangerous'), /http\.fail_open can run a program or open the gateway/)
    assert.equal(
      await anna(0, 'get', 'http.fail_open', 'config.four_eyes'),
      'http.fail_open=no\nconfig.four_eyes=yes\n',
    )
    const id = idIn(await anna(1, 'unset', 'config.four_eyes'))
    await bert(0, 'approve', id)
    await anna(0, 'set', 'http.fail_open=yes')
  })

  test('what others changed meanwhile is not overwritten by an approval', async () => {
    await using gateway = await startTestGateway()
    const anna = administrator(gateway.home, 'anna')
    const bert = administrator(gateway.home, 'bert')
    await anna(0, 'set', 'config.four_eyes=yes')
    const id = idIn(await anna(1, 'set', 'http.fail_open=yes', 'http.pre_spawn=200'))
    await bert(0, 'set', 'http.pre_spawn=300')
    assert.match(await bert(2, 'approve', id), /settings that it would change were changed otherwise/)
    assert.equal(await anna(0, 'get', 'http.pre_spawn', 'http.fail_open'), 'http.pre_spawn=300\nhttp.fail_open=no\n')
  })

  test('what was approved once may come back by itself, and a change that waits goes back too', async () => {
    await using gateway = await startTestGateway()
    const anna = administrator(gateway.home, 'anna')
    const bert = administrator(gateway.home, 'bert')
    await anna(0, 'set', 'config.four_eyes=yes')
    const id = idIn(await anna(1, 'set', 'http.fail_open=yes', '--confirm', '10m'))
    assert.match(await bert(0, 'approve', id), /Goes back by itself at/)
    assert.equal(await anna(0, 'abort').then((text) => /http\.fail_open +yes -> no/.test(text)), true)
    assert.deepEqual(await readdir(join(gateway.home, 'proposals')), [])
  })
})
