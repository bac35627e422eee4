import assert from 'node:assert/strict'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { runCli, startTestGateway, testSettings } from '@fsigk/testing'
import { confFiles } from './conf-files.js'
import { stoppedHome } from './stopped-home.js'

interface HistoryEntry {
  readonly revision: number
  readonly at: string
  readonly actor: string
  readonly origin: string
  readonly comment: string
  readonly changes: readonly { readonly key: string; readonly from: unknown; readonly to: unknown }[]
}

describe('config: history, diff and rollback, with the host stopped', () => {
  /** With its history and its files. */
  async function someHome() {
    const home = await stoppedHome()
    const history = async (...args: readonly string[]) =>
      JSON.parse((await home.config(0, 'history', '--json', ...args)).stdout) as readonly HistoryEntry[]
    const files = async () => {
      const entries = (await confFiles(home.path)).map(
        async (name) => [name, await readFile(join(home.path, 'conf', name), 'utf8')] as const,
      )
      return new Map(await Promise.all(entries))
    }
    return { ...home, history, files }
  }

  test('every change is a revision with time, actor, origin, comment and values [CFG-01]', async () => {
    await using home = await someHome()
    const before = new Date().toISOString()
    await home.config(0, 'set', 'http.pre_spawn=50', '--comment', 'fewer, for the test')
    await home.config(0, 'set', 'access.http_from=192.168.')
    await home.config(0, 'set', 'template.http=<p>stopped</p>')
    const [template, access, setting, install] = await home.history()
    assert.deepEqual(setting, {
      ...setting,
      revision: 2,
      actor: userInfo().username,
      origin: 'cli',
      comment: 'fewer, for the test',
      changes: [{ key: 'http.pre_spawn', from: 2000, to: 50 }],
    })
    assert.ok((setting?.at ?? '') >= before && /^\d{4}-\d\d-\d\dT.*Z$/.test(setting?.at ?? ''), setting?.at)
    assert.deepEqual(
      access?.changes.map(({ key, to }) => [key, to]),
      [['access.http_from', '192.168.']],
    )
    assert.deepEqual(
      template?.changes.map(({ key, to }) => [key, to]),
      [['template.http', '<p>stopped</p>']],
    )
    assert.deepEqual([install?.revision, install?.changes], [1, []])
  })

  test('no later command alters what history said before [CFG-01]', async () => {
    await using home = await someHome()
    for (const value of ['50', '60']) await home.given({ 'http.pre_spawn': value })
    const then = await home.history()
    await home.config(0, 'rollback', '2')
    await home.config(0, 'unset', 'http.pre_spawn')
    const said = (entries: readonly HistoryEntry[]) => entries.map((entry) => ({ ...entry, state: undefined }))
    assert.deepEqual(said((await home.history()).slice(2)), said(then))
  })

  test('one command is one revision, and fails as one [CFG-02]', async () => {
    await using home = await someHome()
    await home.config(0, 'set', 'http.pass_filesize=yes', 'http.pass_filesize_len=1000000', 'access.http_to=10.')
    assert.equal((await home.history())[0]?.changes.length, 3)
    await home.config(2, 'set', 'http.pass_filesize=no', 'http.pass_filesize_len=many')
    assert.equal((await home.history()).length, 2)
    assert.match((await home.config(0, 'get', 'http.pass_filesize')).stdout, /^yes$/m)
  })

  test('all projections come from the events alone, to the same bytes [CFG-03]', async () => {
    await using home = await someHome()
    await home.given({
      'http.pre_spawn': '50',
      'access.http_from': '192.168. 10.',
      'template.http_error': '<p>no</p>',
    })
    await home.given(Object.fromEntries(Object.entries(testSettings).map(([key, value]) => [key, `${value}`])))
    const before = await home.files()
    assert.deepEqual(
      ['fsigk.ini', 'hosts.allow', 'template_admin.txt', 'template_http.html', 'template_http_error.html'].filter(
        (name) => !before.has(name),
      ),
      [],
    )
    await rm(join(home.path, 'conf'), { recursive: true })
    const gateway = await startTestGateway({ home: home.path })
    await gateway[Symbol.asyncDispose]()
    assert.deepEqual(await home.files(), before)
    assert.match(before.get('fsigk.ini') ?? '', /^\[http\]$[\s\S]*^pre_spawn=50$/m)
    assert.match(before.get('hosts.allow') ?? '', /^http_from: 192\.168\. 10\.$/m)
    assert.equal(before.get('template_http_error.html'), '<p>no</p>')
  })

  test('history is newest first and can be narrowed by limit, time, actor and key [CFG-05]', async () => {
    await using home = await someHome()
    for (const length of ['10', '20', '30']) await home.given({ 'http.pass_filesize_len': length })
    await home.given({ 'http.pre_spawn': '50' })
    const all = await home.history()
    assert.deepEqual(
      all.map(({ revision }) => revision),
      [5, 4, 3, 2, 1],
    )
    const revisions = async (...args: string[]) => (await home.history(...args)).map(({ revision }) => revision)
    assert.deepEqual(await revisions('--limit', '2'), [5, 4])
    assert.deepEqual(await revisions('--key', 'http.pass_filesize_len'), [4, 3, 2])
    assert.deepEqual(await revisions('--since', all[1]?.at ?? ''), [5, 4])
    assert.deepEqual(await revisions('--actor', 'nobody-of-that-name'), [])
    assert.deepEqual(await revisions('--actor', userInfo().username, '--limit', '1'), [5])
    const { stdout } = await home.config(0, 'history')
    assert.ok(stdout.indexOf('r5') < stdout.indexOf('r2'), stdout)
  })

  test('show prints any revision, diff compares any two over all files [CFG-06]', async () => {
    await using home = await someHome()
    await home.given({ 'http.pre_spawn': '50' })
    await home.given({ 'access.http_from': '192.168.', 'template.http': '<p>stopped</p>' })
    assert.match((await home.config(0, 'show', '--rev', '1')).stdout, /^pre_spawn=2000$/m)
    assert.match((await home.config(0, 'show', '--rev', 'r2')).stdout, /^pre_spawn=50$/m)
    assert.match((await home.config(0, 'show')).stdout, /http_from: 192\.168\./)
    const { stdout } = await home.config(1, 'diff', '1', '3')
    assert.match(stdout, /^--- .*fsigk\.ini.*\n\+\+\+ .*fsigk\.ini.*\n@@ [\s\S]*^-pre_spawn=2000\n\+pre_spawn=50$/m)
    assert.match(stdout, /^\+http_from: 192\.168\.$/m)
    assert.match(stdout, /^\+<p>stopped<\/p>$/m)
    assert.equal((await home.config(0, 'diff', '3', '3')).stdout, '')
    assert.match((await home.config(1, 'diff', '2')).stdout, /http_from/)
    assert.match((await home.config(2, 'show', '--rev', '9')).stderr, /9/)
  })

  test('rollback restores a revision or one key by appending, and can be rolled back [CFG-07]', async () => {
    await using home = await someHome()
    await home.given({ 'http.pre_spawn': '50', 'http.keepalive': 'no' })
    const atTwo = await home.files()
    await home.given({ 'http.pre_spawn': '60', 'http.keepalive': 'yes' })
    const atThree = await home.files()
    await home.config(1, 'rollback', '2', '--dry-run')
    assert.equal((await home.history()).length, 3)
    await home.config(0, 'rollback', '2')
    assert.deepEqual(await home.files(), atTwo)
    await home.config(0, 'rollback', '3')
    assert.deepEqual(await home.files(), atThree)
    await home.config(0, 'rollback', '2', '--key', 'http.pre_spawn')
    assert.match((await home.config(0, 'get', 'http.pre_spawn')).stdout, /^50$/m)
    assert.match((await home.config(0, 'get', 'http.keepalive')).stdout, /^yes$/m)
    assert.equal((await home.history())[0]?.revision, 6)
    await home.config(1, 'rollback', '6')
    assert.equal((await home.history()).length, 6)
  })

  test('rollback 1 after a change gives revision 3, equal to the first [CFG-07]', async () => {
    await using home = await someHome()
    await home.config(0, 'set', 'http.pass_filesize=yes', 'http.pass_filesize_len=1000000', '--comment', 'ISO images')
    await home.config(0, 'rollback', '1')
    assert.equal((await home.history())[0]?.revision, 3)
    assert.equal((await home.config(0, 'diff', '1', '3')).stdout, '')
  })

  test('set, get, unset and list, with type, default and help in both languages [CFG-08]', async () => {
    await using home = await someHome()
    await home.config(0, 'set', 'http.svcport=9081', 'http.action=pass')
    assert.equal((await home.config(0, 'get', 'http.svcport')).stdout, '9081\n')
    await home.config(1, 'set', 'http.svcport=9081')
    await home.config(0, 'unset', 'http.svcport')
    assert.equal((await home.config(0, 'get', 'http.svcport')).stdout, '9080\n')
    const rows = JSON.parse((await home.config(0, 'list', '--json')).stdout) as readonly Record<string, unknown>[]
    const row = rows.find(({ key }) => key === 'http.action')
    assert.deepEqual([row?.['type'], row?.['default'], row?.['value']], ['choice', 'delete', 'pass'])
    for (const { key, help, label } of rows as readonly {
      key: string
      help: Record<string, string>
      label: Record<string, string>
    }[])
      assert.ok(help?.['en'] && help['ja'] && label?.['en'] && label['ja'], key)
    assert.match((await home.config(0, 'list')).stdout, /http\.action\s+.*pass/)
    assert.match((await home.config(0, '--help')).stdout, /rollback/)
  })

  const bad: readonly { readonly set: string; readonly says: RegExp }[] = [
    { set: 'http.no_such=1', says: /http\.no_such/ },
    { set: 'http.virus_check=perhaps', says: /http\.virus_check.*perhaps.*yes.*no/s },
    { set: 'http.action=blackhole', says: /http\.action.*blackhole.*delete/s },
    { set: 'http.pre_spawn=0', says: /http\.pre_spawn.*0.*1.*100,?000/s },
    { set: 'http.pre_spawn=12x', says: /http\.pre_spawn.*12x/s },
    { set: 'http.svcport=localhost:9080', says: /http\.svcport.*localhost:9080/s },
    { set: 'http.svcport=70000', says: /http\.svcport.*70000/s },
    { set: 'access.http_from=300.1.2.3', says: /access\.http_from.*300\.1\.2\.3/s },
    { set: 'access.http_from=10.0.0.0/33', says: /access\.http_from/ },
    { set: `access.http_from=${'10.0.0.1 '.repeat(300)}`, says: /access\.http_from.*2047/s },
    { set: `template.http=${'x'.repeat(9001)}`, says: /template\.http.*9,?001.*9,?000|9,?000.*9,?001/s },
    { set: `http.pass_ext_list=${'x,'.repeat(1000)}`, says: /http\.pass_ext_list.*1,?999/s },
  ]
  for (const { set, says } of bad)
    test(`${set.slice(0, 40)} is refused with key, value and rule, and nothing is appended [CFG-10]`, async () => {
      await using home = await someHome()
      await home.given({ 'http.pre_spawn': '50' })
      const { stderr } = await home.config(2, 'set', set)
      assert.match(stderr, says)
      assert.equal((await home.history()).length, 2)
    })

  test('all bad values of one command are reported at once [CFG-10]', async () => {
    await using home = await someHome()
    const { stderr } = await home.config(
      2,
      'set',
      'http.pre_spawn=0',
      'http.action=none',
      'http.keepalive=yes',
      'http.typo=1',
    )
    for (const key of ['http.pre_spawn', 'http.action', 'http.typo']) assert.ok(stderr.includes(key), stderr)
    assert.ok(!stderr.includes('http.keepalive'), stderr)
  })

  test('a writer that starts from an older revision gets a conflict that names revision and keys [CFG-11]', async () => {
    await using home = await someHome()
    await home.given({ 'http.pre_spawn': '50' })
    const { stderr } = await home.config(2, 'set', 'http.pre_spawn=60', '--expect', '1')
    assert.match(stderr, /r?2\b[\s\S]*http\.pre_spawn/)
    assert.match((await home.config(0, 'get', 'http.pre_spawn')).stdout, /^50$/m)
    await home.config(0, 'set', 'http.pre_spawn=60', '--expect', 'r2')
  })

  test('a damaged history is named with its file and what to do, and nothing is changed', async () => {
    await using home = await someHome()
    await home.given({ 'http.pre_spawn': '54321' })
    const file = join(home.path, 'store/events.db')
    const bytes = await readFile(file)
    const at = bytes.indexOf('54321')
    assert.ok(at > 0)
    bytes.write('12345', at)
    await writeFile(file, bytes)
    const { stderr } = await home.config(2, 'get', 'http.pre_spawn')
    assert.match(stderr, /^[^\n]*store\/events\.db' is damaged: r2: [^\n]*restore it[^\n]*backup[^\n]*\n$/)
    assert.deepEqual(await readFile(file), bytes)
  })

  test('of two writers at the same moment, one wins and the other is told [CFG-11]', async () => {
    await using home = await someHome()
    await home.given({ 'http.pre_spawn': '50' })
    const results = await Promise.all(
      [60, 70, 80].map((value) => runCli(home.path, ['config', 'set', `http.pre_spawn=${value}`, '--expect', '2'])),
    )
    assert.deepEqual(results.map(({ code }) => code).sort(), [0, 2, 2])
    assert.equal((await home.history()).length, 3)
  })
})
