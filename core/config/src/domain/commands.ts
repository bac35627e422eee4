/** Wishes, and what must be true of one before it is looked at any closer. */
import { type ConfirmTerms, type Origin, origins, type SettingChange } from './events.js'
import type { SettingsState } from './state.js'
import { utf8Bytes } from './utf8.js'

const MAX_ACTOR_BYTES = 200
const MAX_COMMENT_BYTES = 2000
const MAX_CHANGES = 1000

interface CommonCommand {
  readonly at: Date
  /** Who wishes it: a user name, or the program itself. */
  readonly actor: string
  readonly origin: Origin
  readonly comment?: string | undefined
  /** The gateway wishes it by itself. */
  readonly machine?: boolean | undefined
  /** The second administrator who agreed. */
  readonly approvedBy?: string | undefined
  /** Goes back by itself unless somebody confirms. */
  readonly confirm?: ConfirmTerms | undefined
}

/** A wish for one setting, as it came in: text, or a value of its type; undefined takes it back to its default. */
export interface WantedChange {
  readonly key: string
  readonly to?: unknown
}

export interface InstallGateway extends CommonCommand {
  readonly type: 'InstallGateway'
}

export interface ChangeSettings extends CommonCommand {
  readonly type: 'ChangeSettings'
  readonly changes: readonly WantedChange[]
}

export interface RollBackSettings extends CommonCommand {
  readonly type: 'RollBackSettings'
  /** The settings to go back to. */
  readonly target: SettingsState
  /** Only this setting. */
  readonly key?: string | undefined
  /** Why the gateway goes back by itself, or somebody gives up what was to be confirmed. */
  readonly because?: string | undefined
}

/** Undoes one revision, and keeps what came later. */
export interface RevertRevision extends CommonCommand {
  readonly type: 'RevertRevision'
  readonly of: { readonly revision: number; readonly changes: readonly SettingChange[] }
  /** Only this setting. */
  readonly key?: string | undefined
}

export type SettingsCommand = InstallGateway | ChangeSettings | RollBackSettings | RevertRevision

/** What is wrong with a command as such, whatever it changes. */
export function commandFault(command: SettingsCommand): { readonly what: string; readonly rule: string } | undefined {
  const { actor, comment = '', origin } = command
  if (actor.trim() === '') return { what: 'actor', rule: 'must not be empty' }
  if (utf8Bytes(actor) > MAX_ACTOR_BYTES) return { what: 'actor', rule: `must have at most ${MAX_ACTOR_BYTES} bytes` }
  if (/[\x00-\x1f\x7f-\x9f]/.test(actor) || !actor.isWellFormed())
    return { what: 'actor', rule: 'must not hold control characters' }
  if (!origins.includes(origin)) return { what: 'origin', rule: `must be one of ${origins.join(', ')}` }
  if (utf8Bytes(comment) > MAX_COMMENT_BYTES)
    return { what: 'comment', rule: `is ${utf8Bytes(comment)} bytes long; at most ${MAX_COMMENT_BYTES} are allowed` }
  // Comments are printed to terminals: no escape sequences.
  if (/[\x00-\x08\x0b-\x1f\x7f-\x9f]/.test(comment) || !comment.isWellFormed())
    return { what: 'comment', rule: 'must not hold control characters other than line feeds' }
  if (command.type === 'ChangeSettings' && command.changes.length > MAX_CHANGES)
    return { what: 'command', rule: `has ${command.changes.length} changes; at most ${MAX_CHANGES} go into one save` }
  return undefined
}
