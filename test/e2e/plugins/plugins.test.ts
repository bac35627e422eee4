import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { type PluginPackage, scannerThatFinds, startTestGateway, startWebOrigin, TEST_THREAT } from '@fsigk/testing'
import { curl } from '../../peers/curl.js'

interface PluginStatus {
  readonly plugins: readonly {
    readonly id: string
    readonly kind: string
    readonly state: string
    readonly problem?: string
  }[]
}

describe('plugins', () => {
  const status = async (gateway: { cli(...args: string[]): Promise<{ stdout: string }> }) =>
    JSON.parse((await gateway.cli('status', '--json')).stdout) as PluginStatus

  test('protocol and scanner come in as plugins, and one of a user’s own does as well [PLUG-01]', async () => {
    await using gateway = await startTestGateway({ scanners: [scannerThatFinds] })
    const { plugins } = await status(gateway)
    for (const [id, kind] of [
      ['protocol-http', 'protocol'],
      ['scanner-signatures', 'scanner'],
      ['scanner-finds', 'scanner'],
    ])
      assert.ok(
        plugins.some((plugin) => plugin.id === id && plugin.kind === kind),
        `${id} in ${JSON.stringify(plugins)}`,
      )
    await using origin = await startWebOrigin({ '/': 'anything' })
    assert.equal((await curl(gateway, `${origin.url}/`)).status, 403)
    assert.match(await gateway.line('http', 'detect', /./), new RegExp(encodeURIComponent(TEST_THREAT)))
  })

  test('what a plugin declares by @inject comes from the host’s container [PLUG-01]', async () => {
    const injected: PluginPackage = {
      id: 'scanner-injected',
      manifest: { ...scannerThatFinds.manifest, id: 'scanner-injected' },
      source: `import { Clock, definePlugin, Folders, inject, injectable, Log } from '@fsigk/plugin-api'
class Injected {
  definitions = 'test'
  constructor(clock, folders, log) { Object.assign(this, { clock, folders, log }) }
  async scan() {
    const whole = this.clock.now() instanceof Date && this.folders.databases.endsWith('databases') && typeof this.log.info === 'function'
    return { findings: [{ threat: whole ? 'Test/Injected' : 'Test/Missing', category: 'malware' }] }
  }
}
for (const [at, token] of [Clock, Folders, Log].entries()) inject(token)(Injected, undefined, at)
injectable()(Injected)
export default definePlugin({ kind: 'scanner', section: 'scanner_injected', settings: {}, plugin: Injected })
`,
    }
    await using gateway = await startTestGateway({ scanners: [injected] })
    await using origin = await startWebOrigin({ '/': 'anything' })
    await curl(gateway, `${origin.url}/`)
    assert.match(await gateway.line('http', 'detect', /./), /Test%2FInjected/)
  })

  test('a broken plugin is left out and reported, and the gateway serves', async () => {
    const broken: readonly [string, string][] = [
      ['not-json', '{'],
      ['no-manifest', '{"name":"no-manifest"}'],
      [
        'newer-api',
        JSON.stringify({ name: 'newer-api', fsigk: { ...scannerThatFinds.manifest, id: 'newer-api', api: 99 } }),
      ],
      ['clash', JSON.stringify({ name: 'clash', fsigk: { ...scannerThatFinds.manifest, id: 'scanner-signatures' } })],
    ]
    const home = await startTestGateway()
    await home.stop()
    for (const [name, packageJson] of broken) {
      await mkdir(join(home.home, 'plugins', name), { recursive: true })
      await writeFile(join(home.home, 'plugins', name, 'package.json'), packageJson)
    }
    await using gateway = await startTestGateway({ home: home.home })
    await using origin = await startWebOrigin({ '/': 'served' })
    assert.equal((await curl(gateway, `${origin.url}/`)).status, 200)
    for (const [name] of broken) assert.match(gateway.output, new RegExp(name))
    await home[Symbol.asyncDispose]()
  })
})
