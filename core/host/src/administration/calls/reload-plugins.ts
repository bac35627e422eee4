import type { PluginsReloaded } from '../administration.js'
import { call, nothing } from '../call.js'

/**
 * Looks for plugins again: those that were installed, replaced or removed since are known from then on, without a
 * restart and without losing a session. The settings that they declare come and go with them.
 */
export const reloadPlugins = call(nothing, async ({ settings, running, inTurn }): Promise<PluginsReloaded> => {
  return await inTurn(async () => {
    const changes = await settings.rediscover()
    const { current } = settings.log
    await settings.project(current)
    return { ...changes, services: await running.usePlugins(changes, current) }
  })
})
