/** `fsigk-plugin enable`, `disable` and `order`: changes of settings like any other, so that a rollback undoes them. */
import { type Administration, openAdministration, type Place, pluginLists, type SaveReport } from '@fsigk/host'
import { type PluginKind, pluginKinds } from '@fsigk/plugin-api'
import { Argument, type Command } from 'commander'
import { command, does } from '../command.js'
import { type SaveOptions, saveRequest, tellSaved, withSaveOptions } from '../config/save.js'
import { fail } from '../errors.js'
import type { ExitCode } from '../exit-code.js'
import { enabledIds, type PluginHere, pluginNamed, pluginsHere, serviceSwitch, settingValues } from './plugins-here.js'

interface Change {
  readonly key: string
  readonly to: string
}

export function enableCommand(): Command {
  const verb = command('enable', 'put a plugin to work, behind those of its kind that are').argument('<id>')
  return does(withSaveOptions(verb), (place: Place, options: SaveOptions, id: string) => turn(place, options, id, true))
}

export function disableCommand(): Command {
  const verb = command('disable', 'take a plugin out of work; it stays installed').argument('<id>')
  return does(withSaveOptions(verb), (place: Place, options: SaveOptions, id: string) =>
    turn(place, options, id, false),
  )
}

export function orderCommand(): Command {
  const kinds = pluginKinds.filter((kind) => kind !== 'protocol')
  const verb = command('order', 'have plugins of one kind asked in this order, before the others of that kind')
    .addArgument(new Argument('<kind>').choices(kinds))
    .argument('<ids...>', 'enabled plugins of that kind')
  return does(withSaveOptions(verb), order)
}

async function turn(place: Place, options: SaveOptions, id: string, on: boolean): Promise<ExitCode> {
  await using administration = await openAdministration(place)
  // A plugin that was linked into the home since the gateway started is not known to it yet.
  if (on) await administration.reloadPlugins({})
  const plugins = await pluginsHere(place, administration)
  return tellSaved(await save(administration, options, [await switchOf(administration, plugins, id, on)]), options)
}

/**
 * The change of settings that puts a plugin to work or takes it out of it.
 * @throws FSIGK_PLUGIN_UNKNOWN; FSIGK_PLUGIN_NOT_USABLE when one that is to work is not in order
 */
export async function switchOf(
  administration: Administration,
  plugins: readonly PluginHere[],
  id: string,
  on: boolean,
): Promise<Change> {
  const values = await settingValues(administration)
  // What is gone can still stand in a list, and be taken out of it.
  const key = Object.values(pluginLists).find((list) => enabledIds(values, list).includes(id))
  if (!on && key !== undefined)
    return {
      key,
      to: enabledIds(values, key)
        .filter((each) => each !== id)
        .join(','),
    }
  const { kind, section, problem } = pluginNamed(plugins, id)
  if (kind === null) throw fail('FSIGK_PLUGIN_NOT_USABLE', [id, problem ?? 'it is not in order'])
  if (kind === 'protocol') return { key: serviceSwitch(section ?? ''), to: on ? 'yes' : 'no' }
  const list = pluginLists[kind]
  const ids = enabledIds(values, list)
  return { key: list, to: (on && !ids.includes(id) ? [...ids, id] : ids).join(',') }
}

export function save(administration: Administration, options: SaveOptions, changes: Change[]): Promise<SaveReport> {
  return administration.change({ ...saveRequest(options), origin: 'cli', changes })
}

async function order(
  place: Place,
  options: SaveOptions,
  kind: Exclude<PluginKind, 'protocol'>,
  ids: readonly string[],
): Promise<ExitCode> {
  await using administration = await openAdministration(place)
  const key = pluginLists[kind]
  const enabled = enabledIds(await settingValues(administration), key)
  for (const id of ids) if (!enabled.includes(id)) throw fail('FSIGK_PLUGIN_NOT_ENABLED', [id, key])
  const to = [...new Set([...ids, ...enabled])].join(',')
  return tellSaved(await save(administration, options, [{ key, to }]), options)
}
