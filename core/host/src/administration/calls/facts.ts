import type { RecordedFact } from '@fsigk/config'
import { z } from '@fsigk/plugin-api'
import { call } from '../call.js'

const DEFAULT_LIMIT = 100
const MAX_LIMIT = 1_000

const request = z.strictObject({ limit: z.int().positive().max(MAX_LIMIT).optional() })

/** What happened that nobody wished, newest first: plugins that tripped and recovered, workers, guards, alarms. */
export const facts = call(
  request,
  async ({ settings }, { limit = DEFAULT_LIMIT }): Promise<readonly RecordedFact[]> => {
    const newest: RecordedFact[] = []
    for await (const fact of settings.operations.read()) {
      newest.push(fact)
      if (newest.length === limit) break
    }
    return newest
  },
)
