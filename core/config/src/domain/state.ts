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
  const fold = new Fold(state)
  fold.add(event)
  return fold.state()
}

/** `evolve` over many events, without a copy of all values for each. */
export class Fold {
  #revision: number
  readonly #values: Map<string, SettingValue>
  readonly #changedAt: Map<string, number>

  constructor({ revision, values, changedAt }: SettingsState) {
    this.#revision = revision
    this.#values = new Map(values)
    this.#changedAt = new Map(changedAt)
  }

  add(event: SettingsEvent): void {
    this.#revision += 1
    for (const { key, to } of event.changes) {
      this.#changedAt.set(key, this.#revision)
      if (to === null) this.#values.delete(key)
      else this.#values.set(key, to)
    }
  }

  state(): SettingsState {
    return { revision: this.#revision, values: new Map(this.#values), changedAt: new Map(this.#changedAt) }
  }
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
