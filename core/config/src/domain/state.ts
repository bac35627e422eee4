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
  /** By key, the revision that changed it last, also of what is unset again. */
  readonly changedAt: ReadonlyMap<string, number>
}

export const initialState: SettingsState = { revision: 0, values: new Map(), changedAt: new Map() }

/** One event further. */
export function evolve(state: SettingsState, event: SettingsEvent): SettingsState {
  const revision = state.revision + 1
  const values = new Map(state.values)
  const changedAt = new Map(state.changedAt)
  for (const { key, to } of event.changes) {
    changedAt.set(key, revision)
    if (to === null) values.delete(key)
    else values.set(key, to)
  }
  return { revision, values, changedAt }
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
