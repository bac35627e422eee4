import type { PluginKind } from './manifest.js'
import type { RoleOf } from './roles.js'
import type { SettingsOf, SettingsShape } from './settings.js'

/** What a plugin package exports by default: data plus one class. It never sees the container that makes the class. */
export interface PluginDefinition<K extends PluginKind = PluginKind, S extends SettingsShape = SettingsShape> {
  readonly kind: K
  /** The section of its settings in `fsigk.ini`; for a protocol also the name of its service (`http`). */
  readonly section: string
  readonly settings: S
  // biome-ignore format: the suppression below must stand right above what it suppresses
  // biome-ignore lint/suspicious/noExplicitAny: a constructor's parameters are the container's business
  readonly plugin: new (...dependencies: any[]) => RoleOf[K]
}

/** Declares a plugin. Pure: checks nothing that the manifest says, which the host has read before this code runs. */
export function definePlugin<K extends PluginKind, S extends SettingsShape>(
  definition: PluginDefinition<K, S>,
): PluginDefinition<K, S> {
  return Object.freeze(definition)
}

/** The settings type of a definition's section. */
export type PluginSettings<D> = D extends PluginDefinition<PluginKind, infer S> ? SettingsOf<S> : never
