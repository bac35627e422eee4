import { setTimeout as delay } from 'node:timers/promises'
import type { HistoryEntry, RecordedFact } from '@fsigk/config'
import { z } from '@fsigk/plugin-api'
import { call } from '../call.js'
import { inForce } from './save.js'

const POLL_MS = 200
const MAX_WAIT_MS = 25_000
const MAX_TOLD = 100

const request = z.strictObject({
  /** The newest revision that is known; without it, only what comes from now on. */
  revision: z.int().nonnegative().optional(),
  /** The newest fact that is known. */
  fact: z.int().nonnegative().optional(),
  /** How long to wait for news, in milliseconds. */
  waitMs: z.int().nonnegative().max(MAX_WAIT_MS),
})

/** What is new, oldest first, and what to ask for next. */
export interface News {
  readonly revision: number
  readonly fact: number
  readonly revisions: readonly HistoryEntry[]
  readonly facts: readonly RecordedFact[]
}

/** Waits until something is saved or happens, or the time is over. */
export const follow = call(request, async (room, asked): Promise<News> => {
  const { log, operations } = room.settings
  const known = {
    revision: asked.revision ?? log.revision,
    fact: asked.fact ?? (await operations.newest()),
  }
  const until = performance.now() + asked.waitMs
  const isNew = async () => log.revision > known.revision || (await operations.newest()) > known.fact
  while (!(await isNew()) && performance.now() < until && !room.running.isStopping()) await delay(POLL_MS)

  const facts: RecordedFact[] = []
  if ((await operations.newest()) > known.fact)
    for await (const fact of operations.read(known.fact + 1)) if (facts.push(fact) === MAX_TOLD) break
  const limit = Math.min(log.revision - known.revision, MAX_TOLD)
  const before = known.revision + limit + 1
  const entries = limit === 0 ? [] : await log.history({ all: true, limit, before })
  const revisions = entries.map((entry) => ({ ...entry, changes: inForce(room, entry.changes) })).toReversed()
  return { revision: known.revision + limit, fact: facts.at(-1)?.number ?? known.fact, revisions, facts }
})
