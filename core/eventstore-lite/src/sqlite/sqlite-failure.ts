import { basename } from 'node:path'
import { EventStoreError, failure, StoreDamaged } from '../errors.js'

/** Primary result codes of SQLite (sqlite.org/rescode.html) that mean something of their own to a caller. */
const SQLITE_ERROR = 1
const SQLITE_BUSY = 5
const SQLITE_CORRUPT = 11
const SQLITE_CONSTRAINT = 19
const SQLITE_NOTADB = 26

/** Our statements and rows are right for the tables that we made: where SQLite objects, the tables are others by now. */
const signsOfDamage = new Set<number | undefined>([SQLITE_ERROR, SQLITE_CORRUPT, SQLITE_CONSTRAINT, SQLITE_NOTADB])

/** The number of SQLite's primary result code in an error of `node:sqlite`, undefined in any other. */
function resultCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return undefined
  return error.errcode & 0xff
}

export function isBusy(error: unknown): boolean {
  return resultCode(error) === SQLITE_BUSY
}

/**
 * Says an error of SQLite or of the file system in the store's words; what is already said so, and what is no error of
 * the environment, is handed back as it is.
 *
 * @param place where the damage is, should it be one
 */
export function explain(
  error: unknown,
  file: string,
  busyTimeoutMs: number,
  place: { readonly stream: string; readonly version: number } = { stream: '', version: 0 },
): unknown {
  if (!(error instanceof Error) || error instanceof EventStoreError) return error
  const options = { cause: error }
  const result = resultCode(error)
  if (result === SQLITE_BUSY) return failure('EVENTSTORE_BUSY', [file, busyTimeoutMs], options)
  // A number that JavaScript cannot hold was never written by us.
  const impossible = 'code' in error && error.code === 'ERR_OUT_OF_RANGE'
  if (signsOfDamage.has(result) || impossible) {
    const reason = `'${basename(file)}' is not as it was written (${error.message})`
    return new StoreDamaged(place.stream, place.version, reason, options)
  }
  if (result !== undefined || 'syscall' in error)
    return failure('EVENTSTORE_UNAVAILABLE', [file, error.message], options)
  return error
}
