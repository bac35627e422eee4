import { z } from '@fsigk/plugin-api'
import { call } from '../call.js'

const request = z.strictObject({
  /** The newest unless told. */
  revision: z.string().optional(),
  /** This file alone. */
  file: z.string().optional(),
})

/** Files of conf/ by name, as of a revision. @throws FSIGK_REVISION_UNKNOWN, FSIGK_PROJECTION_UNKNOWN */
export const show = call(
  request,
  async ({ settings: { log } }, { revision, file }): Promise<Readonly<Record<string, string>>> => {
    return Object.fromEntries(await log.show(revision === undefined ? log.revision : await log.resolve(revision), file))
  },
)
