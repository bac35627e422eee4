/** What all saves share: the words of their requests, and what is told of one that was stored. */
import type { Saved, SettingChange } from '@fsigk/config'
import { z } from '@fsigk/plugin-api'
import type { SaveReport, ServiceApplied } from '../administration.js'
import type { AdministrationRoom } from '../call.js'

export const saveWords = {
  /** Who wishes it: a user name. */
  actor: z.string(),
  comment: z.string().optional(),
  /** Refused with FSIGK_REVISION_CONFLICT when the settings are at another revision. */
  expected: z.string().optional(),
  /** Tells what would change, and saves nothing. */
  dryRun: z.boolean().optional(),
}

export async function expectedRevision(
  { settings }: AdministrationRoom,
  reference: string | undefined,
): Promise<number | undefined> {
  return reference === undefined ? undefined : await settings.log.resolve(reference)
}

/** Brings what was stored to the files and to the services, and tells how far it came. */
export async function reportOf(room: AdministrationRoom, { revision, saved, changes }: Saved): Promise<SaveReport> {
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
    return { key, from: from ?? initial, to: to ?? initial }
  })
}
