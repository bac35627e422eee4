import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { installPlugin, startTestGateway, startWebOrigin, temporaryFolder } from '@fsigk/testing'
import { curl } from '../../peers/curl.js'
import { obedientScanner, pluginState } from './kit.js'

const title = { en: 'x', ja: 'x' }
const manifest = (id: string) => ({ id, kind: 'scanner', title, api: 1 })

/** What is not in order, with what its refusal says, and what it says to do about it. */
const broken: readonly {
  readonly id: string
  readonly packageJson: Readonly<Record<string, unknown>> | string
  readonly schema?: string
  readonly says: RegExp
}[] = [
  { id: 'no-json', packageJson: '{', says: /no valid manifest: package\.json: .*\. Correct its package\.json/ },
  { id: 'no-block', packageJson: {}, says: /fsigk: .*Correct its package\.json, or remove the folder/ },
  {
    id: 'no-kind',
    packageJson: { fsigk: { ...manifest('no-kind'), kind: 'toaster' } },
    says: /fsigk\.kind: .*Correct its package\.json/,
  },
  {
    id: 'newer',
    packageJson: { fsigk: { ...manifest('newer'), api: 99, whatever: true } },
    says: /built for plugin API 99; this gateway speaks 1\. Install a version of it that is built for API 1/,
  },
  {
    id: 'clash',
    packageJson: { fsigk: manifest('scanner-signatures') },
    says: /the same id 'scanner-signatures' as the one in '.*scanner-signatures', which is used\. Remove one of them/,
  },
  {
    id: 'bad-schema',
    packageJson: { fsigk: { ...manifest('bad-schema'), settings: './schema.json' } },
    schema: '{"type":"object","title":"bad","properties":{"word":{"type":"array"}}}',
    says: /no valid settings schema in .*Build the plugin again/,
  },
  {
    id: 'needy',
    packageJson: { fsigk: manifest('needy'), dependencies: { 'not-there-at-all': '1.0.0' } },
    says: /needs the package 'not-there-at-all', which is not there\. Install it again by 'fsigk-plugin install'/,
  },
  {
    id: 'altered',
    packageJson: { fsigk: manifest('altered') },
    says: /altered.*changed since it was installed/s,
  },
]

describe('plugins that are not in order', () => {
  test('none of their code is loaded, each is told with what to do, and the gateway serves [PLUG-02] [PLUG-07]', async () => {
    await using folder = await temporaryFolder()
    const home = folder.path
    const marker = (id: string) => join(home, `${id}-was-loaded`)
    for (const { id, packageJson, schema } of broken) {
      const at = join(home, 'plugins', id)
      await mkdir(at, { recursive: true })
      const common = { name: id, version: '1.0.0', type: 'module', exports: './index.js' }
      const text = typeof packageJson === 'string' ? packageJson : JSON.stringify({ ...common, ...packageJson })
      await writeFile(join(at, 'package.json'), text)
      if (schema !== undefined) await writeFile(join(at, 'schema.json'), schema)
      await writeFile(
        join(at, 'index.js'),
        `import { writeFileSync } from 'node:fs'\nwriteFileSync(${JSON.stringify(marker(id))}, '')\nexport default {}\n`,
      )
    }
    const pin = {
      id: 'altered',
      version: '1.0.0',
      from: 'altered.tgz',
      integrity: 'sha512-AAAA',
      at: '2026-01-01T00:00:00Z',
    }
    await writeFile(join(home, 'plugins', 'installed.json'), JSON.stringify([pin]))
    await using gateway = await startTestGateway({ home, plugins: [obedientScanner('scanner-sound', 'worker')] })
    await using origin = await startWebOrigin({ '/': 'served' })
    assert.equal((await curl(gateway, `${origin.url}/`)).status, 200)
    for (const { id, says } of broken) {
      const state = await pluginState(gateway, id)
      assert.equal(state?.state, 'left-out', id)
      assert.match(state?.problem ?? '', says)
      assert.ok(gateway.output.includes(state?.problem ?? '?'), `${id} is told at the start`)
      const enabling = await gateway.cli('config', 'set', `plugins.scanners=${id}`)
      assert.equal(enabling.code, 2, `${id} cannot be put to work`)
    }
    for (const { id } of broken) assert.ok(!existsSync(marker(id)), `nothing of ${id} was loaded`)
    assert.equal((await curl(gateway, `${origin.url}/`)).status, 200)
  })

  test('one whose code cannot be loaded is refused when it is to be put to work, and nothing is saved [PLUG-07]', async () => {
    await using origin = await startWebOrigin({ '/': 'served' })
    const needy = {
      ...obedientScanner('scanner-needy', 'worker'),
      source: `import 'left-pad-of-nobody'\nexport default {}\n`,
    }
    const elsewhere = { ...obedientScanner('scanner-elsewhere', 'worker'), source: 'export default { kind: "spam" }\n' }
    await using gateway = await startTestGateway({ plugins: [needy, elsewhere] })
    const refused = await gateway.cli('config', 'set', 'plugins.scanners=scanner-signatures,scanner-needy')
    assert.equal(refused.code, 2)
    assert.match(
      refused.stderr,
      /'scanner-needy' needs the package 'left-pad-of-nobody', which is not there\. Install it/,
    )
    const other = await gateway.cli('config', 'set', 'plugins.scanners=scanner-elsewhere')
    assert.match(
      other.stderr,
      /its default export is not definePlugin\(\{ kind: 'scanner', … \}\)\. Rebuild or reinstall it/,
    )
    const { stdout } = await gateway.cli('config', 'get', 'plugins.scanners')
    assert.doesNotMatch(stdout, /needy|elsewhere/)
    assert.equal((await curl(gateway, `${origin.url}/`)).status, 200)
  })

  test('nothing brings one back whose code can no longer be loaded: rollback, revert, commit, or an edited file [PLUG-07]', async () => {
    const shaky = obedientScanner('scanner-shaky', 'worker')
    await using gateway = await startTestGateway({ scanners: [], plugins: [shaky] })
    await gateway.set({ 'plugins.scanners': shaky.id })
    await gateway.set({ 'plugins.scanners': 'scanner-signatures' })
    await installPlugin(gateway.home, { ...shaky, source: `import 'left-pad-of-nobody'\nexport default {}\n` })
    assert.equal((await gateway.cli('config', 'edit', `plugins.scanners=${shaky.id}`)).code, 0)
    const { revision } = await gateway.status()
    const ini = join(gateway.home, 'exported.ini')
    const text = await readFile(join(gateway.home, 'conf', 'fsigk.ini'), 'utf8')
    await writeFile(ini, text.replace(/^scanners=.*$/m, `scanners=${shaky.id}`))
    for (const ways of [
      ['rollback', '-1'],
      ['revert', String(revision)],
      ['commit'],
      ['import', ini, '--as', 'fsigk.ini'],
    ]) {
      const { code, stderr } = await gateway.cli('config', ...ways)
      assert.equal(code, 2, ways.join(' '))
      assert.match(stderr, /'scanner-shaky' needs the package 'left-pad-of-nobody'/, ways.join(' '))
    }
    assert.match((await gateway.cli('config', 'get', 'plugins.scanners')).stdout, /scanner-signatures/)
  })
})
