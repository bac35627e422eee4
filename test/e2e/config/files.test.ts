/** The files of conf/ as people treat them: edited, broken, replaced, removed, in a running gateway and without one. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { chmod, copyFile, mkdir, readdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { promisify } from 'node:util'
import { runCli, startTestGateway, startWebOrigin, type TestGateway, until } from '@fsigk/testing'
import { curl } from '../../peers/curl.js'
import { stoppedHome } from './stopped-home.js'

const run = promisify(execFile)

interface Entry {
  readonly revision: number
  readonly actor: string
  readonly origin: string
  readonly comment: string
  readonly changes: readonly { readonly key: string; readonly from: unknown; readonly to: unknown }[]
}

/** A home, its files and the CLI on it, whether a gateway runs there or not. */
class Conf {
  constructor(readonly home: string) {}

  path(file: string): string {
    return join(this.home, 'conf', file)
  }

  async text(file: string): Promise<string> {
    return await readFile(this.path(file), 'utf8')
  }

  async edit(file: string, change: (text: string) => string): Promise<string> {
    const text = change(await this.text(file))
    await writeFile(this.path(file), text)
    return text
  }

  async cli(expected: number, ...args: readonly string[]) {
    const result = await runCli(this.home, ['config', ...args])
    assert.equal(result.code, expected, `config ${args.join(' ')}: ${result.stdout}${result.stderr}`)
    return result
  }

  async history(): Promise<readonly Entry[]> {
    return JSON.parse((await this.cli(0, 'history', '--json')).stdout)
  }

  /** Every file but what is kept for the comparison. */
  async all(): Promise<ReadonlyMap<string, string>> {
    const names = await readdir(join(this.home, 'conf'), { recursive: true })
    const files = new Map<string, string>()
    for (const name of names.filter((each) => !each.startsWith('.')).sort())
      if ((await stat(this.path(name))).isFile()) files.set(name, await this.text(name))
    return files
  }
}

async function stopped(): Promise<Conf & AsyncDisposable> {
  const home = await stoppedHome()
  await home.given({ 'http.pre_spawn': '50' })
  return Object.assign(new Conf(home.path), { [Symbol.asyncDispose]: () => home[Symbol.asyncDispose]() })
}

async function edited(gateway: TestGateway, file: string): Promise<boolean> {
  const { editedFiles = [] } = await gateway.status()
  return editedFiles.some(({ name }) => name === file)
}

describe('files of conf/ with the gateway stopped', () => {
  test('what sed -i changed is one revision of origin file, by the owner, and every other byte stays [CFG-12]', async () => {
    await using conf = await stopped()
    await conf.edit(
      'fsigk.ini',
      (text) => `# our gateway\n${text.replace('[http]', '[http]\n; by hand\nhouse_rule = 7')}`,
    )
    await run('sed', ['-i', 's/^pre_spawn=50$/pre_spawn = 60/', conf.path('fsigk.ini')])
    await run('sed', [
      '-i',
      's/^http_from:.*/# office\\nhttp_from: 10.\\nhttp_from: 192.168./',
      conf.path('hosts.allow'),
    ])
    const before = await conf.all()
    assert.match((await conf.cli(1, 'drift')).stdout, /^\+pre_spawn = 60$[\s\S]*http\.pre_spawn +50 -> 60/m)
    await conf.cli(1, 'import', '--dry-run')
    assert.equal((await conf.history()).length, 2)
    const { stdout } = await conf.cli(0, 'import')
    assert.match(stdout, /^r3 saved/)
    assert.match(stdout, /line \d+: http\.house_rule is no setting; it stays/)
    const [entry] = await conf.history()
    assert.deepEqual([entry?.revision, entry?.origin, entry?.actor], [3, 'file', userInfo().username])
    assert.equal(entry?.comment, 'Edited by hand: fsigk.ini, hosts.allow')
    assert.deepEqual(
      entry?.changes.filter(({ key }) => !key.startsWith('layout.')).map(({ key, from, to }) => [key, from, to]),
      [
        ['http.pre_spawn', 50, 60],
        ['access.http_from', entry?.changes.find(({ key }) => key === 'access.http_from')?.from, '10.\n192.168.'],
      ],
    )
    assert.deepEqual(await conf.all(), before)
    assert.match((await conf.cli(1, 'diff', '2', '3')).stdout, /^\+; by hand$/m)
    await conf.cli(0, 'drift')
    await conf.cli(1, 'import')
  })

  test('a change by another door touches its line alone, and rollback gives back every byte, comments too [CFG-12] [CFG-03]', async () => {
    await using conf = await stopped()
    const generated = await conf.text('fsigk.ini')
    const shaped = await conf.edit('fsigk.ini', (text) =>
      text.replace(/\n/g, '\r\n').replace('pre_spawn=50', 'pre_spawn =\t50').replace('[http]', '# caf\u00e9\r\n[http]'),
    )
    await conf.cli(0, 'import')
    assert.equal(await conf.text('fsigk.ini'), shaped)
    await conf.cli(0, 'set', 'http.pre_spawn=51')
    assert.equal(await conf.text('fsigk.ini'), shaped.replace('pre_spawn =\t50', 'pre_spawn =\t51'))
    await conf.cli(0, 'rollback', '2')
    assert.equal(await conf.text('fsigk.ini'), generated)
    await conf.cli(0, 'rollback', '3')
    assert.equal(await conf.text('fsigk.ini'), shaped)
    const all = await conf.all()
    await rm(join(conf.home, 'conf'), { recursive: true })
    await conf.cli(0, 'list')
    assert.deepEqual(await conf.all(), all)
  })

  test('an edit of one value of a file as we wrote it is one change and no more [CFG-12]', async () => {
    await using conf = await stopped()
    await conf.edit('fsigk.ini', (text) => text.replace('pre_spawn=50', 'pre_spawn=51'))
    await conf.edit('template_http.html', () => '<p>mine</p>\n')
    await conf.cli(0, 'import')
    assert.deepEqual(
      (await conf.history())[0]?.changes.map(({ key }) => key),
      ['http.pre_spawn', 'template.http'],
    )
  })

  test('a file that does not parse is told with line and rule, nothing of it is taken, and it stays [CFG-12]', async () => {
    await using conf = await stopped()
    const text = await conf.edit('fsigk.ini', (was) =>
      was.replace('pre_spawn=50', 'pre_spawn=0').replace('keepalive=yes', 'keepalive=no'),
    )
    const line = text.slice(0, text.indexOf('pre_spawn=0')).split('\n').length
    const { stderr } = await conf.cli(2, 'import')
    assert.match(stderr, new RegExp(`fsigk\\.ini was not taken in: line ${line}: http\\.pre_spawn=0: must be`))
    assert.equal((await conf.history()).length, 2)
    assert.match((await conf.cli(0, 'get', 'http.keepalive')).stdout, /yes/)
    assert.equal(await conf.text('fsigk.ini'), text)
    await using gateway = await startTestGateway({ home: conf.home })
    assert.match(gateway.output, new RegExp(`conf/fsigk\\.ini was edited by hand and is not in force: line ${line}: `))
    assert.equal((await conf.cli(0, 'get', 'http.pre_spawn')).stdout, '50\n')
    assert.equal(await conf.text('fsigk.ini'), text)
  })

  test('of two edited files the good one is taken, the other told [CFG-12]', async () => {
    await using conf = await stopped()
    await conf.edit('fsigk.ini', () => 'no ini at all\n')
    await conf.edit('hosts.allow', () => 'http_from: 10.\n')
    const { stdout, stderr } = await conf.cli(2, 'import')
    assert.match(stdout, /^r3 saved/)
    assert.match(stderr, /fsigk\.ini was not taken in: line 1: /)
    assert.equal((await conf.cli(0, 'get', 'access.http_from')).stdout, '10.\n')
  })

  test('a dangerous setting is taken in only when that is said [CFG-12]', async () => {
    await using conf = await stopped()
    const text = await conf.edit('hosts.allow', (was) => was.replace(/^http_pass_to:.*$/m, 'http_pass_to: ALL'))
    const { stderr } = await conf.cli(2, 'import')
    assert.match(stderr, /access\.http_pass_to.*fsigk config import --dangerous/)
    assert.equal((await conf.history()).length, 2)
    {
      await using gateway = await startTestGateway({ home: conf.home })
      assert.match(gateway.output, /conf\/hosts\.allow was edited by hand and is not in force: .*--dangerous/)
    }
    assert.equal((await conf.cli(0, 'get', 'access.http_pass_to')).stdout, '\n')
    await conf.cli(0, 'import', '--dangerous')
    assert.equal((await conf.cli(0, 'get', 'access.http_pass_to')).stdout, 'ALL\n')
    assert.equal(await conf.text('hosts.allow'), text)
  })

  test('a save by another door leaves an edited file alone; other keys are merged, the same key is asked about [CFG-12]', async () => {
    await using conf = await stopped()
    await conf.edit('fsigk.ini', (text) => text.replace('pre_spawn=50', '# ours\npre_spawn=60'))
    const { stdout } = await conf.cli(0, 'set', 'http.keepalive=no')
    assert.match(stdout, /^r3 saved/)
    assert.match(await conf.text('fsigk.ini'), /^pre_spawn=60$/m)
    await conf.cli(0, 'import')
    assert.match(await conf.text('fsigk.ini'), /^# ours\npre_spawn=60$/m)
    assert.match(await conf.text('fsigk.ini'), /^keepalive=no$/m)
    await conf.edit('fsigk.ini', (text) => text.replace('pre_spawn=60', 'pre_spawn=70'))
    await conf.cli(0, 'set', 'http.pre_spawn=80')
    assert.match((await conf.cli(2, 'import')).stderr, /http\.pre_spawn changed since it was written: .*--force/)
    await conf.cli(0, 'import', '--force')
    assert.equal((await conf.cli(0, 'get', 'http.pre_spawn')).stdout, '70\n')
  })

  test('restore puts the file back and keeps the edited one [CFG-12]', async () => {
    await using conf = await stopped()
    const before = await conf.text('fsigk.ini')
    const mine = await conf.edit('fsigk.ini', (text) => `${text}# mine\n`)
    await conf.edit('hosts.allow', () => 'http_from: 10.\n')
    const [kept] = JSON.parse((await conf.cli(0, 'restore', '--json', 'conf/fsigk.ini')).stdout)
    assert.equal(await conf.text('fsigk.ini'), before)
    assert.equal(await conf.text(kept.keptAs), mine)
    assert.equal(await conf.text('hosts.allow'), 'http_from: 10.\n')
    await conf.cli(0, 'restore')
    await conf.cli(1, 'restore')
    await conf.cli(2, 'restore', 'passwd')
  })

  test('a file from elsewhere is taken in by its name or by --as, with the slips of the guide', async () => {
    await using conf = await stopped()
    const file = join(conf.home, 'old.ini')
    await writeFile(file, '[http]\nsvcport=9081\nold_key=1\n')
    assert.match((await conf.cli(2, 'import', file)).stderr, /--as fsigk\.ini/)
    await conf.cli(0, 'import', file, '--as', 'fsigk.ini')
    assert.equal(await conf.text('fsigk.ini'), '[http]\nsvcport=9081\nold_key=1\n')
    assert.equal((await conf.cli(0, 'get', 'http.pre_spawn')).stdout, '2000\n')
    assert.equal((await conf.history())[0]?.comment, 'Imported: fsigk.ini')
    await writeFile(file, '[http]\nsvcport=never\n')
    assert.match((await conf.cli(2, 'import', file, '--as', 'fsigk.ini')).stderr, /line 2: http\.svcport=never/)
    assert.match((await conf.cli(2, 'import', file, '--as', '../x')).stderr, /no file of conf/)
    assert.match((await conf.cli(2, 'import', '/nowhere/fsigk.ini')).stderr, /cannot be read/)
  })

  test('what we wrote once is written again and never taken in: an old copy, a file that is gone [CFG-12]', async () => {
    await using conf = await stopped()
    await copyFile(conf.path('fsigk.ini'), join(conf.home, 'backup'))
    await conf.cli(0, 'set', 'http.pre_spawn=60')
    const newest = await conf.text('fsigk.ini')
    await copyFile(join(conf.home, 'backup'), conf.path('fsigk.ini'))
    await rm(conf.path('hosts.allow'))
    await (await startTestGateway({ home: conf.home, settings: {} }))[Symbol.asyncDispose]()
    const own = (await conf.history()).filter(({ origin }) => origin === 'file')
    assert.deepEqual(own, [])
    assert.equal((await conf.cli(0, 'get', 'http.pre_spawn')).stdout, '60\n')
    assert.ok(newest.includes('pre_spawn=60'))
    assert.match(await conf.text('fsigk.ini'), /^pre_spawn=60$/m)
    assert.match(await conf.text('hosts.allow'), /^http_from:/m)
    assert.match(
      await readFile(join(conf.home, 'log/fsigk.log'), 'utf8'),
      /file was gone and is written again.*hosts\.allow|hosts\.allow.*file was gone/,
    )
  })

  test('an old copy is no edit either when all that was remembered of conf/ is lost [CFG-12]', async () => {
    await using conf = await stopped()
    await copyFile(conf.path('fsigk.ini'), join(conf.home, 'backup'))
    await conf.cli(0, 'set', 'http.pre_spawn=60')
    await rm(join(conf.home, 'conf'), { recursive: true })
    await mkdir(join(conf.home, 'conf'))
    await copyFile(join(conf.home, 'backup'), conf.path('fsigk.ini'))
    await conf.cli(1, 'import')
    assert.equal((await conf.cli(0, 'get', 'http.pre_spawn')).stdout, '60\n')
    assert.match(await conf.text('fsigk.ini'), /^pre_spawn=60$/m)
  })

  test('links and folders in the place of a file are told and left alone, and hold up no other file [CFG-04]', async () => {
    await using conf = await stopped()
    await writeFile(join(conf.home, 'elsewhere'), 'precious')
    await rm(conf.path('fsigk.ini'))
    await symlink('../elsewhere', conf.path('fsigk.ini'))
    await rm(conf.path('hosts.allow'))
    await mkdir(conf.path('hosts.allow'))
    const drift = JSON.parse((await conf.cli(1, 'drift', '--json')).stdout) as { file: string; because: string }[]
    assert.deepEqual(
      drift.map(({ file, because }) => [file, because]),
      [
        ['fsigk.ini', 'it is a symbolic link, which is not followed'],
        ['hosts.allow', 'a folder stands in its place'],
      ],
    )
    await conf.cli(0, 'set', 'template.http=<p>still written</p>')
    assert.equal(await conf.text('template_http.html'), '<p>still written</p>')
    assert.equal(await readFile(join(conf.home, 'elsewhere'), 'utf8'), 'precious')
    await conf.cli(0, 'restore', 'fsigk.ini')
    assert.ok((await stat(conf.path('fsigk.ini'))).isFile())
    assert.equal(await readFile(join(conf.home, 'elsewhere'), 'utf8'), 'precious')
  })

  test('every file is private, in subfolders too, also when somebody loosened it [CFG-04]', async () => {
    await using conf = await stopped()
    await chmod(conf.path('fsigk.ini'), 0o666)
    await conf.cli(0, 'list')
    for (const [file] of await conf.all()) {
      const mode = (await stat(conf.path(file))).mode & 0o777
      assert.equal(mode & ~(file === 'dbupdate.conf' ? 0o600 : 0o640), 0, `${file} ${mode.toString(8)}`)
    }
  })

  test('comments are Japanese in files that nobody shaped [CFG-03]', async () => {
    await using conf = await stopped()
    await conf.edit('hosts.allow', () => '# my words\nhttp_from: 10.\n')
    await conf.cli(0, 'import')
    await conf.cli(0, 'set', 'common.language=ja')
    assert.match(await conf.text('fsigk.ini'), /既定値/)
    assert.equal(await conf.text('hosts.allow'), '# my words\nhttp_from: 10.\n')
    await conf.edit('fsigk.ini', (text) => text.replace('language=ja', 'language=en'))
    await conf.cli(0, 'import')
    assert.doesNotMatch(await conf.text('fsigk.ini'), /既定値/)
  })

  test('run -f takes the settings of an ini first, once, and refuses one that is broken', async () => {
    await using conf = await stopped()
    const file = join(conf.home, 'mine.ini')
    await writeFile(file, '[http]\npre_spawn=none\n')
    const { code, stderr } = await runCli(conf.home, ['run', '-f', file])
    assert.equal(code, 2)
    assert.match(stderr, /line 2: http\.pre_spawn=none/)
    assert.equal((await conf.history()).length, 2)
  })
})

describe('files of conf/ of a running gateway', () => {
  test('an edit is noticed and changes nothing until SIGHUP; then the proxy does what it says [CFG-12]', async () => {
    await using origin = await startWebOrigin({ '/page': 'hello' })
    await using gateway = await startTestGateway()
    const conf = new Conf(gateway.home)
    const get = () => curl(gateway, `${origin.url}/page`)
    assert.equal((await get()).status, 200)
    const before = await conf.text('hosts.allow')
    // As vi does: the new file is written beside the old one and takes its name.
    await writeFile(conf.path('hosts.allow.swp'), '# nobody but the office\nhttp_from: 192.0.2.\n')
    await rename(conf.path('hosts.allow.swp'), conf.path('hosts.allow'))
    await conf.edit('fsigk.ini', (text) => text.replace(/^acl_from=.*$/m, 'acl_from=yes'))
    await until('the edit is noticed', () => edited(gateway, 'hosts.allow'))
    assert.equal((await get()).status, 200)
    await conf.cli(1, 'drift')
    gateway.process.kill('SIGHUP')
    await until('clients are refused', async () => (await get()).status === 403)
    assert.equal((await conf.history())[0]?.origin, 'file')
    assert.equal(await conf.text('hosts.allow'), '# nobody but the office\nhttp_from: 192.0.2.\n')
    await conf.cli(0, 'drift')
    await conf.cli(0, 'rollback', '-1')
    assert.equal((await get()).status, 200)
    assert.equal(await conf.text('hosts.allow'), before)
  })

  test('a file that is removed is written again, and said so [CFG-03]', async () => {
    await using gateway = await startTestGateway()
    const conf = new Conf(gateway.home)
    const before = await conf.text('template_http.html')
    await rm(conf.path('template_http.html'))
    const log = () => readFile(join(gateway.home, 'log/fsigk.log'), 'utf8')
    await until('it is told', async () => (await log()).includes('file was gone and is written again'))
    assert.equal(await conf.text('template_http.html'), before)
  })

  test('import in a running gateway returns when the new settings are in force [CFG-12]', async () => {
    await using gateway = await startTestGateway()
    const conf = new Conf(gateway.home)
    await conf.edit('fsigk.ini', (text) => text.replace(/^pre_spawn=.*$/m, 'pre_spawn=7'))
    assert.match((await conf.cli(0, 'import')).stdout, /^http: applied \d+$/m)
    const status = JSON.parse((await gateway.cli('status', '--json')).stdout)
    assert.equal(status.services.find(({ name }: { readonly name: string }) => name === 'http').limit, 7)
  })
})
