/** The settings as everything else sees them: every value filled in, and frozen. */
import type { Catalogue } from './catalogue.js'
import { isBroken, type SettingValue } from './definition.js'
import { faceFiles, layoutKey } from './faces.js'
import { savedValue } from './former-values.js'
import type { SettingsState } from './state.js'
import { type ShippedTemplates, shippedTemplate } from './templates.js'

/** Settings of one revision; plain data, deeply frozen, the same object for everybody who pins it. */
export interface SettingsSnapshot {
  readonly revision: number
  /** By section and name. Templates hold the text in force. */
  readonly values: Readonly<Record<string, Readonly<Record<string, SettingValue>>>>
  /** How somebody shaped the files of conf/, by the file's name; a file that is not here has the generated form. */
  readonly layouts?: Readonly<Record<string, string>>
}

/** A stored value that today's catalogue refuses, so that the default is in force in its place. */
export interface IgnoredValue {
  readonly key: string
  readonly value: SettingValue
  readonly rule: string
}

export function settingsSnapshot(
  state: SettingsState,
  catalogue: Catalogue,
  templates: ShippedTemplates,
): SettingsSnapshot {
  const values: Record<string, Record<string, SettingValue>> = {}
  for (const section of catalogue.sections()) {
    const inForce = catalogue.definitions(section).map(({ key, name }) => [name, valueInForce(key, state, catalogue)])
    values[section] = Object.fromEntries(inForce)
  }
  fillTemplates(values, templates)
  for (const section of Object.values(values)) Object.freeze(section)
  const layouts = Object.freeze(layoutsIn(state))
  return Object.freeze({ revision: state.revision, values: Object.freeze(values), layouts })
}

function layoutsIn(state: SettingsState): Readonly<Record<string, string>> {
  return Object.fromEntries(
    faceFiles.flatMap((file) => {
      const layout = state.values.get(layoutKey(file))
      return typeof layout === 'string' && layout !== '' ? [[file, layout]] : []
    }),
  )
}

/** What was set once but does not fit today's limits, for the status to show. */
export function ignoredValues(state: SettingsState, catalogue: Catalogue): readonly IgnoredValue[] {
  return [...state.values].flatMap(([key, value]) => {
    const result = catalogue.find(key) === undefined ? undefined : catalogue.parse(key, value)
    return result !== undefined && isBroken(result) ? [{ key, value, rule: result.rule }] : []
  })
}

function valueInForce(key: string, state: SettingsState, catalogue: Catalogue): SettingValue | undefined {
  const definition = catalogue.find(key)
  return definition === undefined ? undefined : (savedValue(definition, state.values) ?? definition.default)
}

/** An empty template is the one that ships in the gateway's language. */
function fillTemplates(values: Record<string, Record<string, SettingValue>>, templates: ShippedTemplates): void {
  const language = values['common']?.['language'] === 'ja' ? 'ja' : 'en'
  for (const [name, text] of Object.entries(values['template'] ?? {})) {
    const template = values['template']
    if (template !== undefined && text === '') template[name] = shippedTemplate(templates, language, name)
  }
}
