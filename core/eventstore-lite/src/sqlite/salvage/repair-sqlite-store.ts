/** Brings a damaged store back to the last event of each stream that is whole, and keeps what it cuts away. */
import { closeSync, copyFileSync, existsSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { EventTable } from '../event-table.js'
import { HeadFile, syncFolder } from '../head-file.js'
import { createTables } from '../schema.js'
import { explain } from '../sqlite-failure.js'
import { headOf, indexOf, keptLogOf, logOf } from '../store-paths.js'
import { transaction } from '../transaction.js'
import { type FoundEvent, readFound } from './find-events.js'
import { type Inspection, inspect, type StoreCondition } from './inspect.js'

export interface RepairOptions {
  /** Stands in the names of the files that are kept, `20261124T120000Z`. */
  readonly stamp: string
  /** Finds out what would be done, and does nothing. */
  readonly dryRun?: boolean
}

export interface Repair {
  /** How the store was found. */
  readonly found: StoreCondition
  /** Whether anything was changed. */
  readonly repaired: boolean
  /** Names, beside the store, of the damaged files as they were. */
  readonly kept: readonly string[]
  /** Name of the file with the events that were cut away, a JSON line each; none when there was nothing to read. */
  readonly cut?: string
}

/**
 * What state a store is in. Reads all of it, also what SQLite can no longer open, and changes nothing; nobody else may
 * have it open. Opening it for use checks less, and costs the same however long the history is.
 *
 * @throws EventStoreError `EVENTSTORE_UNAVAILABLE` when there is none, `EVENTSTORE_SCHEMA_NEWER`, `EVENTSTORE_FOREIGN_FILE`
 */
export function inspectSqliteStore(file: string): StoreCondition {
  using inspection = inspect(file)
  return inspection.condition
}

/**
 * Rewrites a damaged store from the events that are whole; a whole one is left alone. Nobody else may have it open. Cut
 * short by a crash, it can be repeated.
 *
 * @throws EventStoreError as `inspectSqliteStore`
 */
export function repairSqliteStore(file: string, { stamp, dryRun = false }: RepairOptions): Repair {
  using inspection = inspect(file)
  const { condition: found, streams } = inspection
  if (found.whole || dryRun) return { found, repaired: false, kept: [] }
  try {
    const cut = keepCutEvents(inspection, `${file}.damaged-${stamp}.cut.jsonl`)
    const kept = keepDamagedFiles(file, stamp)
    const draft = `${file}.repaired`
    writeStore(
      draft,
      inspection,
      streams.flatMap((stream) => stream.kept),
    )
    // A log of the damaged file must never be taken for one of the new file.
    for (const old of [logOf(file), indexOf(file)]) rmSync(old, { force: true })
    renameSync(draft, file)
    syncFolder(dirname(file))
    renewHead(file)
    rmSync(keptLogOf(file), { force: true })
    return { found, repaired: true, kept, ...(cut !== undefined && { cut }) }
  } catch (error) {
    throw explain(error, file, 0)
  }
}

function keepDamagedFiles(file: string, stamp: string): readonly string[] {
  return [file, logOf(file), keptLogOf(file), headOf(file)].filter(existsSync).map((path) => {
    const copy = `${file}.damaged-${stamp}${path.slice(file.length)}`
    copyFileSync(path, copy)
    sync(copy)
    return basename(copy)
  })
}

function keepCutEvents({ images, streams }: Inspection, path: string): string | undefined {
  const cut = streams.flatMap((stream) => stream.cut)
  if (cut.length === 0) return undefined
  const descriptor = openSync(path, 'w', 0o600)
  try {
    for (const event of cut) writeSync(descriptor, `${JSON.stringify(lineOf(images, event))}\n`)
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
  return basename(path)
}

/** An event as far as it can be read: JSON where it still is some, else the text. */
function lineOf(images: Inspection['images'], event: FoundEvent) {
  const { stream, version, type, schema, data, meta, hash } = readFound(images, event)
  return { stream, version, type, schema, data: jsonOrText(data), meta: jsonOrText(meta), hash, unchanged: event.sound }
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

function writeStore(draft: string, { images }: Inspection, events: readonly FoundEvent[]): void {
  for (const old of [draft, logOf(draft), indexOf(draft)]) rmSync(old, { force: true })
  closeSync(openSync(draft, 'w', 0o600))
  const database = new DatabaseSync(draft)
  try {
    database.exec('PRAGMA journal_mode = WAL')
    transaction(database, 'BEGIN IMMEDIATE', () => {
      createTables(database)
      const table = new EventTable(database)
      for (const event of [...events].sort((a, b) => a.position - b.position)) table.insert(readFound(images, event))
    })
  } finally {
    database.close()
  }
  sync(draft)
}

function renewHead(file: string): void {
  const database = new DatabaseSync(file)
  const head = new HeadFile(headOf(file), new EventTable(database))
  try {
    head.renew()
  } finally {
    head.close()
    database.close()
  }
}

function sync(path: string): void {
  const descriptor = openSync(path, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}
