import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { testHome } from './fsigk.js'

describe('fsigk config, with the gateway stopped', () => {
  test('set tells what changed, and 1 says that there was nothing to change', async () => {
    await using home = await testHome()
    const { stdout } = await home.expect(0, 'config', 'set', 'common.product_name=gate', 'common.drain_timeout=5')
    assert.equal(
      stdout,
      'r2 saved; no gateway runs here.\n  common.product_name   fsigk -> gate\n  common.drain_timeout  30 -> 5\n',
    )
    const again = await home.expect(1, 'config', 'set', 'common.product_name=gate')
    assert.equal(again.stdout, 'Nothing to change: the settings of r2 are these.\n')
    assert.match(await readFile(join(home.path, 'conf/fsigk.ini'), 'utf8'), /^product_name=gate$/m)
  })

  test('--json tells the same to programs', async () => {
    await using home = await testHome()
    const { stdout } = await home.expect(0, 'config', 'set', '--json', '--comment', 'why', 'common.drain_timeout=5')
    const changes = [{ key: 'common.drain_timeout', from: 30, to: 5 }]
    assert.deepEqual(JSON.parse(stdout), { revision: 2, saved: true, changes, services: [] })
    const [newest, first] = JSON.parse((await home.expect(0, 'config', 'history', '--json')).stdout)
    const { at, ...rest } = newest
    assert.match(at, /^\d{4}-\d\d-\d\dT.*Z$/)
    const actor = userInfo().username
    assert.deepEqual(rest, {
      revision: 2,
      actor,
      origin: 'cli',
      comment: 'why',
      state: 'current',
      approvedBy: null,
      changes,
    })
    assert.deepEqual([first.revision, first.origin], [1, 'install'])
  })

  test('a refused value is one line on stderr, and its details are JSON for programs', async () => {
    await using home = await testHome()
    const words = ['common.drain_timeout=soon', 'common.nothing=1', '--json']
    const { stderr, stdout } = await home.expect(2, 'config', 'set', ...words)
    assert.match(
      stderr,
      /^fsigk: Nothing was changed: common\.drain_timeout=soon: [^\n]*; common\.nothing=1: [^\n]*\n$/,
    )
    const { error } = JSON.parse(stdout)
    assert.equal(error.code, 'FSIGK_SETTINGS_INVALID')
    assert.deepEqual(
      error.details.map(({ key }: { key: string }) => key),
      ['common.drain_timeout', 'common.nothing'],
    )
  })

  test('get prints the value alone for one key, pairs for several, and any revision', async () => {
    await using home = await testHome()
    await home.given({ 'common.drain_timeout': '5' })
    assert.equal((await home.expect(0, 'config', 'get', 'common.drain_timeout')).stdout, '5\n')
    const both = await home.expect(0, 'config', 'get', '--rev', 'r1', 'common.drain_timeout', 'common.language')
    assert.equal(both.stdout, 'common.drain_timeout=30\ncommon.language=en\n')
    const { stderr } = await home.expect(2, 'config', 'get', 'common.drain_timeou')
    assert.match(stderr, /^fsigk: common\.drain_timeou: .*did you mean common\.drain_timeout\?\n$/)
  })

  test('unset goes back to the default', async () => {
    await using home = await testHome()
    await home.given({ 'common.drain_timeout': '5' })
    const { stdout } = await home.expect(0, 'config', 'unset', 'common.drain_timeout')
    assert.match(stdout, /^ {2}common\.drain_timeout {2}5 -> 30$/m)
    await home.expect(1, 'config', 'unset', 'common.drain_timeout')
  })

  test('list is an aligned table, and can be narrowed', async () => {
    await using home = await testHome()
    const lines = (await home.expect(0, 'config', 'list', 'common.')).stdout.trimEnd().split('\n')
    const column = lines[0]?.indexOf('VALUE') ?? -1
    assert.ok(column > 0)
    for (const line of lines) assert.match(line.slice(column - 2), /^ {2}\S/, line)
    assert.ok(lines.every((line, index) => index === 0 || line.startsWith('common.')))
    const rows = JSON.parse((await home.expect(0, 'config', 'list', '--json', 'common.language')).stdout)
    assert.deepEqual([rows.length, rows[0].type, rows[0].default, rows[0].value], [1, 'choice', 'en', 'en'])
    assert.ok(rows[0].label.en && rows[0].label.ja && rows[0].help.en && rows[0].help.ja)
    const { stderr } = await home.expect(2, 'config', 'list', 'commen')
    assert.equal(stderr, "fsigk: No setting begins with 'commen'.\n")
    const oneOfTwo = await home.expect(2, 'config', 'list', 'common', 'commen')
    assert.equal(oneOfTwo.stderr, "fsigk: No setting begins with 'commen'.\n")
  })

  test('history is newest first, aligned, and can be narrowed', async () => {
    await using home = await testHome()
    await home.given({ 'common.drain_timeout': '5' }, 'quick\nstops')
    await home.given({ 'common.drain_timeout': '6' })
    const { stdout } = await home.expect(0, 'config', 'history')
    assert.match(
      stdout,
      /^REVISION +TIME +ACTOR +ORIGIN +STATE +CHANGED +COMMENT\nr3 +\S+Z +somebody +cli +current +common\.drain_timeout\nr2 +\d{4}-\d\d-\d\dT\S+Z +somebody +cli +past +common\.drain_timeout +quick\\nstops\nr1 /,
    )
    assert.equal(JSON.parse((await home.expect(0, 'config', 'history', '--json', '--limit', '1')).stdout).length, 1)
    assert.match(
      (await home.expect(2, 'config', 'history', '--limit', 'many')).stderr,
      /^fsigk: [^\n]*--limit[^\n]*\n$/,
    )
    assert.match((await home.expect(2, 'config', 'history', '--since', 'monday')).stderr, /'monday' is no time/)
  })

  test('a comment draws nothing on the terminal: no escapes are taken, and no turn of direction is printed', async () => {
    await using home = await testHome()
    for (const comment of ['\u001b[31m', '\u009b31m'])
      await home.expect(2, 'config', 'set', 'common.drain_timeout=5', '--comment', comment)
    await home.expect(0, 'config', 'set', 'common.drain_timeout=5', '--comment', 'a\u202eb\u2066\nc')
    assert.match((await home.expect(0, 'config', 'history')).stdout, / a\?b\?\\nc\n/)
  })

  test('show prints files as of any revision', async () => {
    await using home = await testHome()
    await home.given({ 'common.drain_timeout': '5' })
    const { stdout } = await home.expect(0, 'config', 'show', '--rev', '1')
    assert.match(stdout, /^==> fsigk\.ini <==\n[\s\S]*^drain_timeout=30$/m)
    const ini = await home.expect(0, 'config', 'show', '--file', 'fsigk.ini')
    assert.equal(ini.stdout, await readFile(join(home.path, 'conf/fsigk.ini'), 'utf8'))
    await home.expect(2, 'config', 'show', '--file', '/etc/passwd')
  })

  test('diff prints what differs: 0 the same, 1 it differs', async () => {
    await using home = await testHome()
    await home.given({ 'common.drain_timeout': '5' })
    assert.match((await home.expect(1, 'config', 'diff', '-1')).stdout, /^-drain_timeout=30\n\+drain_timeout=5$/m)
    assert.equal((await home.expect(0, 'config', 'diff', '2', 'r2')).stdout, '')
    assert.equal(JSON.parse((await home.expect(1, 'config', 'diff', '1', '2', '--json')).stdout).differs, true)
    assert.match((await home.expect(2, 'config', 'diff', '7')).stderr, /^fsigk: There is no revision r7/)
  })

  test('rollback appends; a dry run tells and changes nothing', async () => {
    await using home = await testHome()
    await home.given({ 'common.drain_timeout': '5', 'common.product_name': 'gate' })
    const { stdout } = await home.expect(1, 'config', 'rollback', '-1', '--dry-run')
    assert.match(stdout, /^Would change on r2:\n {2}common\.drain_timeout +5 -> 30\n/)
    const told = await home.expect(0, 'config', 'rollback', '1', '--key', 'common.drain_timeout')
    assert.equal(told.stdout, 'r3 saved; no gateway runs here.\n  common.drain_timeout  5 -> 30\n')
    await home.expect(1, 'config', 'rollback', '3')
    await home.expect(0, 'config', 'rollback', '3', '--dry-run')
  })

  test('a revision that has moved on is a conflict', async () => {
    await using home = await testHome()
    await home.given({ 'common.drain_timeout': '5' })
    const { stderr } = await home.expect(2, 'config', 'set', 'common.drain_timeout=6', '--expect', 'r1')
    assert.match(stderr, /^fsigk: [^\n]*revision 2[^\n]*common\.drain_timeout[^\n]*\n$/)
  })

  test('bytes that are no UTF-8 are refused, not saved as something else', async () => {
    await using home = await testHome()
    const words = ['config', 'set', 'template.http=<p>\uFFFD', '--comment', 'x']
    const { stderr } = await home.expect(2, ...words)
    assert.equal(stderr, 'fsigk: template.http is not valid UTF-8 (character 4). Convert it first.\n')
    await home.expect(2, 'config', 'set', 'common.language=ja', '--comment', '\uFFFD')
    assert.equal((await home.expect(0, 'config', 'get', 'common.language')).stdout, 'en\n')
  })

  test('what was mistyped draws nothing on the terminal, and is told by its beginning', async () => {
    await using home = await testHome()
    const { stderr } = await home.expect(2, 'config', 'get', `http.\u001b[31m${'x'.repeat(5000)}`)
    assert.match(stderr, /^fsigk: http\.\\x1b\[31mx+…: [ -~]+\n$/)
    const unknown = await home.expect(2, 'config', 'sho\u001b[31mw')
    assert.ok(!unknown.stderr.includes('\u001b'), unknown.stderr)
  })

  for (const words of [
    'history --limit r5',
    'history --since yesterday',
    'history --before -1',
    'set common.drain_timeout',
    'set =5',
    'set',
    'get --jsn',
    'sett x=1',
  ])
    test(`'${words}' is answered in one line, and the exit code is 2`, async () => {
      await using home = await testHome()
      const { stderr, stdout } = await home.expect(2, 'config', ...words.split(' '))
      assert.match(stderr, /^fsigk: [^\n]+\n$/)
      assert.equal(stdout, '')
    })
})
