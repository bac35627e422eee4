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
  const rows = await settings.log.blame(keys)
  // A plugin that is away has its history still.
  const strange = keys?.filter((key) => !rows.some((row) => row.key === key)) ?? []
  knownKeys(settings.catalogue, strange)
  return rows
})
