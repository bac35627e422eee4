/** The plugins of a place, with all that is known of each: where it came from, whether the settings use it, how it does. */

import { join } from 'node:path'
import {
  type Administration,
  type FoundPlugin,
  findPlugins,
  homeAt,
  type InstalledPlugin,
  type LeftOutPlugin,
  type Place,
  type PluginStatus,
  pluginLists,
  readInstalled,
} from '@fsigk/host'
import { listWords, type PluginKind } from '@fsigk/plugin-api'
import { fail } from '../errors.js'

/** One plugin. `state` is what a running gateway says of it, or `stopped` while none runs. */
export interface PluginHere {
  readonly id: string
  readonly kind: PluginKind | null
  readonly version: string | null
  readonly enabled: boolean
  readonly state: PluginStatus['state'] | 'stopped'
  readonly isolation: FoundPlugin['isolation'] | null
  /** `product`, the folder, tarball or package that it was installed from, or the folder that it lies in. */
  readonly from: string
  readonly folder: string
  readonly problem: string | null
  readonly section: string | null
  readonly installed: InstalledPlugin | null
  /** How the calls to it went since the gateway started; null while none runs, or none was made. */
  readonly health: Pick<PluginStatus, 'calls' | 'failures' | 'lastFailure'> | null
}

/** In the order in which they are at work, kind by kind; then those that are not. */
export async function pluginsHere(place: Place, administration: Administration): Promise<readonly PluginHere[]> {
  const home = homeAt(place.home)
  const shipped = join(place.installation, 'plugins')
  const [{ plugins, leftOut }, installed, values, status] = await Promise.all([
    findPlugins([shipped, home.plugins], shipped),
    readInstalled(home.plugins).catch(() => new Map<string, InstalledPlugin>()),
    settingValues(administration),
    administration.status({}),
  ])
  const told = new Map(status.plugins.map((plugin) => [plugin.id, plugin]))
  const running = status.state !== 'stopped'
  const originOf = (id: string, folder: string) =>
    folder.startsWith(`${shipped}/`) ? 'product' : (installed.get(id)?.from ?? folder)
  const found = plugins.map(
    (plugin): PluginHere => ({
      id: plugin.id,
      kind: plugin.kind,
      version: plugin.version,
      enabled: isEnabled(plugin, values),
      state: running ? (told.get(plugin.id)?.state ?? 'unused') : 'stopped',
      isolation: plugin.isolation,
      from: originOf(plugin.id, plugin.folder),
      folder: plugin.folder,
      problem: told.get(plugin.id)?.problem ?? null,
      section: plugin.section ?? null,
      installed: installed.get(plugin.id) ?? null,
      health: healthOf(told.get(plugin.id)),
    }),
  )
  return [...found, ...leftOut.map((plugin) => leftOutHere(plugin, originOf, installed, values))]
}

function leftOutHere(
  { id, folder, because }: LeftOutPlugin,
  originOf: (id: string, folder: string) => string,
  installed: ReadonlyMap<string, InstalledPlugin>,
  values: ReadonlyMap<string, unknown>,
): PluginHere {
  const enabled = Object.values(pluginLists).some((key) => enabledIds(values, key).includes(id))
  return {
    id,
    kind: null,
    version: installed.get(id)?.version ?? null,
    enabled,
    state: 'left-out',
    isolation: null,
    from: originOf(id, folder),
    folder,
    problem: because,
    section: null,
    installed: installed.get(id) ?? null,
    health: null,
  }
}

function healthOf(status: PluginStatus | undefined): PluginHere['health'] {
  if (status?.calls === undefined) return null
  const { calls, failures, lastFailure } = status
  return {
    calls,
    ...(failures === undefined ? {} : { failures }),
    ...(lastFailure === undefined ? {} : { lastFailure }),
  }
}

/** @throws FSIGK_PLUGIN_UNKNOWN */
export function pluginNamed(plugins: readonly PluginHere[], id: string): PluginHere {
  const found = plugins.find((plugin) => plugin.id === id)
  if (found === undefined) throw fail('FSIGK_PLUGIN_UNKNOWN', [id])
  return found
}

/** The values in force, by key. */
export async function settingValues(administration: Administration): Promise<ReadonlyMap<string, unknown>> {
  return new Map((await administration.list({})).map(({ key, value }) => [key, value]))
}

/** The ids that a list of plugins names, in its order. */
export function enabledIds(values: ReadonlyMap<string, unknown>, key: string): readonly string[] {
  return listWords(String(values.get(key) ?? ''))
}

/** The setting that switches a protocol: `http.http_service`. */
export function serviceSwitch(section: string): string {
  return `${section}.${section}_service`
}

function isEnabled({ id, kind, section }: FoundPlugin, values: ReadonlyMap<string, unknown>): boolean {
  if (kind === 'protocol') return values.get(serviceSwitch(section ?? '')) === true
  return enabledIds(values, pluginLists[kind]).includes(id)
}
