/**
 * Finds the plugins of the installation and of the home. Manifest and schema are checked here, before any code of a
 * plugin is loaded; what is not in order is reported and left out, and the host starts without it.
 */
import { readdir, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { Catalogue, coreSections, type SectionSchema } from '@fsigk/config'
import { isFsigk, type PluginManifest } from '@fsigk/plugin-api'
import { fail, messageOf } from '../errors.js'
import { missingPackages } from './dependencies.js'
import type { FoundPlugin, Isolation, LeftOutPlugin } from './found-plugin.js'
import { checkIntegrity, readInstalled } from './integrity.js'
import { insideFolder, readBounded, readManifest } from './read-manifest.js'

export interface FoundPlugins {
  readonly plugins: readonly FoundPlugin[]
  readonly leftOut: readonly LeftOutPlugin[]
}

/**
 * @param parents folders that hold one plugin package a subfolder, in order of precedence: of two plugins with one id
 * or one section, the first is used. A parent that does not exist holds none.
 * @param shipped the one of them whose plugins ship with the product
 */
export async function findPlugins(parents: readonly string[], shipped?: string): Promise<FoundPlugins> {
  const plugins: FoundPlugin[] = []
  const leftOut: LeftOutPlugin[] = []
  for (const parent of parents) {
    const reading = readInstalled(parent)
    // Said of every plugin there, since none of them can be checked.
    reading.catch(() => {})
    for (const folder of await packageFolders(parent)) {
      try {
        await checkIntegrity(folder, basename(folder), await reading)
        const { plugin, needs } = await readPlugin(folder, parent === shipped)
        await requirePackages(plugin, needs)
        refuseClash(plugin, plugins)
        plugins.push(plugin)
      } catch (error) {
        leftOut.push(reportOf(folder, error))
      }
    }
  }
  return { plugins, leftOut }
}

async function packageFolders(parent: string): Promise<readonly string[]> {
  const entries = await readdir(parent, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw fail('FSIGK_HOME_NOT_WRITABLE', [parent, messageOf(error)], { cause: error })
  })
  return entries
    .filter((entry) => (entry.isDirectory() || entry.isSymbolicLink()) && !entry.name.startsWith('.'))
    .map((entry) => join(parent, entry.name))
    .sort()
}

/**
 * Reads a plugin package that is not in its place yet, as the host will read it there.
 * @param others the plugins that it would stand beside
 * @throws what a plugin is left out for
 */
export async function readPluginFolder(folder: string, others: readonly FoundPlugin[]): Promise<FoundPlugin> {
  const { plugin } = await readPlugin(folder, false)
  refuseClash(plugin, others)
  return plugin
}

async function readPlugin(
  givenFolder: string,
  ships: boolean,
): Promise<{ readonly plugin: FoundPlugin; readonly needs: readonly string[] }> {
  const { manifest, version, folder, entry, needs } = await readManifest(givenFolder)
  const { id, kind, settings, scanner } = manifest
  const schema = settings === undefined ? undefined : await readSchema(id, folder, settings)
  const section = schema?.title
  if (kind === 'protocol') requireServiceSettings(id, folder, schema)
  const isolation = isolationOf(manifest, ships)
  const stamp = await stampOf(folder, entry)
  const traits = scanner === undefined ? {} : { scanner }
  return { plugin: { id, kind, isolation, version, stamp, folder, entry, section, schema, ...traits }, needs }
}

async function requirePackages({ id, folder }: FoundPlugin, needs: readonly string[]): Promise<void> {
  const missing = await missingPackages(folder, needs)
  if (missing.length > 0)
    throw fail('FSIGK_PLUGIN_DEPENDENCY', [id, missing.map((name) => `the package '${name}'`).join(', ')])
}

async function stampOf(...files: readonly string[]): Promise<string> {
  const found = await Promise.all(files.map((file) => stat(file)))
  return found.map(({ ino, mtimeMs }) => `${ino}-${mtimeMs}`).join(' ')
}

/** A plugin of somebody else's shares no event loop with sessions, whatever it wishes. Protocols hold sockets, and do. */
function isolationOf({ kind, isolation }: PluginManifest, ships: boolean): Isolation {
  if (kind === 'protocol') return 'inline'
  return isolation === 'inline' && !ships ? 'worker' : isolation
}

async function readSchema(id: string, folder: string, named: string): Promise<SectionSchema> {
  const file = insideFolder(folder, named)
  if (file === undefined) throw fail('FSIGK_PLUGIN_SCHEMA', [id, named, 'it lies outside of the plugin'])
  try {
    const schema = JSON.parse(await readBounded(file)) as SectionSchema
    // The catalogue is the judge of schemas; one that it cannot take alone would break it for every plugin.
    Catalogue.of([schema])
    return schema
  } catch (cause) {
    throw fail('FSIGK_PLUGIN_SCHEMA', [id, file, messageOf(cause)], { cause })
  }
}

/** A service is switched, placed and bounded by settings of its protocol (guide 7.1.1.1). */
function requireServiceSettings(id: string, folder: string, schema: SectionSchema | undefined): void {
  if (schema === undefined)
    throw fail('FSIGK_PLUGIN_MANIFEST', [folder, 'a protocol needs "settings": its section names its service'])
  const catalogue = Catalogue.of([schema])
  const missing = [`${schema.title}_service`, 'svcport', 'pre_spawn', 'workers', 'backlog'].filter(
    (name) => catalogue.find(`${schema.title}.${name}`) === undefined,
  )
  if (missing.length > 0)
    throw fail('FSIGK_PLUGIN_SCHEMA', [id, folder, `a protocol must declare ${missing.join(', ')}`])
}

function refuseClash(plugin: FoundPlugin, before: readonly FoundPlugin[]): void {
  const sameId = before.find(({ id }) => id === plugin.id)
  if (sameId !== undefined) throw fail('FSIGK_PLUGIN_CLASH', [plugin.folder, `id '${plugin.id}'`, sameId.folder])
  if (plugin.section === undefined) return
  if (coreSections.some(({ title, placeholder }) => title === plugin.section && placeholder !== true))
    throw fail('FSIGK_PLUGIN_CLASH', [plugin.folder, `section '${plugin.section}'`, '@fsigk/config'])
  const sameSection = before.find(({ section }) => section === plugin.section)
  if (sameSection !== undefined)
    throw fail('FSIGK_PLUGIN_CLASH', [plugin.folder, `section '${plugin.section}'`, sameSection.folder])
}

function reportOf(folder: string, error: unknown): LeftOutPlugin {
  const code = isFsigk(error) ? error.code : 'FSIGK_PLUGIN_LOAD'
  return { id: basename(folder), folder, code, because: messageOf(error) }
}
