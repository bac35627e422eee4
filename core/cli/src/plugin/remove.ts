import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { homeAt, openAdministration, type Place, readInstalled, writeInstalled } from '@fsigk/host'
import type { Command } from 'commander'
import { command, does } from '../command.js'
import { type SaveOptions, tellSaved } from '../config/save.js'
import { fail } from '../errors.js'
import type { ExitCode } from '../exit-code.js'
import { printJson, printLine } from '../print.js'
import { lockPlugins } from './install/lock-plugins.js'
import { pluginNamed, pluginsHere } from './plugins-here.js'
import { save, switchOf } from './switch.js'

interface RemoveOptions extends SaveOptions {
  readonly force?: boolean
}

/** `fsigk-plugin remove ID`: takes an installed plugin away. Its settings stay in the history. */
export function removeCommand(): Command {
  const verb = command('remove', 'remove an installed plugin')
    .argument('<id>')
    .option('--force', 'disable it first, when it is at work')
  return does(verb, remove)
}

async function remove(place: Place, options: RemoveOptions, id: string): Promise<ExitCode> {
  const { plugins } = homeAt(place.home)
  using _lock = lockPlugins(plugins)
  await using administration = await openAdministration(place)
  const all = await pluginsHere(place, administration)
  const plugin = pluginNamed(all, id)
  if (plugin.from === 'product') throw fail('FSIGK_PLUGIN_SHIPPED', [id])
  let revision: number | null = null
  if (plugin.enabled) {
    if (options.force !== true) throw fail('FSIGK_PLUGIN_ENABLED', [id])
    const comment = `'${id}' is removed`
    const report = await save(administration, { ...options, comment }, [await switchOf(administration, all, id, false)])
    revision = report.revision
    if (report.services.some(({ applied }) => !applied)) return tellSaved(report, options)
  }
  // Away in one step: half a plugin is never seen.
  const aside = join(plugins, `.removed-${id}`)
  await rm(aside, { recursive: true, force: true })
  await rename(join(plugins, id), aside)
  const installed = new Map(await readInstalled(plugins))
  if (installed.delete(id)) await writeInstalled(plugins, installed.values())
  await rm(aside, { recursive: true, force: true })
  await administration.reloadPlugins({})
  if (options.json) printJson({ id, version: plugin.version, disabledBy: revision })
  else printLine(`${id} removed${revision === null ? '' : ` (r${revision} disabled it)`}.`)
  return 0
}
