import { z } from '@fsigk/plugin-api'
import type { DriftedFile } from '../../conf-files/edited-file.js'
import { takeIn } from '../../conf-files/take-in.js'
import type { SaveReport } from '../administration.js'
import { call } from '../call.js'
import { tryNewPlugins } from '../try-new-plugins.js'
import { readWords, reportOf, saveWords } from './save.js'

const request = z.strictObject({
  ...saveWords,
  /** Takes in settings that can run a program or open the gateway, too. */
  dangerous: z.boolean().optional(),
  /** What the file says counts, where somebody else changed the same setting since it was written. */
  force: z.boolean().optional(),
  /** A file from elsewhere, in place of those of conf/ that were edited. */
  given: z.strictObject({ as: z.string(), base64: z.base64() }).optional(),
})

export interface ImportReport extends SaveReport {
  /** What was looked at; files that have a `because` were not taken in, for that reason. */
  readonly files: readonly DriftedFile[]
}

/**
 * Takes edited files of conf/ in, or a file from elsewhere: one revision of origin `file`, or none.
 * @throws as `change`, and FSIGK_CONF_FILE_UNKNOWN, FSIGK_CONF_FILE_TOO_LARGE
 */
export const importFiles = call(request, async (room, { given, ...words }): Promise<ImportReport> => {
  return await room.inTurn(async () => {
    const wish = {
      ...(await readWords(room, words)),
      given: given && { as: given.as, content: Buffer.from(given.base64, 'base64') },
    }
    await tryNewPlugins(room, async () => (await takeIn(room.settings, { ...wish, dryRun: true })).saved)
    const { saved, files } = await takeIn(room.settings, wish)
    return { ...(await reportOf(room, saved)), files }
  })
})
