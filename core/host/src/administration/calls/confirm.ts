import type { PendingRevision } from '@fsigk/config'
import { z } from '@fsigk/plugin-api'
import type { UndoneReport } from '../administration.js'
import { call } from '../call.js'
import { goBack } from './save.js'

const request = z.strictObject({ actor: z.string() })

/** Keeps the revision that waits to be confirmed. @throws FSIGK_CONFIRM_NOTHING */
export const confirm = call(request, async (room, { actor }): Promise<PendingRevision> => {
  return await room.inTurn(async () => {
    const confirmed = await room.settings.log.confirm(actor)
    await room.running.watch()
    return confirmed
  })
})

/** Gives up the revision that waits to be confirmed, at once. @throws FSIGK_CONFIRM_NOTHING */
export const abort = call(request, async (room, { actor }): Promise<UndoneReport> => {
  return await room.inTurn(() => goBack(room, 'abort', actor))
})

/** The revision that waits to be confirmed; `null` when none does. */
export const pending = call(z.strictObject({}), async ({ settings }): Promise<PendingRevision | null> => {
  return (await settings.log.pending()) ?? null
})
