/** `fsigk-plugin install SOURCE`: puts a plugin into the home, checked, whole, and pinned by the hash of its files. */
import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import {
  createHome,
  type FoundPlugin,
  findPlugins,
  homeAt,
  type InstalledPlugin,
  integrityOf,
  type Place,
  readInstalled,
  readPluginFolder,
  writeInstalled,
} from '@fsigk/host'
import { FsigkError, isFsigk } from '@fsigk/plugin-api'
import type { Command } from 'commander'
import { type CommonOptions, command, does } from '../command.js'
import { fail } from '../errors.js'
import type { ExitCode } from '../exit-code.js'
import { printJson, printLine } from '../print.js'
import { addDependencies } from './install/add-dependencies.js'
import { lockPlugins } from './install/lock-plugins.js'
import { makeKnown } from './install/make-known.js'
import { stagePackage } from './install/staged-package.js'
import { packageFiles, packageSource, sourceText } from './package/package-source.js'

export function installCommand(): Command {
  const verb = command('install', 'install a plugin, or another version of one that is installed').argument(
    '<source>',
    'a folder, a tarball (.tgz), or the name of a package in the npm registry',
  )
  return does(verb, install)
}

async function install(place: Place, { json }: CommonOptions, given: string): Promise<ExitCode> {
  const source = await packageSource(given)
  const files = await packageFiles(source)
  const home = homeAt(place.home)
  createHome(home)
  using _lock = lockPlugins(home.plugins)
  const installed = await readInstalled(home.plugins)
  await using staged = await stagePackage(home.plugins, files)
  const plugin = await readStaged(staged.folder, sourceText(source), place, installed)
  const added = await addDependencies(plugin.id, staged.folder)
  const entry: InstalledPlugin = {
    id: plugin.id,
    version: plugin.version,
    from: sourceText(source),
    integrity: await integrity(plugin, staged.folder),
    at: new Date().toISOString(),
  }
  const before = installed.get(plugin.id)
  const same = before?.integrity === entry.integrity && (await isUnchanged(join(home.plugins, plugin.id), before))
  if (!same) await putInPlace(home.plugins, staged.folder, entry, installed)
  const services = await makeKnown(place)
  tell(entry, plugin, before, same, added, json === true)
  return services === 'behind' ? 2 : same ? 1 : 0
}

/** @throws what the host would leave it out for, told of what was given: the folder that it was unpacked to goes again */
async function readStaged(
  folder: string,
  given: string,
  place: Place,
  installed: ReadonlyMap<string, InstalledPlugin>,
): Promise<FoundPlugin> {
  try {
    return await readPluginFolder(folder, await othersThan(folder, place, installed))
  } catch (error) {
    if (!isFsigk(error)) throw error
    throw new FsigkError(error.code, error.message.replaceAll(folder, given), { cause: error })
  }
}

/**
 * The plugins that it will stand beside: all but the one that it replaces.
 * @throws FSIGK_PLUGIN_IN_THE_WAY when a folder of its id lies there that was not installed
 */
async function othersThan(
  staged: string,
  { installation, home }: Place,
  installed: ReadonlyMap<string, InstalledPlugin>,
): Promise<readonly FoundPlugin[]> {
  const { id } = await readPluginFolder(staged, [])
  const own = homeAt(home).plugins
  const { plugins } = await findPlugins([join(installation, 'plugins'), own])
  return plugins.filter((plugin) => plugin.id !== id || !installed.has(id) || !plugin.folder.startsWith(`${own}/`))
}

async function integrity({ id }: FoundPlugin, folder: string): Promise<string> {
  return await integrityOf(folder).catch((cause: Error) => {
    throw fail('FSIGK_PLUGIN_SOURCE', [id, cause.message], { cause })
  })
}

async function isUnchanged(folder: string, { integrity: pinned }: InstalledPlugin): Promise<boolean> {
  return await integrityOf(folder).then(
    (found) => found === pinned,
    () => false,
  )
}

/** Cut off in the middle, the plugin is left out for its integrity, never half of it used. */
async function putInPlace(
  plugins: string,
  staged: string,
  entry: InstalledPlugin,
  installed: ReadonlyMap<string, InstalledPlugin>,
): Promise<void> {
  const place = join(plugins, entry.id)
  const old = join(plugins, `.old-${entry.id}`)
  await rm(old, { recursive: true, force: true })
  await rename(place, old).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
  })
  await writeInstalled(plugins, new Map(installed).set(entry.id, entry).values())
  await rename(staged, place)
  await rm(old, { recursive: true, force: true })
}

function tell(
  entry: InstalledPlugin,
  { kind }: FoundPlugin,
  before: InstalledPlugin | undefined,
  same: boolean,
  added: readonly string[],
  json: boolean,
): void {
  const { id, version } = entry
  if (json || same) {
    if (json) printJson({ ...entry, kind, changed: !same, replaced: before?.version ?? null, added })
    else printLine(`${id} ${version} is installed already, just as it is.`)
    return
  }
  printLine(
    `${id} ${version} (${kind}) installed from ${entry.from}${before === undefined ? '' : `, in place of ${before.version}`}.`,
  )
  printLine(entry.integrity)
  if (added.length > 0) printLine(`With what it needs: ${added.join(', ')}.`)
  printLine(`Put it to work by 'fsigk-plugin enable ${id}'.`)
}
