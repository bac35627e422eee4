import type { DatabaseSync } from 'node:sqlite'
import { failure } from '../errors.js'

/** Marks the file as ours in its header: "evlt". */
const APPLICATION_ID = 0x65_76_6c_74

/** Raised by one whenever the tables change. */
const SCHEMA = 1

// The triggers stand against mistakes of people and programs; against intent stand the hash chain and the head file.
const TABLES = `
  CREATE TABLE events (
    position INTEGER PRIMARY KEY,
    stream TEXT NOT NULL,
    version INTEGER NOT NULL,
    type TEXT NOT NULL,
    schema INTEGER NOT NULL,
    data TEXT NOT NULL,
    meta TEXT NOT NULL,
    previous_hash TEXT NOT NULL,
    hash TEXT NOT NULL,
    UNIQUE (stream, version)
  ) STRICT;
  CREATE TRIGGER events_are_never_changed BEFORE UPDATE ON events
    BEGIN SELECT RAISE(ABORT, 'events are never changed'); END;
  CREATE TRIGGER events_are_never_deleted BEFORE DELETE ON events
    BEGIN SELECT RAISE(ABORT, 'events are never deleted'); END;
  CREATE TABLE snapshots (
    stream TEXT NOT NULL,
    version INTEGER NOT NULL,
    data TEXT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (stream, version)
  ) STRICT;
  PRAGMA application_id = ${APPLICATION_ID};
  PRAGMA user_version = ${SCHEMA};
`

/**
 * Whether the file holds our tables; false when it is still empty. To be called in a transaction: between its questions
 * another process may be creating the tables.
 *
 * @throws EventStoreError `EVENTSTORE_FOREIGN_FILE` or `EVENTSTORE_SCHEMA_NEWER`; the file was not touched
 */
export function hasTables(database: DatabaseSync, file: string): boolean {
  const applicationId = database.prepare('PRAGMA application_id').get()?.['application_id']
  const schema = Number(database.prepare('PRAGMA user_version').get()?.['user_version'])
  if (applicationId !== APPLICATION_ID) {
    const { objects } = database.prepare('SELECT count(*) AS objects FROM sqlite_schema').get() ?? {}
    if (applicationId === 0 && schema === 0 && objects === 0) return false
    throw failure('EVENTSTORE_FOREIGN_FILE', [file])
  }
  if (schema > SCHEMA) throw failure('EVENTSTORE_SCHEMA_NEWER', [file, schema, SCHEMA])
  return true
}

/** Creates the tables; to be called in a transaction. */
export function createTables(database: DatabaseSync): void {
  database.exec(TABLES)
}
