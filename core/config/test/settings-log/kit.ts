/** A log of settings over a store, by a clock of its own. */
import { SettingsLog, type SettingsLogOptions } from '@fsigk/config'
import type { EventStore, StoredEvent } from 'eventstore-lite'
import { collect } from '../collect.js'
import { catalogue, templates } from '../sample.js'

/** One minute later at each look. */
function clock(): () => Date {
  let minutes = 0
  return () => new Date(Date.UTC(2026, 0, 1, 0, minutes++))
}

export async function openLog(store: EventStore, options: Partial<SettingsLogOptions> = {}): Promise<SettingsLog> {
  return await SettingsLog.open({ store, catalogue, templates, now: clock(), ...options })
}

export function set(settings: Record<string, unknown>) {
  const changes = Object.entries(settings).map(([key, to]) => ({ key, to }))
  return { actor: 'anna', origin: 'cli', changes } as const
}

export async function storedEvents(store: EventStore): Promise<StoredEvent[]> {
  return await collect(store.read('settings'))
}
