import type { PluginStatus } from '../administration/administration.js'
import type { FoundPlugins } from '../plugins/find-plugins.js'
import type { PluginWatch } from './plugin-watch.js'
import type { PluginUse } from './service-status.js'

/** Who puts plugins to work: services, log outputs, the queue of notices. */
export interface PluginUser {
  pluginsInUse(): Iterable<readonly [id: string, use: PluginUse]>
}

/** What became of every plugin: those that were found, those that were left out, and those that settings miss. */
export function pluginStatuses(
  found: FoundPlugins,
  users: readonly PluginUser[],
  watch: PluginWatch,
): readonly PluginStatus[] {
  const used = new Map(users.flatMap((user) => [...user.pluginsInUse()]))
  const present = found.plugins.map(({ id, kind, version, folder, isolation }): PluginStatus => {
    const use = used.get(id)
    used.delete(id)
    return { id, kind, version, folder, isolation, ...(use ?? { state: 'unused' }), ...watch.of(id) }
  })
  for (const { id } of found.leftOut) used.delete(id)
  const missing = [...used].map(([id, use]): PluginStatus => ({ id, folder: '', ...use }))
  const leftOut = found.leftOut.map(
    ({ id, folder, because }): PluginStatus => ({ id, state: 'left-out', folder, problem: because }),
  )
  return [...present, ...missing, ...leftOut]
}
