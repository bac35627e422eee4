import type { BlameRow } from '@fsigk/config'
import { z } from '@fsigk/plugin-api'
import { call } from '../call.js'
import { knownKeys } from './list.js'

const request = z.strictObject({
  /** All that were ever changed unless told. */
  keys: z.array(z.string()).readonly().optional(),
})

/** Who gave settings the values that they have. @throws FSIGK_SETTING_UNKNOWN */
export const blame = call(request, async ({ settings }, { keys }): Promise<readonly BlameRow[]> => {
  if (keys !== undefined) knownKeys(settings.catalogue, keys)
  return await settings.log.blame(keys)
})
