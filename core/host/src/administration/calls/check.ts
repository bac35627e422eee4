import type { IgnoredValue, SettingChange } from '@fsigk/config'
import { z } from '@fsigk/plugin-api'
import { call } from '../call.js'
import { inForce } from './save.js'

const request = z.strictObject({
  /** Without them, the settings in force are looked at. */
  changes: z.array(z.strictObject({ key: z.string(), to: z.string().optional() })).optional(),
})

export interface CheckReport {
  readonly revision: number
  /** What the given changes would change. */
  readonly changes: readonly SettingChange[]
  /** Values that were set once and break today's rules, so that their defaults are in force. */
  readonly ignored: readonly IgnoredValue[]
  /** Why the files of conf/ are not those of the newest revision. */
  readonly filesProblem: string | null
}

/** Whether changes would be taken, or whether all that is set is in force. Saves nothing. @throws FSIGK_SETTINGS_INVALID */
export const check = call(request, async (room, { changes }): Promise<CheckReport> => {
  const { log, filesProblem } = room.settings
  return {
    revision: log.revision,
    changes: changes === undefined ? [] : inForce(room, log.preview(changes).changes),
    ignored: log.ignored,
    filesProblem: filesProblem ?? null,
  }
})
