/** What `SettingsLog` is told to do, and what became of it. */
import type { WantedChange } from './domain/commands.js'
import type { ConfirmTerms, Origin, SettingChange } from './domain/events.js'
import type { SettingsSnapshot } from './domain/snapshot.js'

export interface SaveCommand {
  readonly actor: string
  readonly comment?: string | undefined
  /** Refuses with FSIGK_REVISION_CONFLICT when the settings are at another revision. */
  readonly expectedRevision?: number | undefined
  /** Says what would change and saves nothing. */
  readonly dryRun?: boolean | undefined
  /** Goes back by itself unless somebody confirms. */
  readonly confirm?: ConfirmTerms | undefined
  /** The second administrator who agreed. */
  readonly approvedBy?: string | undefined
}

export interface ChangeCommand extends SaveCommand {
  readonly origin: Origin
  readonly changes: readonly WantedChange[]
}

/** Its origin is always `rollback`. */
export interface RollbackCommand extends SaveCommand {
  /** An absolute revision. */
  readonly to: number
  /** Only this setting. */
  readonly key?: string | undefined
}

/** Undoes one revision and keeps what came later; its origin is always `rollback`. */
export interface RevertCommand extends SaveCommand {
  /** An absolute revision. */
  readonly of: number
  /** Only this setting. */
  readonly key?: string | undefined
}

/** What changes would do. */
export interface Preview {
  readonly changes: readonly SettingChange[]
  /** Between the files of conf/ now and then, as `diff -u`. */
  readonly diff: string
  readonly snapshot: SettingsSnapshot
}

/** Nothing to change: not saved, no changes, and the revision is what it was. */
export interface Saved {
  /** The newest revision now. */
  readonly revision: number
  readonly saved: boolean
  /** What changed; of a dry run, what would. */
  readonly changes: readonly SettingChange[]
}
