import { z } from '@fsigk/plugin-api'
import type { SaveReport } from '../administration.js'
import { call } from '../call.js'
import { saveOrPropose } from './proposals.js'
import { saveWords } from './save.js'

const request = z.strictObject({
  ...saveWords,
  to: z.string(),
  /** Only this setting. */
  key: z.string().optional(),
})

/**
 * Restores the settings of a revision, or one of them, by a new revision.
 * @throws as `change`, and FSIGK_REVISION_UNKNOWN
 */
export const rollback = call(request, async (room, { to, key, ...words }): Promise<SaveReport> => {
  const { log } = room.settings
  return await room.inTurn(async () => {
    return await saveOrPropose(room, words, { is: 'rollback', to: await log.resolve(to), key })
  })
})
