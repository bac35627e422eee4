import { z } from '@fsigk/plugin-api'
import type { Why } from '../../decisions/explain.js'
import { call } from '../call.js'

const request = z.strictObject({
  /** Whose working copy `at: 'working'` means. */
  actor: z.string(),
  /** An id, or a whole line of a log. */
  text: z.string(),
  /** Also tells what the same facts lead to at this revision, or under the actor's working copy (`working`). */
  at: z.string().optional(),
})

/**
 * The chain that led to a detection, refusal or error: the facts, and the settings that decided, as of then.
 * @throws FSIGK_DECISION_UNKNOWN, FSIGK_REVISION_UNKNOWN, FSIGK_WORKING_COPY_NONE
 */
export const why = call(request, async (room, asked): Promise<readonly Why[]> => {
  // It judges by the code of the workers, which no other command loads.
  const { explain } = await import('../../decisions/explain.js')
  return await explain(room, asked)
})
