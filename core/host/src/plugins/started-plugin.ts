import type { PluginKind, RoleOf } from '@fsigk/plugin-api'
import type { FoundPlugin } from './found-plugin.js'

/** A plugin at work, wherever it runs. */
export interface StartedPlugin<K extends PluginKind = PluginKind> {
  readonly found: FoundPlugin
  readonly role: RoleOf[K]
  /** The section that its settings stand in. */
  readonly section: string
  /** Tells it its new settings, when they are new or when it should look at its files again. */
  reload(settings: unknown, again?: boolean): Promise<void>
  stop(): Promise<void>
}
