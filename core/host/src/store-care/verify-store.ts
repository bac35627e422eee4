/** Looks at every event of a home's store, whether a gateway runs on it or not, and whether it can be opened or not. */
import { checkNewestEvent } from '@fsigk/config'
import { inspectSqliteStore, openSqliteStore } from 'eventstore-lite'
import { holdHome } from '../administration/hold-home.js'
import type { Place } from '../administration/open-administration.js'
import { homeAt } from '../home.js'
import { namedError } from './damage.js'
import { reportOf, type StoreReport } from './store-report.js'

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
