/** Opens a store file: creates it private, sets SQLite to lose nothing, and refuses what is not an intact store of ours. */
import { chmodSync, closeSync, linkSync, openSync, rmSync, statSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as delay } from 'node:timers/promises'
import { ChainedStore } from '../chained-store.js'
import { failure, StoreDamaged } from '../errors.js'
import type { EventStore } from '../event-store.js'
import { checkNumber } from '../limits.js'
import { createTables, hasTables } from './schema.js'
import { SqliteDriver, type SqliteDriverOptions } from './sqlite-driver.js'
import { explain, isBusy } from './sqlite-failure.js'
import { keptLogOf, logOf } from './store-paths.js'
import { transaction } from './transaction.js'

const RETRY_MS = 10

export interface SqliteStoreOptions {
  /** How long to wait for another process's lock, in milliseconds; default 5,000. */
  readonly busyTimeoutMs?: number
  /** How often a subscription asks whether another process has appended, in milliseconds; default 200. */
  readonly pollIntervalMs?: number
  /**
   * Opens an existing store only to read and verify it. This works on a damaged store too, as far as it can be read.
   * Default false.
   */
  readonly readOnly?: boolean
}

/**
 * Opens the store in this file and creates it when it is not there (its folder must be). Reads the last event of each
 * stream, never all of them. Beside the file stand SQLite's `-wal` and `-shm`, and `<file>.head`; all are 0600.
 *
 * @throws StoreDamaged when events that were once acknowledged are lost, or may be. `repairSqliteStore` accepts the loss.
 * @throws EventStoreError `EVENTSTORE_SCHEMA_NEWER`, `EVENTSTORE_FOREIGN_FILE`, `EVENTSTORE_UNAVAILABLE`,
 *   `EVENTSTORE_BUSY`
 */
export async function openSqliteStore(file: string, options: SqliteStoreOptions = {}): Promise<EventStore> {
  const all = { file, busyTimeoutMs: 5000, pollIntervalMs: 200, readOnly: false, ...options }
  checkNumber('busyTimeoutMs', all.busyTimeoutMs, 0)
  checkNumber('pollIntervalMs', all.pollIntervalMs, 1)
  let database: DatabaseSync | undefined
  try {
    makePrivate(all)
    // The time-out is set by the constructor, before anything that may meet a lock.
    database = new DatabaseSync(file, { timeout: all.busyTimeoutMs })
    await prepare(database, all)
    const driver = new SqliteDriver(database, all)
    if (!all.readOnly) {
      driver.checkHeads()
      // What was kept of an earlier damage has been repaired, or replaced by a backup.
      rmSync(keptLogOf(file), { force: true })
    }
    return new ChainedStore(driver)
  } catch (error) {
    const explained = explain(error, file, all.busyTimeoutMs)
    if (explained instanceof StoreDamaged) keepLog(file)
    database?.close()
    throw explained
  }
}

/**
 * When the last connection is closed, SQLite takes over what it can read of the write-ahead log and deletes it. Of a
 * damaged store, the rest may hold events that can be salvaged, so that the log is kept by a second name.
 */
function keepLog(file: string): void {
  try {
    if ((statSync(logOf(file), { throwIfNoEntry: false })?.size ?? 0) > 0) linkSync(logOf(file), keptLogOf(file))
  } catch {
    // There is one already, or the file system knows no second names: then there is no more than what SQLite leaves.
  }
}

function makePrivate({ file, readOnly }: SqliteDriverOptions): void {
  const existing = statSync(file, { throwIfNoEntry: false })
  if (existing === undefined && !readOnly) {
    closeSync(openSync(file, 'a', 0o600))
  } else if (!existing?.isFile()) {
    throw failure('EVENTSTORE_UNAVAILABLE', [file, existing === undefined ? 'it is not there' : 'it is not a file'])
  } else if (!readOnly && (existing.mode & 0o077) !== 0) {
    // By its path: closing a descriptor of the file would take away the locks that another store of this process holds.
    chmodSync(file, 0o600)
  }
}

async function prepare(database: DatabaseSync, { file, busyTimeoutMs, readOnly }: SqliteDriverOptions): Promise<void> {
  // Before anything is changed: a file that is not ours stays as it is.
  const ready = transaction(database, 'BEGIN', () => hasTables(database, file))
  if (readOnly) {
    if (!ready) throw failure('EVENTSTORE_FOREIGN_FILE', [file])
    database.exec('PRAGMA query_only = ON')
    return
  }
  await setWriteAheadLog(database, file, busyTimeoutMs)
  database.exec('PRAGMA synchronous = FULL; PRAGMA cell_size_check = ON')
  if (ready) return
  transaction(database, 'BEGIN IMMEDIATE', () => {
    // Another process may have been first.
    if (!hasTables(database, file)) createTables(database)
  })
}

/** SQLite does not wait for the lock that this change needs when two processes ask for it at once. */
async function setWriteAheadLog(database: DatabaseSync, file: string, busyTimeoutMs: number): Promise<void> {
  const deadline = performance.now() + busyTimeoutMs
  for (;;) {
    try {
      const mode = database.prepare('PRAGMA journal_mode = WAL').get()?.['journal_mode']
      if (mode === 'wal') return
      throw failure('EVENTSTORE_UNAVAILABLE', [
        file,
        'its file system cannot share memory, which a write-ahead log needs',
      ])
    } catch (error) {
      if (!isBusy(error) || performance.now() > deadline) throw error
      await delay(RETRY_MS)
    }
  }
}
