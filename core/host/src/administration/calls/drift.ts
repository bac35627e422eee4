import type { DriftedFile } from '../../conf-files/edited-file.js'
import { call, nothing } from '../call.js'

/** Files of conf/ that somebody edited, with what they would change; empty when none is. */
export const drift = call(nothing, async ({ settings: { confFiles } }): Promise<readonly DriftedFile[]> => {
  return await confFiles.edits.drift(await confFiles.edits.edited())
})
