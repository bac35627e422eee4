/** All that is set, as one installation hands it to another. */
import type { Catalogue } from './domain/catalogue.js'
import type { WantedChange } from './domain/commands.js'
import type { SettingValue } from './domain/definition.js'
import { isLayoutKey } from './domain/faces.js'
import { savedValue } from './domain/former-values.js'
import { isSealed } from './domain/sealed.js'
import type { SettingsState } from './domain/state.js'
import type { Secrets } from './secrets.js'

/** By key, under the names and in the shapes of today; what has its default, or what nobody declares, is not among them. */
export function exportedSettings(
  { values }: Pick<SettingsState, 'values'>,
  catalogue: Catalogue,
): ReadonlyMap<string, SettingValue> {
  const settings = catalogue.definitions().flatMap((definition) => {
    const value = savedValue(definition, values)
    return value === undefined ? [] : [[definition.key, value] as const]
  })
  const layouts = [...values].filter(([key]) => isLayoutKey(key) && catalogue.find(key) !== undefined)
  return new Map([...settings, ...layouts])
}

export interface ExportedState {
  readonly revision: number
  /** Those that are not secret. */
  readonly settings: ReadonlyMap<string, SettingValue>
  /** In clear. */
  readonly secrets: ReadonlyMap<string, string>
  /** Keys of secrets that do not open. */
  readonly unopened: readonly string[]
}

/** What there is to export, its secrets in clear and apart. */
export function exportedState(state: SettingsState, catalogue: Catalogue, secrets: Secrets): ExportedState {
  const all = exportedSettings(state, catalogue)
  const isSecret = (key: string, value: SettingValue) => isSealed(value) || catalogue.find(key)?.secret === true
  const settings = new Map([...all].filter(([key, value]) => !isSecret(key, value)))
  const clear = new Map([...secrets.clear({ values: all })].filter(([key]) => all.has(key)))
  const unopened = [...all.keys()].filter((key) => !settings.has(key) && !clear.has(key))
  return { revision: state.revision, settings, secrets: clear, unopened }
}

/**
 * What makes the settings those of another installation: what it has set, and back to the default what only this one has.
 *
 * @param kept keys that stay as they are here
 */
export function changesTo(
  wanted: ReadonlyMap<string, SettingValue>,
  kept: ReadonlySet<string>,
  state: Pick<SettingsState, 'values'>,
  catalogue: Catalogue,
): readonly WantedChange[] {
  const here = [...exportedSettings(state, catalogue).keys()].filter((key) => !wanted.has(key) && !kept.has(key))
  return [...[...wanted].map(([key, to]) => ({ key, to })), ...here.map((key) => ({ key }))]
}
