/** Which log sinks the settings want, and what each of them takes (`logSinkSettings`). */
import type { SettingsSnapshot } from '@fsigk/config'
import type { ServiceLogName } from '@fsigk/gateway'
import { listWords } from '@fsigk/plugin-api'
import type { FoundPlugin } from '../plugins/found-plugin.js'

export interface SinkWishes {
  /** Where its settings stand; `''` when it has none. */
  readonly section: string
  takes(log: ServiceLogName, service: string): boolean
}

/** The sinks of `plugins.log_sinks`, by id, in order. One that does not say what it takes takes everything. */
export function sinkWishesOf(
  snapshot: SettingsSnapshot,
  plugin: (id: string) => FoundPlugin | undefined,
): ReadonlyMap<string, SinkWishes> {
  const ids = listWords(String(snapshot.values['plugins']?.['log_sinks'] ?? ''))
  return new Map(
    ids.map((id) => {
      const section = plugin(id)?.section ?? ''
      const settings = snapshot.values[section] ?? {}
      const logs = wordsOf(settings['logs'])
      const services = wordsOf(settings['services'])
      return [
        id,
        {
          section,
          takes: (log, service) =>
            (logs === undefined || logs.includes(log)) &&
            (services === undefined || services.length === 0 || services.includes(service)),
        },
      ]
    }),
  )
}

function wordsOf(value: unknown): readonly string[] | undefined {
  return typeof value === 'string' ? listWords(value) : undefined
}
