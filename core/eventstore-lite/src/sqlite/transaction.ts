import type { DatabaseSync } from 'node:sqlite'

/**
 * Runs `work` in one transaction: committed when it returns, rolled back when it throws.
 *
 * @param begin `BEGIN IMMEDIATE` takes the write lock at once: taken by the first write, it could turn out that what was
 *   read before has changed since
 */
export function transaction<T>(database: DatabaseSync, begin: 'BEGIN' | 'BEGIN IMMEDIATE', work: () => T): T {
  database.exec(begin)
  try {
    const result = work()
    database.exec('COMMIT')
    return result
  } catch (error) {
    // SQLite has rolled back by itself when the disk was full or failed.
    if (database.isTransaction) database.exec('ROLLBACK')
    throw error
  }
}
