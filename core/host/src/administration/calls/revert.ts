import { z } from '@fsigk/plugin-api'
import type { SaveReport } from '../administration.js'
import { call } from '../call.js'
import { saveOrPropose } from './proposals.js'
import { saveWords } from './save.js'

const request = z.strictObject({
  ...saveWords,
  of: z.string(),
  /** Only this setting. */
  key: z.string().optional(),
})

/**
 * Undoes one revision, or one setting of it, by a new revision; what came later stays.
 * @throws as `change`, FSIGK_REVISION_UNKNOWN, FSIGK_REVERT_CONFLICT
 */
export const revert = call(request, async (room, { of, key, ...words }): Promise<SaveReport> => {
  const { log } = room.settings
  return await room.inTurn(async () => {
    return await saveOrPropose(room, words, { is: 'revert', of: await log.resolve(of), key })
  })
})
