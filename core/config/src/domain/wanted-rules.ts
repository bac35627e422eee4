import type { SettingValue } from './definition.js'

/**
 * What a new value must keep to beyond its type and limits, by key: rules about what there is at the moment, a plugin by
 * its id. They hold for wishes only. What was stored stays in force when it is gone, and a rollback may bring it back.
 *
 * @returns the rule that the value breaks; undefined when it breaks none
 */
export type WantedRules = ReadonlyMap<
  string,
  (value: SettingValue, inForce: SettingValue | undefined) => string | undefined
>
