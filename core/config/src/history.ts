/** The history of settings as people and programs read it: the JSON shape of `fsigk config history`. */
import type { Origin, SettingChange, SettingsEvent } from './domain/events.js'
import type { SettingsStream } from './settings-stream.js'

const DEFAULT_LIMIT = 1000
const MAX_LIMIT = 100_000

/** One revision. JSON-able; times are ISO 8601 with Z. */
export interface HistoryEntry {
  readonly revision: number
  readonly at: string
  readonly actor: string
  readonly origin: Origin
  readonly comment: string | null
  /** `current`: the newest. */
  readonly state: 'current' | 'past'
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
}

/** Newest first. */
export async function readHistory(stream: SettingsStream, filter: HistoryFilter): Promise<readonly HistoryEntry[]> {
  const newest = await stream.newest()
  const limit = Math.min(filter.limit ?? DEFAULT_LIMIT, MAX_LIMIT)
  const from = Math.min(newest, (filter.before ?? newest + 1) - 1)
  const entries: HistoryEntry[] = []
  if (from < 1 || limit < 1) return entries
  for await (const { revision, event } of stream.backFrom(from)) {
    if (matches(event, filter)) entries.push(entryOf(revision, event, revision === newest))
    if (entries.length === limit) break
  }
  return entries
}

export function entryOf(revision: number, event: SettingsEvent, isNewest: boolean): HistoryEntry {
  const { at, actor, origin, comment } = event.meta
  return {
    revision,
    at,
    actor,
    origin,
    comment: comment ?? whatItWas(event),
    state: isNewest ? 'current' : 'past',
    changes: event.changes,
  }
}

/** What stands for the comment of events that tell more than their changes do. */
function whatItWas(event: SettingsEvent): string | null {
  switch (event.type) {
    case 'GatewayInstalled':
      return 'First start'
    case 'SettingsRolledBack':
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
