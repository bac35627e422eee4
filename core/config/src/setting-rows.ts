import type { SettingEffect } from '@fsigk/plugin-api'
import type { Catalogue } from './domain/catalogue.js'
import type { SettingDefinition, SettingValue } from './domain/definition.js'
import { limitText } from './domain/limit-text.js'
import { SECRET_SHOWN } from './domain/sealed.js'
import type { SettingsSnapshot } from './domain/snapshot.js'
import type { Language } from './domain/templates.js'

/** A line of `fsigk config list`; JSON-able. */
export interface SettingRow {
  readonly key: string
  /** `flag`, `integer`, `choice`, `text`, or the notation of a text: `svcport`, `access-list`, … */
  readonly type: string
  readonly default: SettingValue
  readonly value: SettingValue
  readonly unit: string | null
  readonly limit: string
  readonly effect: SettingEffect
  readonly label: string
  readonly help: string
  readonly dangerous: boolean
  readonly secret: boolean
  readonly notInUseYet: boolean
}

/** Every setting of the catalogue with its value at a revision, in the order of fsigk.ini. */
export function settingRows(
  catalogue: Catalogue,
  snapshot: SettingsSnapshot,
  language: Language,
): readonly SettingRow[] {
  return catalogue.definitions().map((definition) => ({
    key: definition.key,
    type: typeWord(definition),
    default: definition.default,
    value: shownIn(definition, snapshot),
    unit: definition.unit ?? null,
    limit: limitText(definition, language),
    effect: definition.effect,
    label: definition.label[language],
    help: definition.help[language],
    dangerous: definition.dangerous,
    secret: definition.secret,
    notInUseYet: definition.notInUseYet,
  }))
}

/** A secret is told to be there, and no more. */
function shownIn(definition: SettingDefinition, snapshot: SettingsSnapshot): SettingValue {
  const value = snapshot.values[definition.section]?.[definition.name] ?? definition.default
  return definition.secret && value !== '' ? SECRET_SHOWN : value
}

function typeWord(definition: SettingDefinition): string {
  return definition.type === 'text' ? (definition.format ?? 'text') : definition.type
}
