import { z } from '@fsigk/plugin-api'
import { writeBundle } from '../../bundle/bundle.js'
import { fail } from '../../errors.js'
import { call } from '../call.js'

export const passphrase = z.string().min(1).max(1024).optional()

const request = z.strictObject({
  /** Seals the secrets that are set. */
  passphrase,
  /** Leaves them out. */
  withoutSecrets: z.boolean().optional(),
})

export interface ExportReport {
  readonly revision: number
  /** How many settings are set. */
  readonly settings: number
  readonly text: string
}

/** The whole configuration as one text. @throws FSIGK_EXPORT_SECRETS when it is not said what becomes of secrets */
export const exportAll = call(request, async ({ settings: { log }, running }, asked): Promise<ExportReport> => {
  const { revision, settings, secrets, unopened } = log.exported()
  if (asked.passphrase === undefined && asked.withoutSecrets !== true && secrets.size + unopened.length > 0)
    throw fail('FSIGK_EXPORT_SECRETS', [[...secrets.keys(), ...unopened].join(', '), 'are set'])
  if (asked.withoutSecrets !== true && unopened.length > 0)
    throw fail('FSIGK_EXPORT_SECRETS', [unopened.join(', '), 'cannot be opened'])
  const { version } = running.status()
  const exported = { product: version, revision, exportedAt: new Date().toISOString(), settings, secrets }
  const left = new Map([...secrets, ...unopened.map((key) => [key, ''] as const)])
  const text = await (asked.withoutSecrets === true
    ? writeBundle({ ...exported, secrets: left }, undefined)
    : writeBundle(exported, asked.passphrase))
  return { revision, settings: settings.size + secrets.size, text }
})
