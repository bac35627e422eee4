/** A whole configuration moved from one installation to another, as one file. */
import assert from 'node:assert/strict'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { runCli, startTestGateway, startWebOrigin, temporaryFolder } from '@fsigk/testing'
import { curl } from '../../peers/curl.js'
import { stoppedHome } from './stopped-home.js'
import { PASSWORD, vault } from './vault.js'

const PHRASE = 'a phrase for the journey'

async function vaultHome() {
  const home = await stoppedHome(vault)
  return { ...home, path: (...names: readonly string[]) => join(home.path, ...names) }
}

type Config = Awaited<ReturnType<typeof vaultHome>>['config']

async function files(config: Config): Promise<unknown> {
  return JSON.parse((await config(0, 'show', '--json')).stdout)
}

describe('config: export and import', () => {
  test('everything comes over in one revision: settings, lists, templates, comments and secrets [CFG-17]', async () => {
    await using origin = await startWebOrigin({ '/': 'the page' })
    await using old = await vaultHome()
    const phrase = old.path('phrase')
    await writeFile(phrase, `${PHRASE}\n`)
    const ini = old.path('conf', 'fsigk.ini')
    await old.config(
      0,
      'set',
      `plugins.scanners=${vault.id}`,
      `vault.password=${PASSWORD}`,
      'access.http_from=127. [::1]',
    )
    await old.config(0, 'set', 'http.acl_from=yes', 'template.http=<p>blocked here</p>', 'http.svcport=127.0.0.1:0')
    await old.config(0, 'set', 'http.local_to=127.0.0.0/8 [::1]', 'http.workers=1')
    await writeFile(ini, `# moved with its comments\n${await readFile(ini, 'utf8')}`)
    await old.config(0, 'import')
    assert.match((await old.config(2, 'export')).stderr, /vault\.password are set\. Say --passphrase-file/)
    const bundle = old.path('bundle.json')
    await old.config(0, 'export', '--file', bundle, '--passphrase-file', phrase)
    assert.equal((await stat(bundle)).mode & 0o777, 0o600)
    assert.ok(!(await readFile(bundle, 'utf8')).includes(PASSWORD))

    await using young = await vaultHome()
    await young.config(0, 'set', 'http.pre_spawn=50')
    await young.config(2, 'import', bundle)
    await young.config(1, 'import', bundle, '--passphrase-file', phrase, '--dry-run')
    await young.config(0, 'import', bundle, '--passphrase-file', phrase)
    assert.deepEqual(await files(young.config), await files(old.config))
    const history = JSON.parse((await young.config(0, 'history', '--json')).stdout)
    assert.deepEqual([history[0].revision, history[0].origin], [3, 'cli'])
    assert.match(history[0].comment, /^Imported: r5 of an export by \S+$/)
    await young.config(1, 'import', bundle, '--passphrase-file', phrase)
    await using gateway = await startTestGateway({ home: young.path(), settings: {} })
    const { status, body } = await curl(gateway, `${origin.url}/`)
    assert.deepEqual([status, body.toString().trim()], [403, '<p>blocked here</p>'])
    await gateway.cli('config', 'rollback', '2')
    assert.equal((await young.config(0, 'get', 'http.pre_spawn')).stdout, '50\n')
  })

  test('without secrets, those of the other installation stay [CFG-17]', async () => {
    await using old = await vaultHome()
    await old.config(0, 'set', `vault.password=${PASSWORD}`, 'http.pre_spawn=50')
    const { stdout } = await old.config(0, 'export', '--without-secrets')
    assert.ok(!stdout.includes('sealed:'))
    await using young = await vaultHome()
    const bundle = young.path('bundle.json')
    await writeFile(bundle, stdout)
    await young.config(0, 'set', 'vault.password=its own')
    await young.config(0, 'import', bundle, '--confirm', '10m')
    await young.config(1, 'set', 'vault.password=its own')
    await young.config(0, 'abort')
    assert.equal((await young.config(0, 'get', 'http.pre_spawn')).stdout, '2000\n')
  })

  test('what is not known or not whole is refused, each key named, and nothing is changed [CFG-10]', async () => {
    await using old = await vaultHome()
    await old.config(0, 'set', 'vault.password=x', 'http.pre_spawn=50')
    const phrase = old.path('phrase')
    await writeFile(phrase, PHRASE)
    const text = (await old.config(0, 'export', '--passphrase-file', phrase)).stdout
    const bundle = old.path('bundle.json')
    const refusals: readonly [string, RegExp][] = [
      [text.replace('50', '60'), /checksum is another one/],
      [text.slice(0, -40), /none that 'fsigk config export' wrote/],
      [text.replace('"version": 1', '"version": 2'), /its version is 2; this release knows up to 1/],
    ]
    for (const [changed, because] of refusals) {
      await writeFile(bundle, changed)
      assert.match((await old.config(2, 'import', bundle, '--passphrase-file', phrase)).stderr, because)
    }
    await writeFile(bundle, text)
    await writeFile(phrase, 'another')
    assert.match((await old.config(2, 'import', bundle, '--passphrase-file', phrase)).stderr, /by another passphrase/)
    await writeFile(phrase, PHRASE)
    await using bare = await temporaryFolder()
    const args = ['config', 'import', bundle, '--passphrase-file', phrase]
    const { code, stderr } = await runCli(bare.path, args)
    assert.equal(code, 2)
    assert.match(stderr, /vault\.password=[^:]*: there is no such setting/)
    assert.ok(!stderr.includes('vault.password=x'))
    assert.equal((await runCli(bare.path, ['config', 'get', 'http.pre_spawn'])).stdout, '2000\n')
  })
})
