import type { SettingValue } from './domain/definition.js'
import type { EventMeta } from './domain/events.js'
import { isLayoutKey } from './domain/faces.js'
import { shownValue } from './domain/sealed.js'
import type { SettingsState } from './domain/state.js'
import type { SettingsStream } from './settings-stream.js'

/** Who gave a setting the value that it has. JSON-able. */
export interface BlameRow extends EventMeta {
  readonly key: string
  /** `null`: it was set once, and was taken back to its default. */
  readonly value: SettingValue | null
  readonly revision: number
}

/**
 * Of every setting that was ever changed, or of those named, the revision that changed it last. Reads one event for
 * each such revision, however long the history is.
 *
 * @param keys a setting that was never changed has no row
 */
export async function blame(
  stream: SettingsStream,
  state: SettingsState,
  keys?: readonly string[],
): Promise<readonly BlameRow[]> {
  const metas = new Map<number, EventMeta>()
  const rows: BlameRow[] = []
  for (const key of keys ?? [...state.changedAt.keys()].filter((key) => !isLayoutKey(key)).sort()) {
    const revision = state.changedAt.get(key)
    if (revision === undefined) continue
    const meta = metas.get(revision) ?? (await stream.event(revision))?.meta
    if (meta === undefined) continue
    metas.set(revision, meta)
    rows.push({ key, value: shownValue(state.values.get(key) ?? null), revision, ...meta })
  }
  return rows
}
