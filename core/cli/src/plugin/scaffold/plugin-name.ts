import { coreSections } from '@fsigk/config'
import { fail } from '../../errors.js'

/** The names of a new plugin: of its package and id, of its section, and for people. */
export interface PluginNames {
  /** `marker-scanner` */
  readonly id: string
  /** `marker_scanner` */
  readonly section: string
  /** `Marker scanner` */
  readonly title: string
}

const MAX_CHARACTERS = 48

/** @throws FSIGK_PLUGIN_NAME */
export function pluginNames(given: string): PluginNames {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(given) || given.length > MAX_CHARACTERS)
    throw fail('FSIGK_PLUGIN_NAME', [
      given,
      `it must be lower-case words joined by '-', at most ${MAX_CHARACTERS} characters`,
    ])
  const section = given.replaceAll('-', '_')
  const isOwn = coreSections.some(({ title, placeholder }) => title === section && placeholder !== true)
  if (isOwn || section === 'layout' || section in Object.prototype)
    throw fail('FSIGK_PLUGIN_NAME', [given, `'${section}' is a section of the gateway's own settings`])
  const words = given.replaceAll('-', ' ')
  return { id: given, section, title: words.charAt(0).toUpperCase() + words.slice(1) }
}
