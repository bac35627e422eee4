/** Secrets among the settings: handed to whoever needs them, and in clear nowhere else. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { chmod, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { runCli, startTestGateway, startWebOrigin } from '@fsigk/testing'
import { curl } from '../../peers/curl.js'
import { stoppedHome } from './stopped-home.js'
import { PASSWORD, vault } from './vault.js'

/** Files below a folder that hold a text. */
async function holding(folder: string, text: string): Promise<readonly string[]> {
  const found: string[] = []
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    if (entry.isFile() && (await readFile(path)).includes(text)) found.push(path)
  }
  return found
}

describe('config: secrets', () => {
  test('a secret reaches the plugin in clear, and stands in clear nowhere [CFG-15]', async () => {
    await using origin = await startWebOrigin({ '/': 'the page' })
    await using gateway = await startTestGateway({ plugins: [vault], settings: { 'plugins.scanners': vault.id } })
    const said: string[] = []
    const config = async (expected: number, ...args: readonly string[]) => {
      const result = await gateway.cli('config', ...args)
      said.push(result.stdout, result.stderr)
      assert.equal(result.code, expected, `config ${args.join(' ')}: ${result.stdout}${result.stderr}`)
      return result.stdout
    }
    const status = async () => (await curl(gateway, `${origin.url}/`)).status
    assert.equal(await status(), 200)
    assert.match(await config(0, 'set', `vault.password=${PASSWORD}`), /^ {2}vault\.password +'' -> \(secret\)$/m)
    assert.equal(await status(), 403)
    await config(1, 'set', `vault.password=${PASSWORD}`)
    assert.equal(await config(0, 'get', 'vault.password'), '(secret)\n')
    await config(0, 'set', `vault.password=${PASSWORD}!`)
    assert.equal(await status(), 200)
    await config(0, 'edit', `vault.password=${PASSWORD}`, 'http.pre_spawn=50')
    await config(1, 'compare', '--json')
    assert.deepEqual(await holding(gateway.home, PASSWORD), [])
    await config(0, 'commit')
    assert.equal(await status(), 403)
    await config(2, 'set', `vault.password=${PASSWORD.repeat(10)}`)
    for (const verb of ['list', 'history', 'blame']) await config(0, verb, '--json')
    for (const verb of ['list', 'show', 'check']) await config(0, verb)
    await config(1, 'diff', '2', '5')
    await config(0, 'rollback', '3')
    assert.equal(await status(), 403)
    await gateway.stop()
    assert.ok(
      !said.join('').includes(PASSWORD),
      said.find((text) => text.includes(PASSWORD)),
    )
    assert.deepEqual(await holding(gateway.home, PASSWORD), [])
    assert.ok(!gateway.output.includes(PASSWORD))
    assert.equal((await stat(join(gateway.home, 'secret.key'))).mode & 0o777, 0o600)
  })

  test('without its key a secret has its default, and the cause is told [CFG-15]', async () => {
    await using home = await stoppedHome(vault)
    await home.config(0, 'set', `vault.password=${PASSWORD}`)
    const key = join(home.path, 'secret.key')
    const kept = await readFile(key)
    const causes: readonly [() => Promise<void>, RegExp][] = [
      [() => rm(key), /secret\.key', which it was sealed by, is gone/],
      [() => writeFile(key, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600 }), /sealed by another key/],
      [() => writeFile(key, 'x'), /must hold 32 bytes/],
      [() => chmod(key, 0o640), /can be read by others; chmod 600 it/],
    ]
    for (const [breakIt, cause] of causes) {
      await breakIt()
      assert.match((await home.config(2, 'check')).stderr, cause)
    }
    await home.config(2, 'set', `vault.password=${PASSWORD}`)
    await writeFile(key, kept)
    await chmod(key, 0o600)
    await home.config(0, 'check')
    await home.config(1, 'set', `vault.password=${PASSWORD}`)
  })

  test('a key of the environment is used, and a wrong one is refused [CFG-15]', async () => {
    await using home = await stoppedHome(vault)
    const withKey = async (key: string, ...args: readonly string[]) =>
      await runCli(home.path, ['config', ...args], { FSIGK_SECRET_KEY: key })
    const fleet = randomBytes(32).toString('base64')
    assert.equal((await withKey(fleet, 'set', `vault.password=${PASSWORD}`)).code, 0)
    assert.equal((await withKey(fleet, 'check')).code, 0)
    assert.deepEqual((await readdir(home.path)).includes('secret.key'), false)
    const { code, stderr } = await withKey('short', 'set', 'vault.password=other')
    assert.equal(code, 2)
    assert.match(stderr, /FSIGK_SECRET_KEY must be 32 bytes/)
  })

  test('only the file whose reader needs a secret holds it, and is private [CFG-15]', async () => {
    await using home = await stoppedHome(vault)
    await home.config(
      0,
      'set',
      `definitions.http_proxyauth_pass=${PASSWORD}`,
      `common.admin_notification_id=${PASSWORD}`,
    )
    const file = join(home.path, 'conf', 'dbupdate.conf')
    assert.deepEqual(await holding(home.path, PASSWORD), [file])
    assert.equal((await stat(file)).mode & 0o777, 0o600)
    assert.match(await readFile(join(home.path, 'conf', 'fsigk.ini'), 'utf8'), /^admin_notification_id=\(secret\)$/m)
    assert.ok(!(await home.config(0, 'show', '--file', 'dbupdate.conf')).stdout.includes(PASSWORD))
    await home.config(0, 'drift')
    const ini = join(home.path, 'conf', 'fsigk.ini')
    const text = await readFile(ini, 'utf8')
    await writeFile(ini, text.replace('admin_notification_id=(secret)', 'admin_notification_id = written by hand'))
    const { stdout } = await home.config(1, 'drift')
    assert.match(stdout, /^ {2}common\.admin_notification_id +\(secret\) -> \(secret\)$/m)
    await home.config(0, 'import')
    assert.ok(!home.said.join('').includes('written by hand'))
    assert.deepEqual(await holding(home.path, 'written by hand'), [])
    assert.equal(await readFile(ini, 'utf8'), text.replace('admin_notification_id=(', 'admin_notification_id = ('))
    await home.config(0, 'rollback', '-1')
    await home.config(0, 'drift')
  })

  test('what stands for a secret and what pretends to be sealed are no secrets', async () => {
    await using home = await stoppedHome(vault)
    assert.match((await home.config(2, 'set', 'vault.password=(secret)')).stderr, /stands for a secret that is kept/)
    assert.match((await home.config(2, 'set', 'vault.password=sealed:1:x')).stderr, /must not begin with 'sealed:'/)
    await home.config(2, 'set', 'vault.password=sealed:1:01234567:AAAA')
    await home.config(0, 'set', `vault.password=${PASSWORD}`)
    await home.config(1, 'set', 'vault.password=(secret)')
    await home.config(0, 'unset', 'vault.password')
    assert.equal((await home.config(0, 'get', 'vault.password')).stdout, '\n')
  })
})
