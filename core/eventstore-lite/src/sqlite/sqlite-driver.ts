import type { DatabaseSync } from 'node:sqlite'
import type { Driver, EventRecord, Head, Range, SealedEvent, SnapshotRecord } from '../driver.js'
import { failure, StoreDamaged } from '../errors.js'
import { ChangePoll } from './change-poll.js'
import { EventTable } from './event-table.js'
import { HeadFile } from './head-file.js'
import { explain } from './sqlite-failure.js'
import { headOf } from './store-paths.js'
import { transaction } from './transaction.js'

/** Enough for a page of ordinary events, and a bound when each of them is large. */
const PAGE_BYTES = 4 * 1024 * 1024

export interface SqliteDriverOptions {
  readonly file: string
  readonly busyTimeoutMs: number
  readonly pollIntervalMs: number
  readonly readOnly: boolean
}

/**
 * Events in a SQLite file. `node:sqlite` is synchronous, so that each method is one step that nothing of this process
 * can come between; what other processes do is kept apart by SQLite's locks.
 */
export class SqliteDriver implements Driver {
  readonly #database: DatabaseSync
  readonly #options: SqliteDriverOptions
  readonly #table: EventTable
  readonly #heads: HeadFile
  readonly #changes: ChangePoll

  /** @param database an open connection whose tables are there */
  constructor(database: DatabaseSync, options: SqliteDriverOptions) {
    this.#database = database
    this.#options = options
    this.#table = new EventTable(database)
    this.#heads = new HeadFile(headOf(options.file), this.#table)
    this.#changes = new ChangePoll(database, options.pollIntervalMs)
  }

  /** Holds the head file against the events; to be called once, unless the store is only read. */
  checkHeads(): void {
    this.#run(() => transaction(this.#database, 'BEGIN IMMEDIATE', () => this.#heads.open()))
  }

  async append(stream: string, seal: (head: Head) => readonly SealedEvent[]): Promise<readonly EventRecord[]> {
    this.#checkWritable()
    return this.#run(() => {
      const { records, reservation } = transaction(this.#database, 'BEGIN IMMEDIATE', () => {
        const head = this.#table.head(stream)
        const sealed = seal(head)
        const reservation = this.#heads.reserve({ stream, ...(sealed.at(-1) ?? head) }, head)
        return { records: sealed.map((event) => this.#table.insert(event)), reservation }
      })
      this.#heads.confirm(reservation)
      this.#changes.announce()
      return records
    })
  }

  async head(stream: string): Promise<Head> {
    return this.#run(() => this.#table.head(stream), { stream, version: 0 })
  }

  async lastPosition(): Promise<number> {
    return this.#run(() => this.#table.lastPosition())
  }

  async page(stream: string | undefined, range: Range, limit: number): Promise<readonly EventRecord[]> {
    const place = { stream: stream ?? '', version: range.backward ? range.last : range.first }
    return this.#run(() => {
      const records: EventRecord[] = []
      let bytes = 0
      try {
        for (const record of this.#table.page(stream, range, limit)) {
          records.push(record)
          bytes += record.data.length + record.meta.length
          if (bytes > PAGE_BYTES) break
        }
      } catch (error) {
        // What could be read is handed over; the next page begins at the event that cannot, and names it.
        if (records.length === 0) throw error
      }
      return records
    }, place)
  }

  async streams(after: string, limit: number): Promise<readonly string[]> {
    return this.#run(() => this.#table.streams(after, limit))
  }

  async anchors(): Promise<ReadonlyMap<string, Head>> {
    return this.#run(() => this.#heads.anchors())
  }

  async saveSnapshot(snapshot: SnapshotRecord): Promise<void> {
    this.#checkWritable()
    this.#run(() => this.#table.saveSnapshot(snapshot))
  }

  async loadSnapshot(stream: string, atOrBefore: number): Promise<SnapshotRecord | undefined> {
    try {
      return this.#run(() => this.#table.loadSnapshot(stream, atOrBefore))
    } catch (error) {
      // Snapshots are a cache: one that cannot be read is one that is not there.
      if (error instanceof StoreDamaged) return undefined
      throw error
    }
  }

  async deleteSnapshots(stream: string | undefined): Promise<void> {
    this.#checkWritable()
    this.#run(() => this.#table.deleteSnapshots(stream))
  }

  watch(changed: () => void): () => void {
    return this.#run(() => this.#changes.watch(changed))
  }

  async close(): Promise<void> {
    this.#changes.stop()
    this.#heads.close()
    if (this.#database.isOpen) this.#run(() => this.#database.close())
  }

  #checkWritable(): void {
    if (this.#options.readOnly) throw failure('EVENTSTORE_READ_ONLY', [this.#options.file])
  }

  /** @param place where the damage is, should the file turn out to be damaged */
  #run<T>(work: () => T, place?: { readonly stream: string; readonly version: number }): T {
    if (!this.#database.isOpen) throw failure('EVENTSTORE_CLOSED', [])
    try {
      return work()
    } catch (error) {
      throw explain(error, this.#options.file, this.#options.busyTimeoutMs, place)
    }
  }
}
