import { failure } from '../migration-error.js'
import type { Step, VersionedEvent } from './step.js'
import { settingsSteps } from './steps.js'

/** The schema that settings events are written with today. */
export const SETTINGS_EVENT_SCHEMA = settingsSteps.length + 1

/**
 * A stored settings event as it would be written today. To be called on every event that is read, before it is folded;
 * what is stored stays as it is.
 *
 * @returns the event itself when it is of today's schema; else a copy with another type, schema and data
 * @throws MigrationError `FSIGK_EVENT_SCHEMA_NEWER`, `FSIGK_EVENT_SCHEMA_INVALID`
 */
export function upcastSettingsEvent<E extends VersionedEvent>(event: E): E {
  return upcast(event, settingsSteps)
}

/** Takes an event through the steps from its schema on. */
export function upcast<E extends VersionedEvent>(event: E, steps: readonly Step[]): E {
  const known = steps.length + 1
  if (!Number.isSafeInteger(event.schema) || event.schema < 1) {
    throw failure('FSIGK_EVENT_SCHEMA_INVALID', [event.schema])
  }
  if (event.schema > known) throw failure('FSIGK_EVENT_SCHEMA_NEWER', [event.schema, known])
  let current = event
  for (const step of steps.slice(event.schema - 1)) {
    current = { ...current, ...step.upcast(current), schema: step.from + 1 }
  }
  return current
}
