/** Brings a damaged store of a home back to its last good revision. */
import { dirname } from 'node:path'
import { repairSqliteStore } from 'eventstore-lite'
import { holdHome } from '../administration/hold-home.js'
import type { Place } from '../administration/open-administration.js'
import { fail } from '../errors.js'
import { createHome, homeAt } from '../home.js'
import { lockHolder } from '../home-lock.js'
import { openSettings } from '../open-settings.js'
import { openStructuredLog } from '../structured-log.js'
import { namedError } from './damage.js'
import { reportOf, type StoreReport } from './store-report.js'

export interface RepairRequest {
  /** Who wishes it: a user name. */
  readonly actor: string
  /** Tells what would be done, and does nothing. */
  readonly dryRun?: boolean | undefined
}

/** JSON-able. */
export interface RepairReport {
  /** How the store was found. */
  readonly found: StoreReport
  readonly repaired: boolean
  /** The newest revision now. */
  readonly revision: number
  /** The folder of the store, where the files of `kept` and `cut` are. */
  readonly folder: string
  /** The damaged files as they were. */
  readonly kept: readonly string[]
  /** The events that were cut away, a JSON line each, as far as they can be read. */
  readonly cut: string | null
}

/**
 * @throws FSIGK_STORE_IN_USE while a gateway runs on the home, FSIGK_STORE_NEWER, and what the store says when there is
 *   none; nothing was changed then
 */
export async function repairStore(place: Place, { actor, dryRun = false }: RepairRequest): Promise<RepairReport> {
  const home = homeAt(place.home)
  createHome(home)
  const held = await holdHome(home)
  if ('control' in held) {
    held.control[Symbol.dispose]()
    throw fail('FSIGK_STORE_IN_USE', [home.path, lockHolder(home).text])
  }
  using _lock = held.lock
  const log = openStructuredLog(home.structuredLog, 'command')
  try {
    const stamp = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '')
    const { found, repaired, kept, cut } = repairSqliteStore(home.storeFile, { stamp, dryRun })
    const report: RepairReport = {
      found: reportOf(home.storeFile, found),
      repaired,
      revision: reportOf(home.storeFile, found).revisions,
      folder: dirname(home.storeFile),
      kept,
      cut: cut ?? null,
    }
    if (!repaired) return report
    log.warn('store repaired', { ...report })
    await using settings = await openSettings(home, place.installation, log)
    const { revisions, once, damages, fileProblem = null, headProblem = null } = report.found
    await settings.operations.append({
      type: 'StoreRepaired',
      data: {
        actor,
        revisions,
        once,
        damages: damages.map((damage) => ({ ...damage })),
        fileProblem,
        headProblem,
        kept: [...kept],
        cut: report.cut,
      },
    })
    return { ...report, revision: settings.log.revision }
  } catch (error) {
    throw namedError(error, home.storeFile, false)
  } finally {
    log[Symbol.dispose]()
  }
}
