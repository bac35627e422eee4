/** The history of settings as people and programs read it: the JSON shape of `fsigk config history`. */
import type { Origin, SettingChange, SettingsEvent } from './domain/events.js'
import type { PendingRevision } from './pending-revision.js'
import type { NumberedEvent, SettingsStream } from './settings-stream.js'

const DEFAULT_LIMIT = 1000
const MAX_LIMIT = 100_000

/**
 * `current`: the newest. Of a revision that had to be confirmed: until when it waits, that it was confirmed, or why the
 * gateway went back: `reverted (time)`, `reverted (abort)`, `reverted (guard: …)`.
 */
export type RevisionState = 'current' | 'past' | 'confirmed' | `pending until ${string}` | `reverted (${string})`

/** One revision. JSON-able; times are ISO 8601 with Z. */
export interface HistoryEntry {
  readonly revision: number
  readonly at: string
  readonly actor: string
  readonly origin: Origin
  readonly comment: string | null
  readonly state: RevisionState
  /** The second administrator, where a change needed one. */
  readonly approvedBy: string | null
  readonly changes: readonly SettingChange[]
}

/** Which revisions; all conditions hold at once. */
export interface HistoryFilter {
  /** How many at most, the newest; 1000 unless told, 100,000 at most. */
  readonly limit?: number | undefined
  /** Only revisions below this one: the next page. */
  readonly before?: number | undefined
  /** Saved at or after. */
  readonly since?: Date | undefined
  readonly actor?: string | undefined
  /** That changed this setting. */
  readonly key?: string | undefined
  /** Also what the gateway did by itself; the first revision and the newest are always told. */
  readonly all?: boolean | undefined
}

/** Newest first. */
export async function readHistory(
  stream: SettingsStream,
  filter: HistoryFilter,
  pending?: PendingRevision,
): Promise<readonly HistoryEntry[]> {
  const newest = await stream.newest()
  const limit = Math.min(filter.limit ?? DEFAULT_LIMIT, MAX_LIMIT)
  const from = Math.min(newest, (filter.before ?? newest + 1) - 1)
  const entries: HistoryEntry[] = []
  if (from < 1 || limit < 1) return entries
  let next = from < newest ? await stream.event(from + 1) : undefined
  for await (const numbered of stream.backFrom(from)) {
    const { revision, event } = numbered
    const told = filter.all === true || !event.meta.machine || revision === 1 || revision === newest
    if (told && matches(event, filter)) entries.push(entryOf(numbered, stateOf(numbered, next, pending)))
    if (entries.length === limit) break
    next = event
  }
  return entries
}

/** @param next the event after it; undefined for the newest */
function stateOf({ revision, event }: NumberedEvent, next?: SettingsEvent, pending?: PendingRevision): RevisionState {
  if (pending?.revision === revision) return `pending until ${pending.until}`
  if (event.confirm !== undefined)
    return next?.type === 'SettingsRolledBack' && next.because !== undefined
      ? `reverted (${next.because})`
      : 'confirmed'
  return next === undefined ? 'current' : 'past'
}

function entryOf({ revision, event }: NumberedEvent, state: RevisionState): HistoryEntry {
  const { at, actor, origin, comment, approvedBy } = event.meta
  return {
    revision,
    at,
    actor,
    origin,
    comment: comment ?? whatItWas(event),
    state,
    approvedBy,
    changes: event.changes,
  }
}

/** What stands for the comment of events that tell more than their changes do. */
function whatItWas(event: SettingsEvent): string | null {
  switch (event.type) {
    case 'GatewayInstalled':
      return 'First start'
    case 'SettingsRolledBack':
      if (event.because !== undefined) return `Back to r${event.toRevision} (${event.because})`
      return event.key === undefined
        ? `Rollback to r${event.toRevision}`
        : `Rollback of ${event.key} to r${event.toRevision}`
    case 'SettingsReverted':
      return event.key === undefined
        ? `Revert of r${event.ofRevision}`
        : `Revert of ${event.key} in r${event.ofRevision}`
    case 'SettingsChanged':
      return null
  }
}

/** A clock may be set back: later events can carry earlier times, so that `since` looks at each. */
function matches(event: SettingsEvent, { since, actor, key }: HistoryFilter): boolean {
  return (
    (since === undefined || Date.parse(event.meta.at) >= since.getTime()) &&
    (actor === undefined || event.meta.actor === actor) &&
    (key === undefined || event.changes.some((change) => change.key === key))
  )
}
