import { z } from '@fsigk/plugin-api'
import { call } from '../call.js'

const request = z.strictObject({
  from: z.string(),
  /** The newest unless told. */
  to: z.string().optional(),
})

/** What differs between the files of two revisions, as `diff -u`; `''` when nothing does. @throws FSIGK_REVISION_UNKNOWN */
export const diff = call(request, async ({ settings: { log } }, { from, to }): Promise<string> => {
  return await log.diff(await log.resolve(from), to === undefined ? log.revision : await log.resolve(to))
})
