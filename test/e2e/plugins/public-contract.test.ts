/** What ships is made of nothing that a plugin of somebody else’s could not be made of. */
import assert from 'node:assert/strict'
import { cp, mkdir, readdir, readFile, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, test } from 'node:test'
import { type RunningGateway, startGateway } from '@fsigk/host'
import { startWebOrigin, temporaryFolder, testSettings, until } from '@fsigk/testing'
import { curl } from '../../peers/curl.js'
import { EICAR } from '../../peers/samples.js'

const INSTALLATION = join(import.meta.dirname, '..', '..', '..', '..')
const SHIPPED = join(INSTALLATION, 'plugins')
/** Given to every plugin by the host. */
const GIVEN = ['@fsigk/plugin-api', 'tsyringe', 'reflect-metadata', 'zod']
/** Of our own packages, those that plugins may stand on (decision 078). */
const PUBLIC = ['@fsigk/plugin-api', '@fsigk/wire', '@fsigk/sockets', '@fsigk/mail']

interface Package {
  readonly folder: string
  readonly files: readonly string[]
  readonly dependencies: Readonly<Record<string, string>>
  readonly fsigk: { readonly id: string }
}

async function shippedPackages(): Promise<readonly Package[]> {
  const names = await readdir(SHIPPED)
  return await Promise.all(
    names.map(async (folder) => ({
      ...(JSON.parse(await readFile(join(SHIPPED, folder, 'package.json'), 'utf8')) as Package),
      folder,
    })),
  )
}

/** Puts a package where this repository is not near, with what its package.json asks for and nothing else. */
async function takeOut({ folder, files, dependencies, fsigk }: Package, plugins: string): Promise<void> {
  const to = join(plugins, fsigk.id)
  for (const name of ['package.json', ...files])
    await cp(join(SHIPPED, folder, name), join(to, name), { recursive: true })
  for (const name of Object.keys(dependencies).filter((each) => !GIVEN.includes(each))) {
    const place = join(to, 'node_modules', name)
    await mkdir(dirname(place), { recursive: true })
    await symlink(join(INSTALLATION, 'node_modules', name), place)
  }
}

async function set({ administration }: RunningGateway, settings: Readonly<Record<string, string>>) {
  const changes = Object.entries(settings).map(([key, to]) => ({ key, to }))
  const { services } = await administration.change({ actor: 'test', origin: 'api', changes })
  for (const { applied, because } of services) assert.ok(applied, because)
}

describe('the plugins that ship', () => {
  test('stand on the public contract alone, and work like anybody’s in a home, under a host that has no others [PLUG-01]', async () => {
    const packages = await shippedPackages()
    for (const { folder, dependencies } of packages)
      for (const name of Object.keys(dependencies).filter((each) => each.startsWith('@fsigk/')))
        assert.ok(PUBLIC.includes(name), `${folder} needs ${name}, which is not public`)
    await using folder = await temporaryFolder('contract')
    const [home, installation] = [join(folder.path, 'home'), join(folder.path, 'installation')]
    await mkdir(join(installation, 'plugins'), { recursive: true })
    await symlink(join(INSTALLATION, 'conf'), join(installation, 'conf'))
    for (const each of packages) await takeOut(each, join(home, 'plugins'))

    await using gateway = await startGateway({ home, installation, version: 'test' })
    const { plugins } = gateway.status()
    assert.deepEqual(plugins.map(({ id }) => id).sort(), packages.map(({ fsigk }) => fsigk.id).sort())
    for (const { id, state, folder: place, problem } of plugins) {
      assert.ok(place.startsWith(`${home}/`), place)
      assert.notEqual(state, 'left-out', `${id}: ${problem}`)
    }
    const scanners = packages.flatMap(({ fsigk: { id } }) => (id.startsWith('scanner-') ? [id] : []))
    // Each is loaded when it is to be put to work, and the change refused when that fails.
    await set(gateway, { ...stringsOf(testSettings), 'plugins.scanners': scanners.join(',') })
    const sinks = packages.flatMap(({ fsigk: { id } }) => (id.startsWith('log-') ? [id] : []))
    await set(gateway, { 'plugins.scanners': 'scanner-signatures', 'plugins.log_sinks': sinks.join(',') })
    for (const id of ['protocol-http', 'scanner-signatures', ...sinks])
      assert.equal(gateway.status().plugins.find((plugin) => plugin.id === id)?.state, 'running', id)

    await using origin = await startWebOrigin({ '/eicar.com': EICAR, '/x': 'harmless' })
    const [service] = gateway.status().services
    const http = { host: '127.0.0.1', port: service?.port ?? 0 }
    assert.equal((await curl({ http }, `${origin.url}/x`)).body.toString(), 'harmless')
    assert.equal((await curl({ http }, `${origin.url}/eicar.com`)).status, 403)
    const json = join(home, 'log', 'http', 'detect.json')
    await until('the JSON line', async () => (await readFile(json, 'utf8').catch(() => '')).includes('/eicar.com'))
  })
})

function stringsOf(settings: Readonly<Record<string, string | number>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(settings).map(([key, value]) => [key, String(value)]))
}
