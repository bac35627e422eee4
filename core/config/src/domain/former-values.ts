/** What a value that was saved under an earlier shape of a setting is today. Events are never rewritten; this is how they are read. */
import type { FormerSetting } from '@fsigk/plugin-api'
import type { SettingDefinition, SettingValue } from './definition.js'
import { isBroken } from './definition.js'
import { isSealed } from './sealed.js'
import { parseValue, renderValue } from './values.js'

/**
 * The value of a setting that was saved, in today's shape: its own, or else the newest of its former ones that can be read.
 *
 * @param saved by key
 * @returns undefined when none was saved, or none that was can be read
 */
export function savedValue(
  definition: SettingDefinition,
  saved: ReadonlyMap<string, SettingValue>,
): SettingValue | undefined {
  const own = readable(definition, saved.get(definition.key))
  if (own !== undefined) return own
  for (const former of definition.formerly) {
    const value = saved.get(`${definition.section}.${former.name}`)
    const today = value === undefined ? undefined : readable(definition, converted(former, value))
    if (today !== undefined) return today
  }
  return undefined
}

/** Keys under which earlier shapes of a setting were saved. */
export function formerKeys({ section, key, formerly }: SettingDefinition): readonly string[] {
  return formerly.map(({ name }) => `${section}.${name}`).filter((each) => each !== key)
}

function readable(definition: SettingDefinition, value: SettingValue | undefined): SettingValue | undefined {
  if (value === undefined) return undefined
  if (definition.secret && isSealed(value)) return value
  const result = parseValue(definition, value)
  return isBroken(result) ? undefined : result.value
}

function converted({ values, factor }: FormerSetting, value: SettingValue): SettingValue {
  const text = renderValue(value)
  if (values !== undefined && Object.hasOwn(values, text)) return values[text] ?? value
  return factor !== undefined && typeof value === 'number' ? Math.round(value * factor) : value
}
