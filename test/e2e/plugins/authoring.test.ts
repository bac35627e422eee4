/**
 * A plugin of each kind from `create` to `remove`, outside of the repository: built, linted and tested as it was
 * generated, verified, packed, installed, set, put to work in a running gateway, taken out of it again.
 */
import assert from 'node:assert/strict'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import {
  type CommandResult,
  runCommand,
  runPluginCli,
  startTestGateway,
  type TestGateway,
  temporaryFolder,
} from '@fsigk/testing'
import { type Installed, type Kind, kinds, type Trial, trials } from './trials.js'

const INSTALLATION = join(import.meta.dirname, '..', '..', '..', '..')

/** A package that was just created, and the home that it will be installed into. */
interface Author extends Installed, AsyncDisposable {
  readonly folder: string
  /** Runs `fsigk-plugin …` in the package's folder, and gives what it printed. */
  plugin(...args: readonly string[]): Promise<string>
  npm(...args: readonly string[]): Promise<string>
}

async function author(kind: Kind): Promise<Author> {
  const workshop = await temporaryFolder('authoring')
  const id = `my-${kind}`
  const folder = join(workshop.path, id)
  const home = join(workshop.path, 'home')
  succeeded(await runPluginCli(home, ['create', id, '--kind', kind, '--link'], { cwd: workshop.path }))
  return {
    id,
    section: id.replaceAll('-', '_'),
    folder,
    home,
    plugin: async (...args) => succeeded(await runPluginCli(home, args, { cwd: folder })),
    npm: async (...args) => succeeded(await runCommand('npm', args, { cwd: folder })),
    [Symbol.asyncDispose]: () => workshop[Symbol.asyncDispose](),
  }
}

function succeeded({ code, stdout, stderr }: CommandResult): string {
  assert.equal(code, 0, stdout + stderr)
  return stdout
}

describe('plugins of somebody else’s', { concurrency: 2 }, () => {
  for (const kind of kinds)
    test(`a ${kind} is created, passes its own tests, is verified, packed, installed, is set, works, and is removed [PLUG-03] [PLUG-04] [PLUG-08]`, async () => {
      await using own = await author(kind)
      await namesNoPathInto(own.folder)
      await own.npm('run', 'lint')
      assert.match(await own.npm('test'), /\n. pass [1-9]\d*\n. fail 0\n/)
      // The suite of protocols is gateways alone, which `npm test` has just started one after the other.
      if (kind !== 'protocol') assert.match(await own.plugin('verify'), new RegExp(`${own.id} is in order`))
      const packed = JSON.parse(await own.plugin('pack', '--json')) as { path: string; integrity: string }
      assert.match(packed.integrity, /^sha512-/)
      await using gateway = await startTestGateway({ home: own.home })
      const installed = JSON.parse(await own.plugin('install', packed.path, '--json')) as { integrity: string }
      assert.match(installed.integrity, /^sha512-/)

      await areSettingsLikeAnyOther(gateway, own, trials[kind])
      await trials[kind].works(gateway, own)

      await own.plugin('remove', own.id)
      assert.ok((await gateway.status()).plugins.every(({ id }) => id !== own.id))
      assert.deepEqual(await readdir(join(own.home, 'plugins')), ['installed.json'])
    })

  test('a new plugin may have any name, and lints under it', async () => {
    await using workshop = await temporaryFolder('authoring')
    const id = 'a-name-as-long-as-a-name-may-be-for-a-new-plugin'
    for (const kind of kinds) {
      const folder = join(workshop.path, kind)
      succeeded(await runPluginCli(workshop.path, ['create', id, '--kind', kind, '--folder', folder]))
      const biome = join(INSTALLATION, 'node_modules', '.bin', 'biome')
      succeeded(await runCommand(biome, ['check', '.'], { cwd: folder }))
    }
    const again = await runPluginCli(workshop.path, [
      'create',
      id,
      '--kind',
      'log',
      '--folder',
      join(workshop.path, 'log'),
    ])
    assert.equal(again.code, 2)
    assert.match(again.stderr, /is no empty folder/)
    const bad = await runPluginCli(workshop.path, ['create', '../x', '--kind', 'log'], { cwd: workshop.path })
    assert.equal(bad.code, 2)
  })
})

/** What the plugin's schema declares stands in the list, the ini, the history and the validation, with no further code. */
async function areSettingsLikeAnyOther(
  gateway: TestGateway,
  { home, section }: Installed,
  { setting, good, bad, rule }: Trial,
): Promise<void> {
  const key = `${section}.${setting}`
  const [listed] = JSON.parse((await gateway.cli('config', 'list', key, '--json')).stdout) as {
    readonly key: string
    readonly label: { readonly ja: string }
    readonly help: { readonly en: string }
  }[]
  assert.ok(listed?.key === key && listed.label.ja !== '' && listed.help.en !== '', JSON.stringify(listed))

  succeeded(await gateway.cli('config', 'set', `${key}=${good}`, '--comment', 'as the site needs it'))
  const [entry] = JSON.parse((await gateway.cli('config', 'history', '--key', key, '--json')).stdout) as {
    readonly comment: string
    readonly changes: readonly { readonly to: unknown }[]
  }[]
  assert.equal(entry?.comment, 'as the site needs it')
  assert.equal(String(entry.changes[0]?.to), good)
  const line = `\n${setting}=${good}\n`
  assert.ok((await iniSection(home, section)).includes(line), await iniSection(home, section))

  const refused = await gateway.cli('config', 'set', `${key}=${bad}`)
  assert.equal(refused.code, 2)
  assert.ok(refused.stderr.includes(`${key}=${bad.slice(0, 10)}`), refused.stderr)
  assert.match(refused.stderr, rule)

  succeeded(await gateway.cli('config', 'rollback', '-1', '--key', key))
  assert.ok(!(await iniSection(home, section)).includes(line))
}

/** The lines of one section of fsigk.ini. */
async function iniSection(home: string, section: string): Promise<string> {
  const ini = await readFile(join(home, 'conf', 'fsigk.ini'), 'utf8')
  const [, own = ''] = ini.split(`\n[${section}]`)
  return own.split('\n[')[0] ?? ''
}

/** Nothing that the author keeps says where this installation lies: the package can be taken anywhere. */
async function namesNoPathInto(folder: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true })
  for (const name of entries.filter((each) => !each.startsWith('node_modules'))) {
    const path = join(folder, name)
    if ((await stat(path)).isFile())
      assert.ok(!(await readFile(path)).includes(INSTALLATION), `${name} names ${INSTALLATION}`)
  }
}
