/** A home of the test's own, and small plugin packages to put into it. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { settingsSchema, text } from '@fsigk/plugin-api'
import { type CommandResult, runPluginCli } from '@fsigk/testing'
import { writeTarball } from '../../src/plugin/archive/write-tarball.js'
import { file } from './archives.js'

export interface PluginHome extends AsyncDisposable {
  /** Holds the home and whatever else the test needs. */
  readonly folder: string
  readonly home: string
  plugin(...args: readonly string[]): Promise<CommandResult>
  /** Runs a command, and gives the JSON that it printed. */
  json<T>(...args: readonly string[]): Promise<T>
}

export async function pluginHome(): Promise<PluginHome> {
  const folder = await mkdtemp(join(tmpdir(), 'fsigk-plugins-'))
  const home = join(folder, 'home')
  const plugin = (...args: readonly string[]) => runPluginCli(home, args, { cwd: folder })
  return {
    folder,
    home,
    plugin,
    async json<T>(...args: readonly string[]) {
      const { stdout, stderr } = await plugin(...args, '--json')
      try {
        return JSON.parse(stdout) as T
      } catch (cause) {
        throw new Error(`fsigk-plugin ${args.join(' ')} printed no JSON: ${stdout}${stderr}`, { cause })
      }
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  }
}

export interface SmallPlugin {
  readonly id?: string
  readonly version?: string
  /** Over those of a scanner that is in order. */
  readonly manifest?: Readonly<Record<string, unknown>>
  readonly packageJson?: Readonly<Record<string, unknown>>
  /** The body of its class. */
  readonly source?: string
  readonly files?: Readonly<Record<string, string>>
}

const about = { label: { en: 'Test', ja: 'テスト' }, help: { en: 'For tests.', ja: 'テスト用です。' } }
const shape = { word: text('word', { maxBytes: 20 }, about) }

/** The files of a scanner in plain JavaScript, built already. */
export function smallPlugin(options: SmallPlugin = {}): ReadonlyMap<string, string> {
  const { id = 'small', version = '1.0.0', source = '', manifest, packageJson, files = {} } = options
  const section = id.replaceAll('-', '_')
  const title = { en: id, ja: id }
  const fsigk = { id, kind: 'scanner', title, api: 1, settings: './settings.schema.json', ...manifest }
  return new Map([
    [
      'package.json',
      JSON.stringify({ name: id, version, type: 'module', exports: './index.js', fsigk, ...packageJson }),
    ],
    ['settings.schema.json', JSON.stringify(settingsSchema(section, shape))],
    [
      'index.js',
      `import { definePlugin, text } from '@fsigk/plugin-api'
class Small {
  definitions = 'none'
  async scan(content, { signal }) {
    for await (const _ of content.open()) signal.throwIfAborted()
    signal.throwIfAborted()
    return { findings: [] }
  }
  ${source}
}
const settings = { word: text('word', { maxBytes: 20 }, ${JSON.stringify(about)}) }
export default definePlugin({ kind: 'scanner', section: '${section}', settings, plugin: Small })
`,
    ],
    ...Object.entries(files),
  ])
}

/** Writes a package as a tarball, and gives its path. */
export async function tarball(folder: string, name: string, files: ReadonlyMap<string, string>): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, writeTarball([...files].map(([inside, content]) => file(`package/${inside}`, content))))
  return path
}

/** Writes a package as a folder, and gives its path. */
export async function packageFolder(folder: string, name: string, files: ReadonlyMap<string, string>): Promise<string> {
  for (const [inside, content] of files) {
    const path = join(folder, name, inside)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, content)
  }
  return join(folder, name)
}
