import type { KeptFile } from '@fsigk/config'
import { z } from '@fsigk/plugin-api'
import { call } from '../call.js'

const request = z.strictObject({
  /** All that were edited, unless told. */
  files: z.array(z.string()).readonly().optional(),
})

/**
 * Puts the settings' own file back in the place of edited ones, which get another name beside it.
 * @throws FSIGK_CONF_FILE_UNKNOWN, FSIGK_PROJECTION_NOT_WRITTEN
 */
export const restore = call(request, async (room, { files }): Promise<readonly KeptFile[]> => {
  return await room.inTurn(() => room.settings.confFiles.restore(files))
})
