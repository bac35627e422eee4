/** Takes edited files in: one revision for all of them, then conf/ is brought to it. */
import { type ConfirmTerms, faces, MAX_FACE_BYTES, type Saved } from '@fsigk/config'
import { fail } from '../errors.js'
import type { OpenedSettings } from '../open-settings.js'
import { type Agreed, type DriftedFile, type EditedFile, whyNot } from './edited-file.js'

export interface TakeInRequest extends Agreed {
  /** Who is named when a file is given; edited files name their owner. */
  readonly actor: string
  readonly comment?: string | undefined
  readonly expectedRevision?: number | undefined
  readonly dryRun?: boolean | undefined
  readonly confirm?: ConfirmTerms | undefined
  /** A file from elsewhere, in place of those that were edited. */
  readonly given?: { readonly as: string; readonly content: Buffer } | undefined
}

export interface TakenIn {
  readonly saved: Saved
  /** What was looked at; those without `because` were taken in. */
  readonly files: readonly DriftedFile[]
}

/**
 * @throws FSIGK_CONF_FILE_UNKNOWN, FSIGK_CONF_FILE_TOO_LARGE for a given file; and as `SettingsLog.change`: nothing is
 * saved then, and the files stay as they are
 */
export async function takeIn(settings: OpenedSettings, request: TakeInRequest): Promise<TakenIn> {
  const { log, confFiles } = settings
  const looked = await filesOf(settings, request)
  const good = looked.filter((file) => whyNot(file, request) === undefined)
  const wanted = good.flatMap(({ edit }) => edit?.wanted ?? [])
  const files = await confFiles.edits.drift(looked, request)
  let saved: Saved = { revision: log.revision, saved: false, changes: [] }
  if (wanted.length > 0) {
    saved = await log.change({
      actor: request.given === undefined ? ownersOf(good, request.actor) : request.actor,
      origin: 'file',
      comment: request.comment ?? commentOn(good, request.given !== undefined),
      changes: wanted,
      expectedRevision: request.expectedRevision,
      dryRun: request.dryRun,
      confirm: request.confirm,
    })
  }
  if (request.dryRun !== true && request.given === undefined) {
    const taken = good.flatMap(({ name, hash }) => (hash === undefined ? [] : [[name, hash] as const]))
    await confFiles.project(log.current, new Map(taken))
  } else if (saved.saved) await confFiles.project(log.current)
  return { saved, files }
}

async function filesOf(
  { confFiles, catalogue }: OpenedSettings,
  { given }: TakeInRequest,
): Promise<readonly EditedFile[]> {
  if (given === undefined) return await confFiles.edits.settled()
  if (given.content.length > MAX_FACE_BYTES)
    throw fail('FSIGK_CONF_FILE_TOO_LARGE', [given.as, given.content.length, MAX_FACE_BYTES])
  const file = confFiles.edits.given(given.as, given.content)
  const names = faces.filter((face) => face.isShown(catalogue)).map((face) => face.file)
  if (file === undefined) throw fail('FSIGK_CONF_FILE_UNKNOWN', [given.as, names.join(', ')])
  return [file]
}

/** Whoever edited; several files may have several owners. */
function ownersOf(files: readonly EditedFile[], otherwise: string): string {
  const names = new Set(files.flatMap(({ owner, edit }) => (owner !== undefined && edit?.wanted.length ? [owner] : [])))
  return names.size === 0 ? otherwise : [...names].slice(0, 3).join(', ')
}

function commentOn(files: readonly EditedFile[], isGiven: boolean): string {
  const names = files.filter(({ edit }) => edit !== undefined && edit.wanted.length > 0).map(({ name }) => name)
  return `${isGiven ? 'Imported' : 'Edited by hand'}: ${names.join(', ')}`
}
