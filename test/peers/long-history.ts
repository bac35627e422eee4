import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { openHome } from '@fsigk/testing'
import { type JsonValue, type NewEvent, openSqliteStore } from 'eventstore-lite'

const BATCH_EVENTS = 1000
const SCHEMA = 2

/**
 * Gives a new home a history of so many revisions, as quickly as the store takes them: each changes `http.pre_spawn`, and
 * every hundredth also `access.http_to`.
 */
export async function fillHistory(home: string, revisions: number): Promise<void> {
  {
    await using administration = await openHome(home)
    await administration.status({})
  }
  const file = join(home, 'store', 'events.db')
  await mkdir(dirname(file), { recursive: true })
  await using store = await openSqliteStore(file)
  for (let version = await store.version('settings'); version < revisions; ) {
    const batch = Math.min(BATCH_EVENTS, revisions - version)
    const events = Array.from({ length: batch }, (_, index) => revision(version + index + 1))
    await store.append('settings', version, events)
    version += batch
  }
}

/** A revision's number stands in its value, so that every old state can be told from the others. */
export const preSpawnAt = (revision: number) => 1000 + revision

function revision(number: number): NewEvent {
  const changes: JsonValue[] = [
    { key: 'http.pre_spawn', from: number === 2 ? null : preSpawnAt(number - 1), to: preSpawnAt(number) },
  ]
  if (number % 100 === 0) changes.push({ key: 'access.http_to', from: null, to: `.example${number}.com` })
  const at = new Date(Date.UTC(2026, 0, 1) + number * 60_000).toISOString()
  const meta = { at, actor: 'bench', origin: 'cli', comment: null, machine: false, approvedBy: null }
  return { type: 'SettingsChanged', schema: SCHEMA, data: { changes }, meta }
}
