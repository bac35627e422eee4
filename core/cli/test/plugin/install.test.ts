import assert from 'node:assert/strict'
import { appendFile, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { runCli, runPluginCli } from '@fsigk/testing'
import { forged } from './archives.js'
import { packageFolder, pluginHome, smallPlugin, tarball } from './kit.js'

interface Listed {
  readonly id: string
  readonly version: string
  readonly enabled: boolean
  readonly state: string
  readonly from: string
  readonly problem: string | null
}

describe('installing plugins', () => {
  test('a tarball is installed, pinned, listed, told of, and removed again', async () => {
    await using home = await pluginHome()
    const path = await tarball(home.folder, 'small-1.0.0.tgz', smallPlugin())
    const installed = await home.plugin('install', path)
    assert.equal(installed.code, 0, installed.stderr)
    assert.match(installed.stdout, /^small 1\.0\.0 \(scanner\) installed from .*small-1\.0\.0\.tgz\.\nsha512-/)
    const listed = (await home.json<Listed[]>('list')).find(({ id }) => id === 'small')
    assert.deepEqual(
      { from: listed?.from, enabled: listed?.enabled, problem: listed?.problem },
      { from: path, enabled: false, problem: null },
    )
    const info = await home.json<{ settings: { key: string }[]; installed: { integrity: string } }>('info', 'small')
    assert.deepEqual(
      info.settings.map(({ key }) => key),
      ['small.word'],
    )
    assert.match(info.installed.integrity, /^sha512-/)
    assert.equal((await home.plugin('remove', 'small')).code, 0)
    assert.deepEqual(await readdir(join(home.home, 'plugins')), ['installed.json'])
    assert.equal((await home.plugin('info', 'small')).code, 2)
  })

  test('the same again is nothing to do; another version takes its place', async () => {
    await using home = await pluginHome()
    const first = await tarball(home.folder, 'first.tgz', smallPlugin())
    const second = await tarball(home.folder, 'second.tgz', smallPlugin({ version: '2.0.0' }))
    assert.equal((await home.plugin('install', first)).code, 0)
    assert.equal((await home.plugin('install', first)).code, 1)
    const replaced = await home.json<{ version: string; replaced: string }>('install', second)
    assert.deepEqual(
      { version: replaced.version, replaced: replaced.replaced },
      { version: '2.0.0', replaced: '1.0.0' },
    )
    assert.equal((await home.json<Listed[]>('list')).find(({ id }) => id === 'small')?.version, '2.0.0')
  })

  test('a changed file is noticed, and installing again mends it', async () => {
    await using home = await pluginHome()
    const path = await tarball(home.folder, 'small.tgz', smallPlugin())
    await home.plugin('install', path)
    await appendFile(join(home.home, 'plugins', 'small', 'index.js'), '// changed\n')
    const changed = (await home.json<Listed[]>('list')).find(({ id }) => id === 'small')
    assert.equal(changed?.state, 'left-out')
    assert.match(changed.problem ?? '', /files have changed since it was installed/)
    assert.equal((await home.plugin('verify', 'small')).code, 1)
    assert.equal((await home.plugin('install', path)).code, 0)
    assert.equal((await home.json<Listed[]>('list')).find(({ id }) => id === 'small')?.problem, null)
  })

  for (const { says, files, code } of [
    {
      says: 'a broken manifest',
      files: smallPlugin({ manifest: { kind: 'nonsense' } }),
      code: 'FSIGK_PLUGIN_MANIFEST',
    },
    { says: 'a newer contract', files: smallPlugin({ manifest: { api: 99 } }), code: 'FSIGK_PLUGIN_API_MISMATCH' },
    {
      says: 'a version that draws on the terminal',
      files: smallPlugin({ version: '1.0.0\x1b[31m\nok' }),
      code: 'FSIGK_PLUGIN_MANIFEST',
    },
    {
      says: 'a title that draws on the terminal',
      files: smallPlugin({ manifest: { title: { en: 'small\x1b[31m', ja: 'small' } } }),
      code: 'FSIGK_PLUGIN_MANIFEST',
    },
    ...['file:/etc', '../small', 'git+ssh://127.0.0.1:1/x', 'http://127.0.0.1:1/x', './x.tgz', 'x.tgz', 'owner/x'].map(
      (from) => ({
        says: `a dependency at ${from}`,
        files: smallPlugin({ packageJson: { dependencies: { helper: from } } }),
        code: 'FSIGK_PLUGIN_DEPENDENCIES',
      }),
    ),
    { says: 'no code', files: smallPlugin({ packageJson: { exports: './not-there.js' } }), code: 'FSIGK_PLUGIN_ENTRY' },
    { says: 'code elsewhere', files: smallPlugin({ packageJson: { exports: '../x.js' } }), code: 'FSIGK_PLUGIN_ENTRY' },
    {
      says: 'a broken schema',
      files: smallPlugin({ files: { 'settings.schema.json': '{' } }),
      code: 'FSIGK_PLUGIN_SCHEMA',
    },
    { says: 'the id of a shipped one', files: smallPlugin({ id: 'scanner-signatures' }), code: 'FSIGK_PLUGIN_CLASH' },
    {
      says: 'a section of the gateway',
      files: smallPlugin({ manifest: { id: 'other' }, id: 'common' }),
      code: 'FSIGK_PLUGIN_CLASH',
    },
  ])
    test(`one with ${says} is refused, and nothing of it stays`, async () => {
      await using home = await pluginHome()
      const path = await tarball(home.folder, 'bad.tgz', files)
      const refused = await home.plugin('install', path, '--json')
      assert.equal(refused.code, 2)
      const { error } = JSON.parse(refused.stdout) as { error: { code: string; message: string } }
      assert.equal(error.code, code)
      assert.doesNotMatch(error.message, /\.staged-/, 'it names what was given')
      assert.deepEqual(await readdir(join(home.home, 'plugins')), [])
    })

  test('an archive with a link or a name that leads elsewhere is refused before anything is written', async () => {
    await using home = await pluginHome()
    for (const archive of [forged('package/link', '2', '/etc/passwd'), forged('package/../../../escaped', '0')]) {
      await writeFile(join(home.folder, 'bad.tgz'), archive)
      const refused = await home.plugin('install', join(home.folder, 'bad.tgz'))
      assert.equal(refused.code, 2)
      assert.match(refused.stderr, /cannot be used as a plugin package/)
    }
    assert.ok(!(await readdir(home.folder)).includes('escaped'))
  })

  test('one that lies in the home by hand is not replaced', async () => {
    await using home = await pluginHome()
    const folder = await packageFolder(home.folder, 'mine', smallPlugin())
    await mkdir(join(home.home, 'plugins'), { recursive: true })
    await symlink(folder, join(home.home, 'plugins', 'small'))
    const refused = await home.plugin('install', await tarball(home.folder, 'small.tgz', smallPlugin()))
    assert.equal(refused.code, 2)
    assert.match(refused.stderr, /has the same id 'small'/)
    assert.equal((await home.plugin('remove', 'small')).code, 0)
    assert.ok((await stat(join(folder, 'index.js'))).isFile(), 'the folder that was linked is left alone')
  })

  test('what it brings along is kept, and what it does not bring is named where there is no npm', async () => {
    await using home = await pluginHome()
    const needs = { packageJson: { dependencies: { helper: '1.0.0' } } }
    const helper = { 'node_modules/helper/package.json': '{"name":"helper","version":"1.0.0"}' }
    const withIt = await tarball(home.folder, 'with.tgz', smallPlugin({ ...needs, files: helper }))
    const without = await tarball(home.folder, 'without.tgz', smallPlugin(needs))
    const refused = await runPluginCli(home.home, ['install', without], { env: { PATH: '/nonexistent' } })
    assert.equal(refused.code, 2)
    assert.match(refused.stderr, /needs helper, and does not bring them along: there is no npm/)
    const installed = await runPluginCli(home.home, ['install', withIt], { env: { PATH: '/nonexistent' } })
    assert.equal(installed.code, 0, installed.stderr)
    const kept = await readFile(join(home.home, 'plugins/small/node_modules/helper/package.json'), 'utf8')
    assert.match(kept, /helper/)
  })

  test('a lock that a killed command left is taken over; one that is held is respected', async () => {
    await using home = await pluginHome()
    const path = await tarball(home.folder, 'small.tgz', smallPlugin())
    await mkdir(join(home.home, 'plugins'), { recursive: true })
    const lock = join(home.home, 'plugins', '.installing')
    await writeFile(lock, String(process.pid))
    const busy = await home.plugin('install', path)
    assert.equal(busy.code, 2)
    assert.match(busy.stderr, /Another command/)
    await writeFile(lock, '999999999')
    assert.equal((await home.plugin('install', path)).code, 0)
  })
})

describe('switching plugins', () => {
  test('enable, order and disable are revisions with their actor; a rollback undoes them', async () => {
    await using home = await pluginHome()
    await home.plugin('install', await tarball(home.folder, 'small.tgz', smallPlugin()))
    const enabled = await home.json<{ changes: { key: string; to: string }[] }>(
      'enable',
      'small',
      '--comment',
      'try it',
    )
    assert.deepEqual(enabled.changes, [
      { key: 'plugins.scanners', from: 'scanner-signatures', to: 'scanner-signatures,small' },
    ])
    assert.equal((await home.plugin('enable', 'small')).code, 1)
    assert.equal((await home.plugin('order', 'scanner', 'small')).code, 0)
    const inOrder = (
      await home.json<{ changes: { to: string }[] }>('order', 'scanner', 'scanner-signatures', '--dry-run')
    ).changes
    assert.equal(inOrder[0]?.to, 'scanner-signatures,small')
    assert.equal((await home.plugin('disable', 'small')).code, 0)
    assert.equal((await home.plugin('order', 'scanner', 'small')).code, 2)
    await runCli(home.home, ['config', 'rollback', '-1'])
    assert.equal((await home.json<Listed[]>('list')).find(({ id }) => id === 'small')?.enabled, true)
  })

  test('a protocol is switched by its own service', async () => {
    await using home = await pluginHome()
    const off = await home.json<{ changes: unknown[] }>('disable', 'protocol-http')
    assert.deepEqual(off.changes, [{ key: 'http.http_service', from: true, to: false }])
  })

  test('one that is at work is not removed, unless it is disabled on the way', async () => {
    await using home = await pluginHome()
    await home.plugin('install', await tarball(home.folder, 'small.tgz', smallPlugin()))
    await home.plugin('enable', 'small')
    const refused = await home.plugin('remove', 'small')
    assert.equal(refused.code, 2)
    assert.match(refused.stderr, /is at work\. Disable it first/)
    const { disabledBy } = await home.json<{ disabledBy: number }>('remove', 'small', '--force')
    assert.equal(typeof disabledBy, 'number')
    assert.equal((await home.plugin('remove', 'scanner-signatures')).code, 2)
  })
})
