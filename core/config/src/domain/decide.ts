/**
 * From a wish and the settings as they are to the facts that follow: pure, no clock, no files. Either everything in a
 * command is right and one event follows, or none; nothing follows from a wish for what is so already.
 */
import type { Catalogue } from './catalogue.js'
import type { ChangeSettings, RevertRevision, RollBackSettings, SettingsCommand } from './commands.js'
import { type Broken, isBroken, type SettingValue } from './definition.js'
import type { ConfirmTerms, EventMeta, SettingChange, SettingsEvent } from './events.js'
import { formerKeys, savedValue } from './former-values.js'
import { SECRET_SHOWN } from './sealed.js'
import { cut, printable } from './shown.js'
import { changesBetween, type SettingsState } from './state.js'
import { renderValue } from './values.js'

/** A value that was refused, as a program and a person can read it; `null` when the wish was to unset. */
export interface Refusal {
  readonly key: string
  readonly value: string | null
  readonly rule: string
}

export type Decided = { readonly events: readonly SettingsEvent[] } | { readonly refused: readonly Refusal[] }

export function decide(command: SettingsCommand, state: SettingsState, catalogue: Catalogue): Decided {
  switch (command.type) {
    case 'InstallGateway':
      return { events: state.revision === 0 ? [{ type: 'GatewayInstalled', changes: [], meta: metaOf(command) }] : [] }
    case 'ChangeSettings':
      return change(command, state, catalogue)
    case 'RollBackSettings':
      return rollBack(command, state, catalogue)
    case 'RevertRevision':
      return revert(command, state, catalogue)
  }
}

function metaOf({ at, actor, origin, comment, machine = false, approvedBy }: SettingsCommand): EventMeta {
  return { at: at.toISOString(), actor, origin, comment: comment || null, machine, approvedBy: approvedBy ?? null }
}

function termsOf({ confirm }: SettingsCommand): { readonly confirm?: ConfirmTerms } {
  return confirm === undefined ? {} : { confirm }
}

function change(command: ChangeSettings, state: SettingsState, catalogue: Catalogue): Decided {
  const refused: Refusal[] = []
  const changes: SettingChange[] = []
  const seen = new Set<string>()
  for (const { key, to } of command.changes) {
    const result = seen.has(key) ? { rule: 'must not be changed twice in one save' } : wanted(key, to, state, catalogue)
    seen.add(key)
    if (isBroken(result)) refused.push({ key, value: shownWish(key, to, catalogue), rule: result.rule })
    else if (!isSo(key, result.value, state, catalogue)) {
      const change = { key, from: state.values.get(key) ?? null, to: result.value ?? null }
      changes.push(...(change.from === change.to ? [] : [change]), ...formerUnset(key, state, catalogue))
    }
  }
  if (refused.length > 0) return { refused }
  return {
    events:
      changes.length === 0 ? [] : [{ type: 'SettingsChanged', changes, ...termsOf(command), meta: metaOf(command) }],
  }
}

/** The value to store, undefined to unset. What no plugin declares any more can still be unset. */
function wanted(
  key: string,
  to: unknown,
  state: SettingsState,
  catalogue: Catalogue,
): { readonly value: SettingValue | undefined } | Broken {
  if (typeof to === 'object' && to !== null && isBroken(to)) return to
  if (to !== undefined && to !== null) {
    return catalogue.parseWish(key, to, state.values.get(key) ?? catalogue.find(key)?.default)
  }
  const known = catalogue.find(key) !== undefined || state.values.has(key)
  return known ? { value: undefined } : { rule: catalogue.unknownKeyRule(key) }
}

/** To set what the default already says is no change; to unset needs something that was set. */
function isSo(key: string, value: SettingValue | undefined, state: SettingsState, catalogue: Catalogue): boolean {
  const set = state.values.get(key)
  const definition = catalogue.find(key)
  if (value === undefined) return set === undefined && formerUnset(key, state, catalogue).length === 0
  const inForce = definition === undefined ? set : (savedValue(definition, state.values) ?? definition.default)
  return value === inForce
}

/** Earlier names of a setting give way when it is changed, so that none of them comes back into force. */
function formerUnset(key: string, state: SettingsState, catalogue: Catalogue): readonly SettingChange[] {
  const definition = catalogue.find(key)
  if (definition === undefined) return []
  return formerKeys(definition).flatMap((former) => {
    const from = state.values.get(former)
    return from === undefined || catalogue.find(former) !== undefined ? [] : [{ key: former, from, to: null }]
  })
}

function rollBack(command: RollBackSettings, state: SettingsState, catalogue: Catalogue): Decided {
  const { because, key, target } = command
  if (key !== undefined && !isKnown(key, state, target, catalogue))
    return { refused: [{ key, value: null, rule: catalogue.unknownKeyRule(key) }] }
  const changes = changesBetween(state.values, target.values).filter((each) => key === undefined || each.key === key)
  // Given up, everything is as it was before, also what today's rules do not put in force: nobody may stay locked out.
  const refused = because === undefined ? brokenNow(changes, catalogue) : []
  if (refused.length > 0) return { refused }
  if (changes.length === 0) return { events: [] }
  const what = {
    toRevision: target.revision,
    ...(key !== undefined && { key }),
    ...(because !== undefined && { because }),
  }
  return {
    events: [{ type: 'SettingsRolledBack', ...what, changes, ...termsOf(command), meta: metaOf(command) }],
  }
}

/** What the revision changed has the value that it gave it, or there is nothing of it left to undo. */
function revert(command: RevertRevision, state: SettingsState, catalogue: Catalogue): Decided {
  const { key, of } = command
  const wanted = of.changes.filter((each) => key === undefined || each.key === key)
  if (wanted.length === 0 && key !== undefined)
    return { refused: [{ key, value: null, rule: `r${of.revision} did not change it` }] }
  const changes = wanted.flatMap((each): SettingChange[] => {
    const now = state.values.get(each.key) ?? null
    return now === each.from ? [] : [{ key: each.key, from: now, to: each.from }]
  })
  const changedLater = changes.filter((each) => (state.changedAt.get(each.key) ?? 0) > of.revision)
  if (changedLater.length > 0)
    return {
      refused: changedLater.map((each) => {
        return { key: each.key, value: null, rule: `was changed later, by r${state.changedAt.get(each.key)}` }
      }),
    }
  const refused = brokenNow(changes, catalogue)
  if (refused.length > 0) return { refused }
  if (changes.length === 0) return { events: [] }
  const what = { ofRevision: of.revision, ...(key !== undefined && { key }) }
  return { events: [{ type: 'SettingsReverted', ...what, changes, ...termsOf(command), meta: metaOf(command) }] }
}

/** Values of old that today's rules refuse. */
function brokenNow(changes: readonly SettingChange[], catalogue: Catalogue): readonly Refusal[] {
  return changes.flatMap(({ key, to }) => {
    // A setting whose plugin is away is restored as it was: nothing reads it, and the plugin may come back.
    if (to === null || catalogue.find(key) === undefined) return []
    const result = catalogue.parse(key, to)
    return isBroken(result) ? [{ key, value: shownWish(key, to, catalogue), rule: result.rule }] : []
  })
}

function isKnown(key: string, state: SettingsState, target: SettingsState, catalogue: Catalogue): boolean {
  return catalogue.find(key) !== undefined || state.values.has(key) || target.values.has(key)
}

/** No error holds a secret. */
function shownWish(key: string, to: unknown, catalogue: Catalogue): string | null {
  if (to === undefined || to === null) return null
  const isSecret = catalogue.find(key)?.secret === true || (typeof to === 'object' && isBroken(to))
  return isSecret ? SECRET_SHOWN : shown(to)
}

function shown(value: unknown): string | null {
  if (value === undefined || value === null) return null
  const text =
    typeof value === 'boolean' ? renderValue(value) : typeof value === 'object' ? JSON.stringify(value) : String(value)
  return cut(text)
}

/** The sentence for people: every refused value with its key and its rule. */
export function refusalSentence(refused: readonly Refusal[]): string {
  return refused
    .map(({ key, value, rule }) => `${printable(value === null ? cut(key) || "''" : `${cut(key)}=${value}`)}: ${rule}`)
    .join('; ')
}
