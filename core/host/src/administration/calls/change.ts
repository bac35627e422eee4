import { z } from '@fsigk/plugin-api'
import type { SaveReport } from '../administration.js'
import { call } from '../call.js'
import { saveOrPropose } from './proposals.js'
import { saveWords } from './save.js'

const request = z.strictObject({
  ...saveWords,
  origin: z.enum(['console', 'cli', 'file', 'api']),
  /** `to` as text; without it the setting goes back to its default. */
  changes: z.array(z.strictObject({ key: z.string(), to: z.string().optional() })),
})

/**
 * Changes settings, all of them in one revision or none.
 * @throws FSIGK_SETTINGS_INVALID, FSIGK_COMMAND_INVALID, FSIGK_REVISION_CONFLICT, and why the code of a plugin that it would
 * put to work does not load; nothing is saved then
 */
export const change = call(request, async (room, wish): Promise<SaveReport> => {
  return await room.inTurn(async () => {
    const { changes, origin, ...words } = wish
    return await saveOrPropose(room, words, { is: 'change', origin, changes })
  })
})
