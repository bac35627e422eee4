/** What there is to say of the state of a store. */
import { SETTINGS_STREAM } from '@fsigk/config'
import { openSqliteStore, type StoreCondition } from 'eventstore-lite'

/** What is wrong with one stream of events: `settings`, whose events are the revisions, or `operations`. */
export interface StreamDamage {
  readonly stream: string
  /** The first event that is not whole; of `settings` that is a revision. */
  readonly at: number
  readonly reason: string
  /** Events from there on that are still readable; undefined while a gateway has the store open. */
  readonly readable?: number
}

/** JSON-able. */
export interface StoreReport {
  readonly file: string
  readonly whole: boolean
  /** Revisions 1 to n are whole. */
  readonly revisions: number
  /** How many revisions there once were, as far as anything tells. */
  readonly once: number
  readonly damages: readonly StreamDamage[]
  readonly fileProblem?: string
  readonly headProblem?: string
}

export function reportOf(file: string, { whole, streams, fileProblem, headProblem }: StoreCondition): StoreReport {
  const settings = streams.find(({ stream }) => stream === SETTINGS_STREAM)
  return {
    file,
    whole,
    revisions: settings?.events ?? 0,
    once: settings?.once ?? 0,
    damages: streams.flatMap(({ stream, cut, break: broken }) =>
      broken === undefined ? [] : [{ stream, at: broken.version, reason: broken.reason, readable: cut }],
    ),
    ...(fileProblem !== undefined && { fileProblem }),
    ...(headProblem !== undefined && { headProblem }),
  }
}

/**
 * The same while this process has the store open: page by page, so that it goes on meanwhile, and by another connection,
 * which reads the file rather than what the first one remembers.
 */
export async function verifyOpenStore(file: string): Promise<StoreReport> {
  await using store = await openSqliteStore(file, { readOnly: true })
  const verification = await store.verify()
  const newest = await store.version(SETTINGS_STREAM)
  if (verification.ok) return { file, whole: true, revisions: newest, once: newest, damages: [] }
  const { stream, version: at, reason } = verification
  return {
    file,
    whole: false,
    revisions: stream === SETTINGS_STREAM ? at - 1 : newest,
    once: newest,
    damages: stream === '' ? [] : [{ stream, at, reason }],
    ...(stream === '' && { fileProblem: reason }),
  }
}
