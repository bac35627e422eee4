/** What the events come to: the values that were set, without the defaults of the others. */
import type { SettingValue } from './definition.js'
import type { SettingChange, SettingsEvent } from './events.js'

export interface SettingsState {
  /** 0 before the first event. */
  readonly revision: number
  /**
   * By key. Also values of settings that no plugin declares now: when the plugin comes back, so do they.
   */
  readonly values: ReadonlyMap<string, SettingValue>
}

export const initialState: SettingsState = { revision: 0, values: new Map() }

/** One event further. */
export function evolve(state: SettingsState, event: SettingsEvent): SettingsState {
  const values = new Map(state.values)
  for (const { key, to } of event.changes) {
    if (to === null) values.delete(key)
    else values.set(key, to)
  }
  return { revision: state.revision + 1, values }
}

/** What turns one set of values into the other, in the order of keys. */
export function changesBetween(
  from: ReadonlyMap<string, SettingValue>,
  to: ReadonlyMap<string, SettingValue>,
): readonly SettingChange[] {
  return [...new Set([...from.keys(), ...to.keys()])]
    .sort()
    .map((key) => ({ key, from: from.get(key) ?? null, to: to.get(key) ?? null }))
    .filter((change) => change.from !== change.to)
}
