/** What all saves share: the words of their requests, and what is told of one that was stored. */
import { type ConfirmTerms, isBroken, parseDuration, type Saved, type SettingChange, shownValue } from '@fsigk/config'
import { z } from '@fsigk/plugin-api'
import { parseGuards, trippedAtOnce } from '../../confirm/guards.js'
import { fail } from '../../errors.js'
import type { SaveReport, ServiceApplied, UndoneReport } from '../administration.js'
import type { AdministrationRoom } from '../call.js'
import { tryNewPlugins } from '../try-new-plugins.js'

export const saveWords = {
  /** Who wishes it: a user name. */
  actor: z.string(),
  comment: z.string().optional(),
  /** Refused with FSIGK_REVISION_CONFLICT when the settings are at another revision. */
  expected: z.string().optional(),
  /** Tells what would change, and saves nothing. */
  dryRun: z.boolean().optional(),
  /** Goes back by itself unless confirmed within this time: `90s`, `10m`, `2h`. */
  confirm: z.string().optional(),
  /** What makes it go back at once; only with `confirm`. */
  guards: z.array(z.string().max(200)).max(10).readonly().optional(),
}

interface SaveWords {
  readonly expected?: string | undefined
  readonly confirm?: string | undefined
  readonly guards?: readonly string[] | undefined
}

/**
 * The words of a request as the log takes them.
 * @throws FSIGK_CONFIRM_INVALID, FSIGK_GUARD_INVALID, FSIGK_REVISION_UNKNOWN
 */
export async function readWords<W extends SaveWords>(
  { settings }: AdministrationRoom,
  { expected, confirm, guards, ...rest }: W,
) {
  return {
    ...rest,
    expectedRevision: expected === undefined ? undefined : await settings.log.resolve(expected),
    confirm: confirmTerms(confirm, guards ?? []),
  }
}

function confirmTerms(confirm: string | undefined, guards: readonly string[]): ConfirmTerms | undefined {
  parseGuards(guards)
  if (confirm === undefined) {
    if (guards.length > 0) throw fail('FSIGK_CONFIRM_INVALID', ['guards', 'need a time to be confirmed in'])
    return undefined
  }
  const duration = parseDuration(confirm)
  if (isBroken(duration)) throw fail('FSIGK_CONFIRM_INVALID', [`'${confirm}'`, duration.rule])
  return { until: new Date(Date.now() + duration.ms).toISOString(), guards }
}

/**
 * Saves by a command of the log, when it breaks no rule and the code of plugins that it would put to work loads.
 * @throws what the log says of the command, and as `tryNewPlugins`; nothing is saved then
 */
export async function savedBy<C extends { readonly dryRun?: boolean | undefined }>(
  room: AdministrationRoom,
  command: C,
  save: (command: C) => Promise<Saved>,
): Promise<SaveReport> {
  await tryNewPlugins(room, () => save({ ...command, dryRun: true }))
  return await reportOf(room, await save(command))
}

/** Brings what was stored to the files and to the services, and tells how far it came; a guard may undo it at once. */
export async function reportOf(room: AdministrationRoom, saved: Saved): Promise<SaveReport> {
  const { settings, running } = room
  const report = await applied(room, saved)
  if (!saved.saved) return report
  const pending = await settings.log.pending()
  if (pending === undefined) return report
  // First of all: whatever fails from here on, the time runs.
  await running.watch()
  const because = await trippedAtOnce(settings.log, pending, report.services)
  if (because !== undefined) return { ...report, undone: await goBack(room, `guard: ${because}`) }
  return { ...report, confirmUntil: pending.until }
}

/**
 * Gives up the revision that waits to be confirmed. To be called in turn.
 * @throws FSIGK_CONFIRM_NOTHING
 */
export async function goBack(room: AdministrationRoom, because: string, actor?: string): Promise<UndoneReport> {
  const { log, operations } = room.settings
  const pending = await log.pending()
  const report = await applied(room, await log.giveUp(actor ?? 'fsigk', because, actor === undefined))
  const data = { revision: pending?.revision ?? 0, because, restored: report.revision }
  await operations.append({ type: because.startsWith('guard: ') ? 'GuardTripped' : 'RevisionGivenUp', data })
  await room.running.watch()
  return { because, ...report }
}

async function applied(room: AdministrationRoom, { revision, saved, changes }: Saved): Promise<SaveReport> {
  const { settings, running } = room
  let services: readonly ServiceApplied[] = []
  if (saved) {
    const snapshot = settings.log.current
    await settings.project(snapshot)
    services = await running.apply(snapshot)
  }
  const { filesProblem } = settings
  return {
    revision,
    saved,
    changes: inForce(room, changes),
    services,
    ...(filesProblem === undefined ? {} : { filesProblem }),
  }
}

/** A setting that was not set had its default in force, and that is what an administrator knows it by. */
export function inForce({ settings }: AdministrationRoom, changes: readonly SettingChange[]): readonly SettingChange[] {
  return changes.map(({ key, from, to }) => {
    const initial = settings.catalogue.find(key)?.default ?? null
    return { key, from: shownValue(from ?? initial), to: shownValue(to ?? initial) }
  })
}
