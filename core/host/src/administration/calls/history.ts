import { cut, type HistoryEntry, parseIsoDate, printable } from '@fsigk/config'
import { z } from '@fsigk/plugin-api'
import { fail } from '../../errors.js'
import { call } from '../call.js'
import { knownKeys } from './list.js'
import { inForce } from './save.js'

const DEFAULT_LIMIT = 1_000
/** Of revisions, so that a page of them is a bounded reply however much each of them changed. */
const PAGE = 100

const request = z.strictObject({
  limit: z.int().positive().optional(),
  before: z.int().positive().optional(),
  /** ISO date or time. */
  since: z.string().optional(),
  actor: z.string().optional(),
  key: z.string().optional(),
  /** Also what the gateway did by itself. */
  all: z.boolean().optional(),
})
type HistoryRequest = z.infer<typeof request>

/** Revisions, newest first. @throws FSIGK_TIME_INVALID */
export const history = call(
  request,
  async (room, { since, ...filter }): Promise<readonly HistoryEntry[]> => {
    const date = since === undefined ? undefined : parseIsoDate(since)
    if (since !== undefined && date === undefined) throw fail('FSIGK_TIME_INVALID', [printable(cut(since))])
    // A plugin that is away has its history still.
    if (filter.key !== undefined && (await room.settings.log.blame([filter.key])).length === 0)
      knownKeys(room.settings.catalogue, [filter.key])
    const entries = await room.settings.log.history({ ...filter, since: date })
    return entries.map((entry) => ({ ...entry, changes: inForce(room, entry.changes) }))
  },
  async (ask, wanted: HistoryRequest) => {
    const entries: HistoryEntry[] = []
    for (let missing = wanted.limit ?? DEFAULT_LIMIT; missing > 0; ) {
      const limit = Math.min(missing, PAGE)
      const before = entries.at(-1)?.revision ?? wanted.before
      const page = (await ask({ ...wanted, limit, before })) as readonly HistoryEntry[]
      entries.push(...page)
      if (page.length < limit) break
      missing -= page.length
    }
    return entries
  },
)
