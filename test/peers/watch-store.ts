/**
 * Preloaded into the real program (`NODE_OPTIONS=--import`), it notes what that asks of SQLite and of the disk, and
 * changes nothing: how many events it reads, and how each commit of an event is made durable. At the end of the process
 * the notes go to the file that `WATCH_STORE_TO` names.
 */
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { DatabaseSync, type StatementSync } from 'node:sqlite'

export interface StoreNotes {
  /** Events whose contents were read. */
  eventsRead: number
  readonly commits: {
    /** `PRAGMA synchronous` at that moment: 2 is FULL, which syncs the write-ahead log before a commit returns. */
    readonly synchronous: unknown
    readonly journal: unknown
  }[]
  /** Calls of fdatasync by the program itself, each after how many commits: the head file's. */
  readonly syncsAfterCommit: number[]
}

const notes: StoreNotes = { eventsRead: 0, commits: [], syncsAfterCommit: [] }
const inserted = new WeakSet<DatabaseSync>()

const { prepare, exec } = DatabaseSync.prototype
DatabaseSync.prototype.prepare = function (sql, ...rest) {
  const statement = prepare.call(this, sql, ...rest)
  if (/^SELECT .*\bdata\b.* FROM events\b/.test(sql)) countRows(statement)
  if (sql.startsWith('INSERT INTO events')) {
    const run = statement.run.bind(statement) as (...values: unknown[]) => ReturnType<StatementSync['run']>
    statement.run = (...values: unknown[]) => {
      inserted.add(this)
      return run(...values)
    }
  }
  return statement
}
DatabaseSync.prototype.exec = function (sql) {
  if (sql === 'COMMIT' && inserted.delete(this)) {
    const asked = (pragma: string) => prepare.call(this, `PRAGMA ${pragma}`).get()?.[pragma]
    notes.commits.push({ synchronous: asked('synchronous'), journal: asked('journal_mode') })
  }
  exec.call(this, sql)
}

const { fdatasyncSync } = fs
fs.fdatasyncSync = (descriptor) => {
  notes.syncsAfterCommit.push(notes.commits.length)
  fdatasyncSync(descriptor)
}
syncBuiltinESMExports()

function countRows(statement: StatementSync): void {
  const iterate = statement.iterate.bind(statement) as (...values: unknown[]) => Iterable<unknown>
  statement.iterate = ((...values: unknown[]) => counted(iterate(...values))) as StatementSync['iterate']
}

function* counted(rows: Iterable<unknown>): Generator<unknown> {
  for (const row of rows) {
    notes.eventsRead += 1
    yield row
  }
}

process.on('exit', () => {
  const to = process.env['WATCH_STORE_TO']
  if (to !== undefined) fs.writeFileSync(to, JSON.stringify(notes))
})
