import type { Catalogue, WantedChange } from '@fsigk/config'
import { z } from '@fsigk/plugin-api'
import { MAX_BUNDLE_BYTES, readBundle } from '../../bundle/bundle.js'
import type { SaveReport } from '../administration.js'
import { call } from '../call.js'
import { passphrase } from './export.js'
import { readWords, savedBy, saveWords } from './save.js'

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
    return await savedBy(room, command, (wish) => log.change(wish))
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
