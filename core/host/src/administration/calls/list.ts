import { type Catalogue, cut, printable, settingRows } from '@fsigk/config'
import { z } from '@fsigk/plugin-api'
import { fail } from '../../errors.js'
import type { SettingDescription } from '../administration.js'
import { call } from '../call.js'

const request = z.strictObject({
  /** All unless told. */
  keys: z.array(z.string()).readonly().optional(),
  revision: z.string().optional(),
})

/** All settings, or those named. @throws FSIGK_REVISION_UNKNOWN, FSIGK_SETTING_UNKNOWN for a key that does not exist */
export const list = call(
  request,
  async ({ settings: { log, catalogue } }, { keys, revision }): Promise<readonly SettingDescription[]> => {
    knownKeys(catalogue, keys ?? [])
    const snapshot = revision === undefined ? log.current : await log.snapshot(await log.resolve(revision))
    const rows = settingRows(catalogue, snapshot, 'en').flatMap((row) => {
      const definition = catalogue.find(row.key)
      return definition === undefined ? [] : [{ ...row, label: definition.label, help: definition.help }]
    })
    return keys === undefined ? rows : keys.flatMap((key) => rows.find((row) => row.key === key) ?? [])
  },
)

/** @throws FSIGK_SETTING_UNKNOWN naming every key that does not exist */
export function knownKeys(catalogue: Catalogue, keys: readonly string[]): void {
  const unknown = keys.filter((key) => catalogue.find(key) === undefined)
  const refused = unknown.map((key) => `${printable(cut(key))}: ${catalogue.unknownKeyRule(key)}`).join('; ')
  if (unknown.length > 0) throw fail('FSIGK_SETTING_UNKNOWN', [refused])
}
