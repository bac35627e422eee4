/** The statements over the tables of `schema.ts`, prepared once. Transactions and errors are the driver's business. */
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { EMPTY_HEAD } from '../chain.js'
import type { EventRecord, Head, Range, SealedEvent, SnapshotRecord } from '../driver.js'
import type { Anchor } from './head-lines.js'

const COLUMNS = 'position, stream, version, type, schema, data, meta, previous_hash AS previousHash, hash'

/** Names of streams one by one through the index; `DISTINCT` would walk over every event. */
const STREAMS = `
  WITH RECURSIVE names(stream) AS (
    SELECT min(stream) FROM events WHERE stream > ?
    UNION ALL
    SELECT (SELECT min(stream) FROM events WHERE stream > names.stream) FROM names WHERE names.stream IS NOT NULL
  )
  SELECT stream FROM names WHERE stream IS NOT NULL LIMIT ?`

export class EventTable {
  readonly #head: StatementSync
  readonly #hashAt: StatementSync
  readonly #insert: StatementSync
  readonly #lastPosition: StatementSync
  readonly #streams: StatementSync
  readonly #page: Record<'forward' | 'backward' | 'allForward' | 'allBackward', StatementSync>
  readonly #saveSnapshot: StatementSync
  readonly #loadSnapshot: StatementSync
  readonly #deleteSnapshots: StatementSync
  readonly #deleteAllSnapshots: StatementSync

  constructor(database: DatabaseSync) {
    const ofStream = `SELECT ${COLUMNS} FROM events WHERE stream = ? AND version BETWEEN ? AND ? ORDER BY version`
    const ofAll = `SELECT ${COLUMNS} FROM events WHERE position BETWEEN ? AND ? ORDER BY position`
    this.#head = database.prepare('SELECT version, hash FROM events WHERE stream = ? ORDER BY version DESC LIMIT 1')
    this.#hashAt = database.prepare('SELECT hash FROM events WHERE stream = ? AND version = ?')
    this.#insert = database.prepare(
      'INSERT INTO events (stream, version, type, schema, data, meta, previous_hash, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    )
    this.#lastPosition = database.prepare('SELECT max(position) AS position FROM events')
    this.#streams = database.prepare(STREAMS)
    this.#page = {
      forward: database.prepare(`${ofStream} LIMIT ?`),
      backward: database.prepare(`${ofStream} DESC LIMIT ?`),
      allForward: database.prepare(`${ofAll} LIMIT ?`),
      allBackward: database.prepare(`${ofAll} DESC LIMIT ?`),
    }
    this.#saveSnapshot = database.prepare('INSERT OR REPLACE INTO snapshots VALUES (?, ?, ?, ?)')
    this.#loadSnapshot = database.prepare(
      'SELECT * FROM snapshots WHERE stream = ? AND version <= ? ORDER BY version DESC LIMIT 1',
    )
    this.#deleteSnapshots = database.prepare('DELETE FROM snapshots WHERE stream = ?')
    this.#deleteAllSnapshots = database.prepare('DELETE FROM snapshots')
  }

  head(stream: string): Head {
    return (this.#head.get(stream) as Head | undefined) ?? EMPTY_HEAD
  }

  hashAt(stream: string, version: number): string | undefined {
    return (this.#hashAt.get(stream, version) as { hash: string } | undefined)?.hash
  }

  insert(event: SealedEvent): EventRecord {
    const { stream, version, type, schema, data, meta, previousHash, hash } = event
    const { lastInsertRowid } = this.#insert.run(stream, version, type, schema, data, meta, previousHash, hash)
    return { ...event, position: Number(lastInsertRowid) }
  }

  isEmpty(): boolean {
    return this.lastPosition() === 0
  }

  lastPosition(): number {
    return (this.#lastPosition.get() as { position: number | null }).position ?? 0
  }

  streams(after: string, limit: number): readonly string[] {
    return this.#streams.all(after, limit).map(({ stream }) => stream as string)
  }

  *heads(): Generator<Anchor> {
    for (const stream of this.streams('', -1)) yield { stream, ...this.head(stream) }
  }

  /** Rows as they come, so that the caller can stop and knows how far it came when one cannot be read. */
  page(stream: string | undefined, { first, last, backward }: Range, limit: number): Iterable<EventRecord> {
    const { forward, backward: back, allForward, allBackward } = this.#page
    const rows =
      stream === undefined
        ? (backward ? allBackward : allForward).iterate(first, last, limit)
        : (backward ? back : forward).iterate(stream, first, last, limit)
    return rows as Iterable<unknown> as Iterable<EventRecord>
  }

  saveSnapshot({ stream, version, data, hash }: SnapshotRecord): void {
    this.#saveSnapshot.run(stream, version, data, hash)
  }

  loadSnapshot(stream: string, atOrBefore: number): SnapshotRecord | undefined {
    return this.#loadSnapshot.get(stream, atOrBefore) as SnapshotRecord | undefined
  }

  deleteSnapshots(stream: string | undefined): void {
    if (stream === undefined) this.#deleteAllSnapshots.run()
    else this.#deleteSnapshots.run(stream)
  }
}
