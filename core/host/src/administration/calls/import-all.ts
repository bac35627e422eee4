import { type Catalogue, renderValue, type SettingValue, type WantedChange } from '@fsigk/config'
import { z } from '@fsigk/plugin-api'
import { MAX_BUNDLE_BYTES, readBundle } from '../../bundle/bundle.js'
import type { SaveReport } from '../administration.js'
import { call } from '../call.js'
import { passphrase } from './export.js'
import { orPropose } from './proposals.js'
import { readWords, saveWords } from './save.js'

const request = z.strictObject({ ...saveWords, text: z.string().max(MAX_BUNDLE_BYTES), passphrase })

/**
 * Makes the settings those of an exported configuration, by one revision: what is not in it goes back to its default,
 * and secrets that were left out of it stay.
 * @throws as `change`, FSIGK_BUNDLE_INVALID, FSIGK_BUNDLE_PASSPHRASE
 */
export const importAll = call(request, async (room, { text, passphrase: word, ...words }): Promise<SaveReport> => {
  const bundle = await readBundle(text, word)
  return await room.inTurn(async () => {
    const { log, catalogue } = room.settings
    const wanted = log.changesTo(bundle.settings, bundle.leftOut)
    const changes = wanted.map((change) => (bundle.secrets.has(change.key) ? asSecret(change, catalogue) : change))
    const comment = words.comment ?? `Imported: r${bundle.revision} of an export by ${bundle.product}`
    const command = { ...(await readWords(room, words)), comment, origin: 'cli', changes } as const
    const inWords = changes.map(({ key, to }) => ({ key, ...(isValue(to) && { to: renderValue(to) }) }))
    const wish = { is: 'change', origin: 'cli', changes: inWords } as const
    return await orPropose(room, { ...words, comment }, wish, (dryRun) => log.change({ ...command, dryRun }))
  })
})

/** What was secret where it comes from is neither stored nor told as anything else here. */
function asSecret(change: WantedChange, catalogue: Catalogue): WantedChange {
  const { key } = change
  const definition = catalogue.find(key)
  if (definition?.secret === true) return change
  const rule = definition === undefined ? catalogue.unknownKeyRule(key) : 'is a secret in the export, and none here'
  return { key, to: { rule } }
}

function isValue(to: unknown): to is SettingValue {
  return typeof to === 'boolean' || typeof to === 'number' || typeof to === 'string'
}
