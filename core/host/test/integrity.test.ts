import assert from 'node:assert/strict'
import { appendFile, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { findPlugins, integrityOf, readInstalled, writeInstalled } from '@fsigk/host'
import { scannerPlugin, writePlugin } from './echo-plugin.js'

async function installed() {
  const plugins = await mkdtemp(join(tmpdir(), 'fsigk-installed-'))
  const folder = await writePlugin(plugins, scannerPlugin('scanner-one', ''))
  const entry = { id: 'scanner-one', version: '1.2.3', from: 'a test', at: new Date().toISOString() }
  await writeInstalled(plugins, [{ ...entry, integrity: await integrityOf(folder) }])
  return { plugins, folder, [Symbol.asyncDispose]: () => rm(plugins, { recursive: true, force: true }) }
}

describe('integrity of installed plugins', () => {
  test('one that is as it was installed is used', async () => {
    await using home = await installed()
    const { plugins, leftOut } = await findPlugins([home.plugins])
    assert.deepEqual(
      plugins.map(({ id }) => id),
      ['scanner-one'],
    )
    assert.deepEqual(leftOut, [])
    assert.equal((await readInstalled(home.plugins)).get('scanner-one')?.version, '1.2.3')
  })

  for (const [says, change] of [
    ['a byte more', (folder: string) => appendFile(join(folder, 'index.js'), ' ')],
    ['a file more', (folder: string) => writeFile(join(folder, 'more.js'), '')],
    ['a file less', (folder: string) => rm(join(folder, 'index.js'))],
    ['a link in it', (folder: string) => symlink('/etc/passwd', join(folder, 'link.js'))],
  ] as const)
    test(`one with ${says} is left out, with what to do`, async () => {
      await using home = await installed()
      await change(home.folder)
      const { plugins, leftOut } = await findPlugins([home.plugins])
      assert.deepEqual(plugins, [])
      assert.equal(leftOut[0]?.code, 'FSIGK_PLUGIN_INTEGRITY')
      assert.match(leftOut[0].because, /'fsigk-plugin remove scanner-one'/)
    })

  test('while installed.json is damaged no plugin beside it is used', async () => {
    await using home = await installed()
    await writeFile(join(home.plugins, 'installed.json'), '[{"id":')
    const { plugins, leftOut } = await findPlugins([home.plugins])
    assert.deepEqual(plugins, [])
    assert.equal(leftOut[0]?.code, 'FSIGK_PLUGIN_INSTALLED_FILE')
  })

  test('a plugin that nobody installed is used as it is', async () => {
    await using home = await installed()
    await writeInstalled(home.plugins, [])
    await appendFile(join(home.folder, 'index.js'), ' ')
    assert.equal((await findPlugins([home.plugins])).plugins.length, 1)
  })
})
