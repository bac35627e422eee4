/**
 * What people wrote into the files of conf/: found, compared with the settings, and made into one change of them. Reads
 * only; saving and writing is done by whoever asks.
 */
import { setTimeout as delay } from 'node:timers/promises'
import {
  asWritten,
  type Catalogue,
  editOf,
  type FoundFile,
  faceOf,
  lookAtConf,
  projectFiles,
  SECRET_SHOWN,
  type SettingsLog,
  type SettingsSnapshot,
  type ShippedTemplates,
  unifiedDiff,
  writtenFiles,
} from '@fsigk/config'
import { type Agreed, type DriftedFile, type EditedFile, unread, whyNot } from './edited-file.js'
import { ownerName } from './owner-name.js'

/** A file that changed so lately may be half-written. */
const FRESH_MS = 500
const STABLE_POLL_MS = 100
const MAX_POLLS = 30
/** Revisions that a file of which nothing is remembered is compared with, before it counts as somebody's. */
const EARLIER_REVISIONS = 50

export interface HandEditsParts {
  readonly folder: string
  readonly log: SettingsLog
  readonly catalogue: Catalogue
  readonly templates: ShippedTemplates
}

export class HandEdits {
  constructor(private readonly parts: HandEditsParts) {}

  /** The edited files of now, whether they can be taken in or not. */
  async edited(): Promise<readonly EditedFile[]> {
    const found = await this.#look()
    return (await Promise.all(found.map((file) => this.#read(file)))).filter((file) => file !== undefined)
  }

  /** As `edited`, when nobody is writing any more; a file that is written on and on is refused for now. */
  async settled(): Promise<readonly EditedFile[]> {
    let before = await this.#look()
    for (let polls = 0; polls < MAX_POLLS && before.some(isFresh); polls++) {
      await delay(STABLE_POLL_MS)
      before = await this.#look()
    }
    const moving = new Set(before.filter(isFresh).map(({ name }) => name))
    const files = await this.edited()
    return files.map((file) => (moving.has(file.name) ? { ...file, why: 'somebody is writing it right now' } : file))
  }

  /** A file that is to be taken in as one of conf/, wherever it stood. */
  given(name: string, content: Buffer): EditedFile | undefined {
    const { log, catalogue, templates } = this.parts
    const face = faceOf(name)
    if (face === undefined || !face.isShown(catalogue)) return undefined
    const current = asWritten(name, log.current, log.secrets)
    const edit = editOf(face, content, { catalogue, templates, base: current, current })
    const common = { name, owner: undefined, hash: undefined, content, why: undefined, isLeftover: false }
    return 'faults' in edit ? { ...common, edit: undefined, faults: edit.faults } : { ...common, edit, faults: [] }
  }

  async drift(files: readonly EditedFile[], agreed: Agreed = {}): Promise<readonly DriftedFile[]> {
    const { log, catalogue } = this.parts
    const wanted = projectFiles(log.current, catalogue)
    return files
      .filter(({ isLeftover }) => !isLeftover)
      .map((file) => ({
        file: file.name,
        owner: file.owner ?? null,
        because: whyNot(file, agreed) ?? null,
        diff: diffOf(file, wanted.get(file.name), log.revision, catalogue),
        changes: file.edit?.changes ?? [],
        dangerous: file.edit?.dangerous ?? [],
        conflicts: file.edit?.conflicts ?? [],
        faults: file.faults,
        unknown: file.edit?.unknown ?? [],
      }))
  }

  async #look(): Promise<readonly FoundFile[]> {
    const { folder, log, catalogue } = this.parts
    return await lookAtConf(folder, writtenFiles(log.current, catalogue, log.secrets))
  }

  async #read(found: FoundFile): Promise<EditedFile | undefined> {
    const known = unread(found)
    if (known === undefined) return undefined
    const { name, content } = known
    const owner = found.found.is === 'edited' ? await ownerName(found.found.uid) : undefined
    const common = { ...known, owner, edit: undefined, faults: [], isLeftover: false }
    const face = faceOf(name)
    if (content === undefined || face === undefined) return common
    if (found.writtenAt === undefined && (await this.#isEarlier(name, content))) return { ...common, isLeftover: true }
    const { log, catalogue, templates } = this.parts
    const base = asWritten(name, await this.#base(found.writtenAt), log.secrets)
    const current = asWritten(name, log.current, log.secrets)
    const edit = editOf(face, content, { catalogue, templates, base, current })
    return 'faults' in edit ? { ...common, faults: edit.faults } : { ...common, edit }
  }

  /** What the file said before it was edited; today's settings when that is not known any more. */
  async #base(writtenAt: number | undefined): Promise<SettingsSnapshot> {
    const { log } = this.parts
    return writtenAt === undefined || writtenAt > log.revision ? log.current : await log.snapshot(writtenAt)
  }

  /** What was written may be forgotten with the rest of a folder, and a leftover must not pass for somebody's wish. */
  async #isEarlier(name: string, content: Buffer): Promise<boolean> {
    const { log, catalogue } = this.parts
    for (let revision = log.revision; revision > Math.max(0, log.revision - EARLIER_REVISIONS); revision--) {
      const files = writtenFiles(await log.snapshot(revision), catalogue, log.secrets)
      if (files.get(name)?.equals(content) === true) return true
    }
    return false
  }
}

function isFresh({ found }: FoundFile): boolean {
  return found.is === 'edited' && Math.abs(Date.now() - found.changedAt) < FRESH_MS
}

function diffOf(
  { name, content }: EditedFile,
  wanted: Buffer | undefined,
  revision: number,
  catalogue: Catalogue,
): string {
  if (content === undefined) return ''
  const edited = withoutSecrets(content.toString('utf8'), catalogue)
  return unifiedDiff(`r${revision}/${name}`, `conf/${name}`, wanted?.toString('utf8') ?? '', edited)
}

/** Whatever somebody wrote behind the name of a secret is shown to nobody. */
function withoutSecrets(text: string, catalogue: Catalogue): string {
  const names = catalogue.definitions().flatMap(({ secret, name }) => (secret ? [name] : []))
  if (names.length === 0) return text
  return text.replace(new RegExp(`^([ \\t]*(?:${names.join('|')})[ \\t]*=[ \\t]*)\\S.*$`, 'gm'), `$1${SECRET_SHOWN}`)
}
