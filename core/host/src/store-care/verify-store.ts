/** Looks at every event of a home's store, whether a gateway runs on it or not, and whether it can be opened or not. */
import { checkNewestEvent, SETTINGS_STREAM } from '@fsigk/config'
import { inspectSqliteStore, openSqliteStore, type StoreCondition } from 'eventstore-lite'
import { holdHome } from '../administration/hold-home.js'
import type { Place } from '../administration/open-administration.js'
import { homeAt } from '../home.js'
import { namedError } from './damage.js'

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

/**
 * Reads everything, changes nothing.
 *
 * @throws FSIGK_STORE_NEWER, FSIGK_HOME_IN_USE, and what the store says when there is none
 */
export async function verifyStore(place: Pick<Place, 'home'>): Promise<StoreReport> {
  const home = homeAt(place.home)
  const held = await holdHome(home)
  if ('control' in held) {
    using control = held.control
    return (await control.call('verify', {})) as StoreReport
  }
  using _lock = held.lock
  try {
    const condition = inspectSqliteStore(home.storeFile)
    if (condition.whole) {
      await using store = await openSqliteStore(home.storeFile, { readOnly: true })
      await checkNewestEvent(store)
    }
    return reportOf(home.storeFile, condition)
  } catch (error) {
    throw namedError(error, home.storeFile, false)
  }
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
