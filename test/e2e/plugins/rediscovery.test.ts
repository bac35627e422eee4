import assert from 'node:assert/strict'
import { readFile, rm, writeFile } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { openAdministration } from '@fsigk/host'
import { type SettingsShape, settingsSchema, text } from '@fsigk/plugin-api'
import { installPlugin, type PluginPackage, startTestGateway, startWebOrigin, type TestGateway } from '@fsigk/testing'
import { curl } from '../../peers/curl.js'
import { pluginState } from './kit.js'

const about = { label: { en: 'Word', ja: '語' }, help: { en: 'What it finds.', ja: '検出名です。' } }

type Finder = PluginPackage & { readonly schema: unknown }

/** A scanner that finds the word of its setting in everything. */
function finder(version: string, shape: SettingsShape = { word: text('Default', { maxBytes: 64 }, about) }): Finder {
  return {
    id: 'scanner-finder',
    manifest: { id: 'scanner-finder', kind: 'scanner', title: { en: 'x', ja: 'x' }, api: 1, settings: './schema.json' },
    source: `import { definePlugin } from '@fsigk/plugin-api'
class Finder {
  definitions = '${version}'
  async scan(content, { settings }) { return { findings: [{ threat: '${version}/' + (settings.threat ?? settings.word), category: 'malware' }] } }
}
export default definePlugin({ kind: 'scanner', section: 'finder', settings: {}, plugin: Finder })
`,
    schema: settingsSchema('finder', shape),
  }
}

async function install(home: string, plugin: Finder): Promise<void> {
  await installPlugin(home, plugin)
  await writeFile(join(home, 'plugins', plugin.id, 'schema.json'), JSON.stringify(plugin.schema))
}

async function reload({ home }: TestGateway) {
  await using administration = await openAdministration({ home, installation: '', version: 'test' })
  return await administration.reloadPlugins({})
}

describe('plugins that come and go while the gateway runs', () => {
  test('installed, replaced and removed, they lose no session and restart nothing, and their settings come and go with them [PLUG-03] [PLUG-05]', async () => {
    const half = Buffer.alloc(300_000, 'h')
    const begun = Promise.withResolvers<ServerResponse>()
    await using origin = await startWebOrigin({
      '/': 'anything',
      '/long': (_, response) => {
        response.setHeader('Content-Length', 2 * half.length)
        response.write(half)
        begun.resolve(response)
      },
    })
    await using gateway = await startTestGateway()
    const pids = await gateway.workers('http')
    const long = curl(gateway, `${origin.url}/long`)
    const response = await begun.promise
    const found = async () => (await curl(gateway, `${origin.url}/`)).body.toString()

    const unknown = await gateway.cli('config', 'set', 'plugins.scanners=scanner-finder')
    assert.equal(unknown.code, 2)
    assert.match(unknown.stderr, /there is no plugin 'scanner-finder' to be a scanner; there are scanner-\w+/)

    await install(gateway.home, finder('One'))
    assert.deepEqual((await reload(gateway)).added, ['scanner-finder'])
    assert.match((await gateway.cli('config', 'list')).stdout, /finder\.word/)
    await gateway.set({ 'plugins.scanners': 'scanner-finder', 'finder.word': 'Chosen' })
    assert.match(await found(), /One\/Chosen/)
    assert.match(await readFile(join(gateway.home, 'conf', 'fsigk.ini'), 'utf8'), /^word=Chosen$/m)

    await install(gateway.home, finder('Two'))
    assert.deepEqual((await reload(gateway)).changed, ['scanner-finder'])
    assert.match(await found(), /Two\/Chosen/)

    await rm(join(gateway.home, 'plugins', 'scanner-finder'), { recursive: true })
    assert.deepEqual((await reload(gateway)).removed, ['scanner-finder'])
    assert.equal((await curl(gateway, `${origin.url}/`)).status, 503, 'what nobody looked at is refused for now')
    assert.equal((await pluginState(gateway, 'scanner-finder'))?.state, 'down')
    assert.doesNotMatch((await gateway.cli('config', 'list')).stdout, /finder\.word/)

    // Its newest release has another name for the setting, and says what it was.
    const renamed = text('Default', { maxBytes: 64 }, { ...about, formerly: [{ name: 'word' }] })
    await install(gateway.home, finder('Three', { threat: renamed }))
    gateway.process.kill('SIGHUP')
    for (;;) if (/Three\/Chosen/.test(await found())) break

    response.end(half)
    const { status, body } = await long
    assert.equal(status, 200)
    assert.ok(body.equals(Buffer.concat([half, half])))
    assert.deepEqual(await gateway.workers('http'), pids, 'the same workers serve')
  })
})
