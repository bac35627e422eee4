import type { PendingRevision } from '@fsigk/config'
import { call, nothing } from '../call.js'
import { baseOf } from './edit.js'

export interface ConfigStatus {
  readonly revision: number
  readonly pending: PendingRevision | null
  /** Working copies that are open. */
  readonly edits: readonly { readonly actor: string; readonly base: number; readonly keys: readonly string[] }[]
  /** Services and the revision that each has in force; none when no gateway runs. */
  readonly services: readonly { readonly name: string; readonly state: string; readonly revision: number }[]
  readonly filesProblem: string | null
}

/** How the settings stand: the newest revision, who waits for what, and what is in force. */
export const configStatus = call(nothing, async ({ settings, running }): Promise<ConfigStatus> => {
  const { log, edits, filesProblem } = settings
  return {
    revision: log.revision,
    pending: (await log.pending()) ?? null,
    edits: (await edits.all()).map((copy) => {
      return { actor: copy.actor, base: baseOf(copy), keys: copy.changes.map(({ key }) => key) }
    }),
    services: running.status().services.map(({ name, state, revision }) => ({ name, state, revision })),
    filesProblem: filesProblem ?? null,
  }
})
