import type { Saved } from '@fsigk/config'
import { listWords } from '@fsigk/plugin-api'
import { isPluginList } from '../plugins/plugin-lists.js'
import type { AdministrationRoom } from './call.js'

/**
 * Tries the code of plugins that a save would put to work in a running gateway, so that one that cannot even be loaded
 * never stands between sessions and those that can.
 * @param wouldSave tells what it would change
 * @throws as `wouldSave`; FSIGK_PLUGIN_DEPENDENCY, FSIGK_PLUGIN_LOAD, FSIGK_PLUGIN_TIMEOUT, FSIGK_PLUGIN_FAILED
 */
export async function tryNewPlugins(
  { settings, running }: Pick<AdministrationRoom, 'settings' | 'running'>,
  wouldSave: () => Promise<Saved>,
): Promise<void> {
  const { tryPlugin } = running
  if (tryPlugin === undefined) return
  const { changes } = await wouldSave()
  const { values } = settings.log.current
  const fresh = changes.flatMap(({ key, to }) => {
    const [section = '', name = ''] = key.split('.')
    const listed = isPluginList(key) ? listWords(String(values[section]?.[name] ?? '')) : []
    return isPluginList(key) ? listWords(String(to ?? '')).filter((id) => !listed.includes(id)) : []
  })
  // What ships with the product and runs inline was tried by those who built it.
  const found = settings.plugins.filter(({ id, isolation }) => isolation !== 'inline' && fresh.includes(id))
  await Promise.all(found.map((plugin) => tryPlugin(plugin)))
}
