/** The plugins that there are, as a catalogue of their settings, and what became of them from one look to the next. */
import { isDeepStrictEqual } from 'node:util'
import { Catalogue, coreSections } from '@fsigk/config'
import type { FoundPlugins } from './find-plugins.js'
import type { FoundPlugin, LeftOutPlugin } from './found-plugin.js'
import { pluginListRules } from './plugin-lists.js'

/** What became of plugins since they were last looked for, by id. */
export interface PluginChanges {
  readonly added: readonly string[]
  /** Replaced by another package of the same id. */
  readonly changed: readonly string[]
  readonly removed: readonly string[]
  readonly leftOut: readonly LeftOutPlugin[]
}

/** All settings that there are with these plugins. */
export function catalogueOf(found: FoundPlugins): Catalogue {
  return Catalogue.of([...coreSections, ...found.plugins.flatMap(({ schema }) => schema ?? [])], pluginListRules(found))
}

export function changesOf(before: FoundPlugins, now: FoundPlugins): PluginChanges {
  const earlier = new Map(before.plugins.map((plugin) => [plugin.id, plugin]))
  const later = new Set(now.plugins.map(({ id }) => id))
  const isChanged = (plugin: FoundPlugin) =>
    earlier.has(plugin.id) && !isDeepStrictEqual(earlier.get(plugin.id), plugin)
  return {
    added: now.plugins.flatMap(({ id }) => (earlier.has(id) ? [] : [id])),
    changed: now.plugins.flatMap((plugin) => (isChanged(plugin) ? [plugin.id] : [])),
    removed: before.plugins.flatMap(({ id }) => (later.has(id) ? [] : [id])),
    leftOut: now.leftOut,
  }
}
