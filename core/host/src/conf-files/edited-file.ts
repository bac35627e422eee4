/** An edited file of conf/: who edited it, what it wants, and why it would not be taken in. */
import {
  cut,
  type FileEdit,
  type FileFault,
  type FoundFile,
  printable,
  type SettingChange,
  type UnknownLine,
} from '@fsigk/config'

/** JSON-able. */
export interface DriftedFile {
  /** `fsigk.ini`, `spam/custom.txt`, … */
  readonly file: string
  /** User name of its owner. */
  readonly owner: string | null
  /** Why it is not taken in as it is; null when `fsigk config import` would. */
  readonly because: string | null
  /** As `diff -u` prints it, from what the settings say to what the file says. */
  readonly diff: string
  readonly changes: readonly SettingChange[]
  /** Of those, settings that are taken in only by `--dangerous`. */
  readonly dangerous: readonly string[]
  /** Of those, settings that somebody else changed since the file was written: taken in only by `--force`. */
  readonly conflicts: readonly string[]
  /** Where the file breaks a rule; nothing of it is taken in then. */
  readonly faults: readonly FileFault[]
  /** Lines that name no setting: kept, and without effect. */
  readonly unknown: readonly UnknownLine[]
}

/** What somebody agreed to. */
export interface Agreed {
  readonly dangerous?: boolean | undefined
  readonly force?: boolean | undefined
}

/** An edited file as it was read. */
export interface EditedFile {
  readonly name: string
  readonly owner: string | undefined
  readonly hash: string | undefined
  readonly content: Buffer | undefined
  readonly edit: FileEdit | undefined
  readonly faults: readonly FileFault[]
  /** Why it cannot be read at all. */
  readonly why: string | undefined
  /** What stands in it was written by us once, only that it was forgotten. */
  readonly isLeftover: boolean
}

const NO_EDIT: FileEdit = { wanted: [], changes: [], dangerous: [], conflicts: [], unknown: [] }
const MAX_LISTED = 5

/** The reason, as one sentence without the file's name; undefined when it is taken in. */
export function whyNot({ why, faults, edit = NO_EDIT }: EditedFile, agreed: Agreed): string | undefined {
  if (why !== undefined) return why
  if (faults.length > 0)
    return faults
      .slice(0, MAX_LISTED)
      .map(({ line, rule }) => `line ${line}: ${rule}`)
      .join('; ')
  if (edit.dangerous.length > 0 && agreed.dangerous !== true)
    return `it changes ${listed(edit.dangerous)}, which can run a program or open the gateway: 'fsigk config import --dangerous' takes it in`
  if (edit.conflicts.length > 0 && agreed.force !== true)
    return `${listed(edit.conflicts)} changed since it was written: 'fsigk config import --force' takes the file's`
  return undefined
}

function listed(keys: readonly string[]): string {
  return keys.slice(0, MAX_LISTED).join(', ') + (keys.length > MAX_LISTED ? ', …' : '')
}

/** Whether a found file is somebody's, and what is known of it before its content is looked at. */
export function unread({
  name,
  found,
  hash,
}: FoundFile): Pick<EditedFile, 'name' | 'hash' | 'content' | 'why'> | undefined {
  if (found.is === 'edited') return { name, hash, content: found.content, why: undefined }
  return found.is === 'strange' ? { name, hash, content: undefined, why: printable(cut(found.why)) } : undefined
}
