/** What people wrote into conf/ while no gateway ran is taken in before anything starts. */
import type { Log } from '@fsigk/plugin-api'
import { fail } from '../errors.js'
import type { OpenedSettings } from '../open-settings.js'
import { takeIn } from './take-in.js'

/** A file named at the start. */
export interface GivenFile {
  readonly as: string
  readonly content: Buffer
  readonly actor: string
}

/**
 * Edited files that cannot be taken in stay as they are, and the last good settings are in force.
 * @throws FSIGK_CONF_FILE_REFUSED and as `takeIn` for a given file: who names one does not want the settings without it
 */
export async function takeInAtStart(settings: OpenedSettings, log: Log, given?: GivenFile): Promise<void> {
  try {
    const { saved } = await takeIn(settings, { actor: 'fsigk' })
    if (saved.saved) told(log, saved)
  } catch (error) {
    log.error('hand edits not taken in', { error })
  }
  if (given === undefined) return
  const { saved, files } = await takeIn(settings, { actor: given.actor, given })
  const because = files[0]?.because ?? undefined
  if (because !== undefined) throw fail('FSIGK_CONF_FILE_REFUSED', [given.as, because])
  if (saved.saved) told(log, saved)
}

function told(
  log: Log,
  { revision, changes }: { readonly revision: number; readonly changes: readonly { readonly key: string }[] },
) {
  log.info('hand edits taken in', { revision, keys: changes.map(({ key }) => key) })
}
