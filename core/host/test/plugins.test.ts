import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { type FoundPlugin, findPlugins } from '@fsigk/host'
import { settingsSchema } from '@fsigk/plugin-api'
import { EchoGateway, temporaryPlace, until } from './echo-gateway.js'
import { echoPlugin, scannerPlugin, writePlugin } from './echo-plugin.js'

async function folderOf() {
  const path = await mkdtemp(join(tmpdir(), 'fsigk-plugins-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}

const clean = scannerPlugin('scanner-clean', '')

const withoutStamp = ({ stamp: _, ...rest }: FoundPlugin) => rest

describe('finding plugins', () => {
  test('those in order are told with what their manifests say', async () => {
    await using folder = await folderOf()
    const at = await writePlugin(folder.path, echoPlugin)
    await writePlugin(folder.path, clean)
    const { plugins, leftOut } = await findPlugins([folder.path, join(folder.path, 'missing')])
    assert.deepEqual(leftOut, [])
    assert.deepEqual(plugins.map(withoutStamp), [
      {
        id: 'protocol-echo',
        kind: 'protocol',
        isolation: 'inline',
        version: '1.2.3',
        folder: at,
        entry: join(at, 'index.js'),
        section: 'echo',
        schema: JSON.parse(JSON.stringify(echoPlugin.schema)),
      },
      {
        id: 'scanner-clean',
        kind: 'scanner',
        isolation: 'worker',
        version: '1.2.3',
        folder: join(folder.path, 'scanner-clean'),
        entry: join(folder.path, 'scanner-clean/index.js'),
        section: undefined,
        schema: undefined,
      },
    ])
  })

  const broken: readonly {
    readonly what: string
    readonly change: Readonly<Record<string, unknown>> | string
    readonly code: string
    readonly says: RegExp
  }[] = [
    { what: 'no JSON', change: '{', code: 'FSIGK_PLUGIN_MANIFEST', says: /package\.json: / },
    { what: 'no manifest', change: { fsigk: undefined }, code: 'FSIGK_PLUGIN_MANIFEST', says: /fsigk/ },
    {
      what: 'a manifest that breaks a rule',
      change: { fsigk: { ...clean.manifest, id: 'Wrong Id', kind: 'scanner', title: { en: 'x', ja: 'x' }, api: 1 } },
      code: 'FSIGK_PLUGIN_MANIFEST',
      says: /fsigk\.id/,
    },
    {
      what: 'another contract',
      change: { fsigk: { id: 'scanner-clean', api: 99, whatever: true } },
      code: 'FSIGK_PLUGIN_API_MISMATCH',
      says: /built for plugin API 99; this gateway speaks 1/,
    },
    { what: 'no entry', change: { exports: undefined }, code: 'FSIGK_PLUGIN_ENTRY', says: /"exports"/ },
    {
      what: 'no code',
      change: { exports: './dist/none.js' },
      code: 'FSIGK_PLUGIN_ENTRY',
      says: /none\.js' does not exist/,
    },
    {
      what: 'code elsewhere',
      change: { exports: '../../x.js' },
      code: 'FSIGK_PLUGIN_ENTRY',
      says: /outside of its folder/,
    },
  ]
  for (const { what, change, code, says } of broken)
    test(`one with ${what} is left out, with the reason and what to do`, async () => {
      await using folder = await folderOf()
      const at = await writePlugin(folder.path, clean)
      await writePlugin(folder.path, echoPlugin)
      const file = join(at, 'package.json')
      const { readFile } = await import('node:fs/promises')
      const before = JSON.parse(await readFile(file, 'utf8'))
      await writeFile(file, typeof change === 'string' ? change : JSON.stringify({ ...before, ...change }))
      const { plugins, leftOut } = await findPlugins([folder.path])
      assert.deepEqual(
        plugins.map(({ id }) => id),
        ['protocol-echo'],
      )
      assert.equal(leftOut[0]?.code, code)
      assert.match(leftOut[0]?.because ?? '', says)
      assert.equal(leftOut[0]?.folder, at)
    })

  test('one whose schema is missing or not valid is left out', async () => {
    await using folder = await folderOf()
    for (const schema of [
      undefined,
      'nonsense',
      { title: 'echo', type: 'object', properties: { svcport: { type: 'array' } } },
    ]) {
      await rm(join(folder.path, 'protocol-echo'), { recursive: true, force: true })
      await writePlugin(folder.path, { ...echoPlugin, schema })
      const { leftOut } = await findPlugins([folder.path])
      assert.equal(leftOut[0]?.code, 'FSIGK_PLUGIN_SCHEMA')
      assert.match(leftOut[0]?.because ?? '', /settings\.schema\.json/)
    }
  })

  test('a protocol without the settings of a service is left out', async () => {
    await using folder = await folderOf()
    const schema = echoPlugin.schema as { properties: Record<string, unknown> }
    const { svcport: _, ...properties } = schema.properties
    await writePlugin(folder.path, { ...echoPlugin, schema: { ...schema, properties } })
    const { leftOut } = await findPlugins([folder.path])
    assert.equal(leftOut[0]?.code, 'FSIGK_PLUGIN_SCHEMA')
    assert.match(leftOut[0]?.because ?? '', /a protocol must declare svcport\./)
  })

  test('of two with one id, or one section, the first is used and the other named', async () => {
    await using first = await folderOf()
    await using second = await folderOf()
    const at = await writePlugin(first.path, echoPlugin)
    await writePlugin(second.path, echoPlugin)
    await writePlugin(second.path, { ...echoPlugin, id: 'protocol-other' })
    await writePlugin(second.path, {
      ...clean,
      id: 'scanner-common',
      manifest: { settings: './settings.schema.json' },
      schema: settingsSchema('common', {}),
    })
    const { plugins, leftOut } = await findPlugins([first.path, second.path])
    assert.deepEqual(
      plugins.map(({ folder }) => folder),
      [at],
    )
    assert.deepEqual(
      leftOut.map(({ id, code }) => [id, code]),
      [
        ['protocol-echo', 'FSIGK_PLUGIN_CLASH'],
        ['protocol-other', 'FSIGK_PLUGIN_CLASH'],
        ['scanner-common', 'FSIGK_PLUGIN_CLASH'],
      ],
    )
    for (const { because } of leftOut.slice(0, 2)) assert.ok(because.includes(at), because)
  })

  test('a plugin may be linked into place', async () => {
    await using folder = await folderOf()
    await using elsewhere = await folderOf()
    const at = await writePlugin(elsewhere.path, clean)
    await symlink(at, join(folder.path, 'linked'))
    const { plugins } = await findPlugins([folder.path])
    assert.equal(plugins[0]?.folder, at)
  })
})

describe('plugins at work', () => {
  test('one outside of the repository gets the host’s copies, even where it carries its own', async () => {
    await using place = await temporaryPlace()
    for (const name of ['zod', 'tsyringe', 'reflect-metadata', '@fsigk/plugin-api']) {
      const copy = join(place.home, 'plugins/protocol-echo/node_modules', name)
      await mkdir(copy, { recursive: true })
      await writeFile(join(copy, 'package.json'), JSON.stringify({ name, type: 'module', exports: './index.js' }))
      await writeFile(join(copy, 'index.js'), `throw new Error('another copy of ${name}')`)
    }
    await using echo = await EchoGateway.start({ place })
    const client = await echo.client()
    await client.greeting()
    await echo.line('fsigk', '"sameZod":true,"tsyringe":"function"')
  })

  test('a scanner that does not start in time fails alone, is named, and the service serves', async () => {
    const plugins = [scannerPlugin('scanner-hangs', 'start() { return new Promise(() => {}) }'), clean]
    await using echo = await EchoGateway.start({ plugins, deadlines: { start: 300 } })
    await echo.set({ 'plugins.scanners': 'scanner-hangs,scanner-clean' })
    const client = await echo.client()
    await client.greeting()
    const states = new Map(echo.gateway.status().plugins.map(({ id, state, problem }) => [id, [state, problem]]))
    assert.deepEqual(states.get('scanner-clean'), ['running', undefined])
    assert.equal(states.get('scanner-hangs')?.[0], 'down')
    assert.match(states.get('scanner-hangs')?.[1] ?? '', /did not finish start\(\) within 300 ms/)
  })

  test('scanners that throw, or are not there any more, are named as down', async () => {
    const plugins = [scannerPlugin('scanner-throws', `async start() { throw new Error('no licence') }`), clean]
    await using echo = await EchoGateway.start({ plugins })
    await echo.set({ 'plugins.scanners': 'scanner-throws,scanner-clean' })
    await rm(join(echo.place.home, 'plugins', 'scanner-clean'), { recursive: true })
    const { removed } = await echo.gateway.administration.reloadPlugins({})
    assert.deepEqual(removed, ['scanner-clean'])
    const problems = await until('three problems', () => {
      const found = echo.gateway.status().plugins.flatMap(({ problem }) => problem ?? [])
      return found.length >= 2 ? found : undefined
    })
    assert.ok(
      problems.some((problem) => /Plugin 'scanner-throws' failed in start\(\): no licence/.test(problem)),
      String(problems),
    )
    assert.ok(
      problems.some((problem) => /'scanner-clean', which is not installed/.test(problem)),
      String(problems),
    )
  })

  test('a protocol that does not load keeps the gateway from starting when there is no other', async () => {
    await using place = await temporaryPlace()
    await writeFile(join(place.home, 'plugins/protocol-echo/index.js'), 'export default {}')
    await assert.rejects(EchoGateway.start({ place }), {
      code: 'FSIGK_WORKER_START',
      message: /Plugin 'protocol-echo' could not be loaded: its default export is not definePlugin\({ kind: 'protocol'/,
    })
  })

  test('a plugin that holds up its event loop as it starts does not hold up the gateway', async () => {
    const plugins = [scannerPlugin('scanner-spins', 'start() { for (;;); }')]
    await using echo = await EchoGateway.start({ plugins, deadlines: { load: 300, start: 300, stop: 300 } })
    const report = await echo.set({ 'plugins.scanners': 'scanner-spins' })
    assert.equal(report.services[0]?.applied, true)
    const spins = echo.gateway.status().plugins.find(({ id }) => id === 'scanner-spins')
    assert.equal(spins?.state, 'down')
    assert.match(spins?.problem ?? '', /did not finish start\(\) within 5900 ms/)
    const client = await echo.client()
    await client.greeting()
  })

  test('a plugin whose stop hangs is left behind', async () => {
    const plugins = [scannerPlugin('scanner-stays', 'stop() { return new Promise(() => {}) }')]
    await using echo = await EchoGateway.start({ plugins, deadlines: { stop: 300 } })
    await echo.set({ 'plugins.scanners': 'scanner-stays' })
    await echo.gateway.stop()
    await echo.line('fsigk', /did not finish stop\(\) within 300 ms/)
  })
})
