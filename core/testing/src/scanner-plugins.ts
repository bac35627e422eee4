/** Scanners that misbehave or find on purpose, as plugin packages that a test puts into `$FSIGK_HOME/plugins/`. */
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { PLUGIN_API_VERSION, type UnscannedCause } from '@fsigk/plugin-api'

/** A plugin package in two files. */
export interface PluginPackage {
  readonly id: string
  readonly manifest: Readonly<Record<string, unknown>>
  /** ES module text; may import `@fsigk/plugin-api`. */
  readonly source: string
  /** By `settingsSchema`; the manifest names `./settings.schema.json` then. */
  readonly schema?: Readonly<Record<string, unknown>>
}

/** The threat that `scannerThatFinds` reports. */
export const TEST_THREAT = 'Test/Always'

function scannerPackage(id: string, scan: string, rest = ''): PluginPackage {
  return {
    id,
    manifest: {
      id,
      kind: 'scanner',
      title: { en: `Test scanner ${id}`, ja: `テスト検査 ${id}` },
      api: PLUGIN_API_VERSION,
      isolation: 'inline',
    },
    source: `import { definePlugin } from '@fsigk/plugin-api'

class TestScanner {
  definitions = 'test'
  async scan(content, call) {
    ${scan}
  }
  ${rest}
}

export default definePlugin({ kind: 'scanner', section: '${id.replaceAll('-', '_')}', settings: {}, plugin: TestScanner })
`,
  }
}

/** Finds in everything. */
export const scannerThatFinds = scannerPackage(
  'scanner-finds',
  `return { findings: [{ threat: '${TEST_THREAT}', category: 'malware' }] }`,
)

/** Finds nothing in anything. */
export const scannerThatFindsNothing = scannerPackage('scanner-finds-nothing', 'return { findings: [] }')

/** Finds in everything, or nothing in anything, after so many milliseconds. */
export function scannerThatTakes(ms: number, finds: boolean): PluginPackage {
  const findings = finds ? `[{ threat: '${TEST_THREAT}', category: 'malware' }]` : '[]'
  const scan = `await new Promise((resolve) => setTimeout(resolve, ${ms}))\n    return { findings: ${findings} }`
  return scannerPackage(finds ? 'scanner-finds-late' : 'scanner-is-slow', scan)
}

/** Never answers, and does not listen to its signal either. */
export const scannerThatHangs = scannerPackage('scanner-hangs', 'return new Promise(() => {})')

/** Throws at every scan. */
export const scannerThatThrows = scannerPackage('scanner-throws', `throw new Error('the engine broke')`)

/** Reports that content could not be looked into, for this cause. */
export function scannerThatCannot(cause: UnscannedCause): PluginPackage {
  return scannerPackage(`scanner-cannot-${cause}`, `return { findings: [], unscanned: [{ because: '${cause}' }] }`)
}

/** Puts a plugin package into a home, where the host finds it at its next start. */
export async function installPlugin(home: string, plugin: PluginPackage): Promise<void> {
  const folder = join(home, 'plugins', plugin.id)
  await mkdir(folder, { recursive: true })
  const packageJson = {
    name: plugin.id,
    version: '1.0.0',
    type: 'module',
    exports: { '.': { default: './index.js' } },
    fsigk: plugin.manifest,
  }
  await writeFile(join(folder, 'package.json'), JSON.stringify(packageJson, undefined, 2))
  await writeFile(join(folder, 'index.js'), plugin.source)
  if (plugin.schema !== undefined) await writeFile(join(folder, 'settings.schema.json'), JSON.stringify(plugin.schema))
}

/** Links the folder of a built plugin package into a home, where the host finds it at its next start. */
export async function linkPlugin(home: string, folder: string): Promise<void> {
  const { fsigk } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as { fsigk: { id: string } }
  await mkdir(join(home, 'plugins'), { recursive: true })
  await symlink(resolve(folder), join(home, 'plugins', fsigk.id)).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
  })
}
