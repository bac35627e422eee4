/** The secrets among the settings: sealed on their way in, opened for whoever needs them, shown to nobody. */
import type { Catalogue } from './domain/catalogue.js'
import type { WantedChange } from './domain/commands.js'
import { type Broken, isBroken, type SettingValue } from './domain/definition.js'
import { isSealed, SEALED_BEGINNING, SECRET_SHOWN, type Sealer, shownValue } from './domain/sealed.js'
import type { IgnoredValue, SettingsSnapshot } from './domain/snapshot.js'
import type { SettingsState } from './domain/state.js'

export class Secrets {
  constructor(
    private readonly catalogue: Catalogue,
    private readonly sealer: Sealer | undefined,
  ) {}

  /**
   * Wishes with their secrets sealed. The clear text that is kept already, and `(secret)`, stay what is kept, so that
   * they change nothing; what breaks a rule is left for `decide` to refuse.
   *
   * @throws what the sealer throws when it has no key
   */
  sealed(changes: readonly WantedChange[], { values }: Pick<SettingsState, 'values'>): readonly WantedChange[] {
    return changes.map((change) => {
      const { key, to } = change
      const definition = this.catalogue.find(key)
      if (definition?.secret !== true || to === undefined || to === null) return change
      return { key, to: this.sealedOrBroken(key, to, values.get(key)) }
    })
  }

  private sealedOrBroken(key: string, to: unknown, kept: SettingValue | undefined): unknown {
    if (to === SECRET_SHOWN)
      return isSealed(kept) ? kept : broken(`must not be ${SECRET_SHOWN}, which stands for a secret that is kept`)
    if (isSealed(to)) return this.resealed(key, to, kept)
    const parsed = this.catalogue.parse(key, to)
    if (isBroken(parsed) || parsed.value === '') return to
    const clear = String(parsed.value)
    if (clear.startsWith(SEALED_BEGINNING)) return broken(`must not begin with '${SEALED_BEGINNING}'`)
    if (this.sealer === undefined) return broken('cannot be kept: there is nothing to seal it by')
    if (isSealed(kept) && this.clearOf(key, kept) === clear) return kept
    return this.sealer.seal(key, clear)
  }

  /** Sealed by us before, for a working copy or a proposal. */
  private resealed(key: string, to: string, kept: SettingValue | undefined): unknown {
    const clear = this.clearOf(key, to)
    if (clear === undefined) return broken('is a sealed text that does not open here')
    return isSealed(kept) && this.clearOf(key, kept) === clear ? kept : to
  }

  /**
   * A snapshot with its secrets in clear, for those who need them. One that cannot be opened has its default; without
   * any secret it is the same snapshot.
   */
  opened(snapshot: SettingsSnapshot): SettingsSnapshot {
    return replaced(snapshot, (value, section, name) => {
      const key = `${section}.${name}`
      return this.clearOf(key, value) ?? this.catalogue.find(key)?.default ?? ''
    })
  }

  /** The secrets of a state in clear, by key: those that open. */
  clear({ values }: Pick<SettingsState, 'values'>): ReadonlyMap<string, string> {
    const opened = [...values].map(([key, value]) => [key, isSealed(value) ? this.clearOf(key, value) : undefined])
    return new Map(opened.filter((each): each is [string, string] => each[1] !== undefined))
  }

  /** Secrets that are kept and cannot be opened, so that their defaults are in force. */
  unopened({ values }: Pick<SettingsState, 'values'>): readonly IgnoredValue[] {
    return [...values].flatMap(([key, value]) => {
      if (!isSealed(value)) return []
      const result = this.sealer?.open(key, value) ?? broken('cannot be opened: there is no key')
      return isBroken(result) ? [{ key, value: SECRET_SHOWN, rule: result.rule }] : []
    })
  }

  private clearOf(key: string, sealed: string): string | undefined {
    const result = this.sealer?.open(key, sealed)
    return result === undefined || isBroken(result) ? undefined : result.clear
  }
}

/** A snapshot as it may be shown: `(secret)` in the place of each secret. */
export function masked(snapshot: SettingsSnapshot): SettingsSnapshot {
  return replaced(snapshot, (value) => shownValue(value))
}

function broken(rule: string): Broken {
  return { rule }
}

function replaced(
  snapshot: SettingsSnapshot,
  by: (sealed: string, section: string, name: string) => SettingValue,
): SettingsSnapshot {
  const sections = Object.entries(snapshot.values)
  if (!sections.some(([, settings]) => Object.values(settings).some(isSealed))) return snapshot
  const values = sections.map(([section, settings]) => {
    const own = Object.entries(settings).map(([name, value]) => {
      return [name, isSealed(value) ? by(value, section, name) : value] as const
    })
    return [section, Object.freeze(Object.fromEntries(own))] as const
  })
  return Object.freeze({ ...snapshot, values: Object.freeze(Object.fromEntries(values)) })
}
