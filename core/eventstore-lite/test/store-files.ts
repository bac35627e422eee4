/** Store files to be tried out: made in a folder of their own, filled, and tampered with behind the store's back. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type EventStore, type NewEvent, openSqliteStore, type ReadOptions } from '../src/index.js'

export interface StoreFile extends AsyncDisposable {
  readonly file: string
}

/** A place for a store file, removed when disposed. */
export async function temporaryFile(): Promise<StoreFile> {
  const folder = await mkdtemp(join(tmpdir(), 'eventstore-lite-'))
  return {
    file: join(folder, 'events.db'),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  }
}

/** A closed store with one event in `operations` and so many in `settings`. */
export async function storeOf(count: number): Promise<StoreFile> {
  const place = await temporaryFile()
  await using store = await openSqliteStore(place.file)
  await store.append('operations', 0, numbered(1, 1))
  await store.append('settings', 0, numbered(1, count))
  return place
}

export function numbered(first: number, last: number): readonly NewEvent[] {
  return Array.from({ length: last - first + 1 }, (_, index) => ({
    type: 'NumberNamed',
    schema: 1,
    data: { number: first + index },
    meta: null,
  }))
}

/** Appends to the stream `settings` of a closed store. */
export async function appendTo(file: string, expected: number, events: readonly NewEvent[]): Promise<void> {
  await using store = await openSqliteStore(file)
  await store.append('settings', expected, events)
}

export async function versionsOf(store: EventStore, options?: ReadOptions): Promise<readonly number[]> {
  const versions: number[] = []
  for await (const { version } of store.read('settings', options)) versions.push(version)
  return versions
}

/** Changes what the store would never change. */
export function tamper(file: string, sql: string): void {
  using database = new DatabaseSync(file)
  database.exec('DROP TRIGGER events_are_never_changed; DROP TRIGGER events_are_never_deleted')
  database.exec(sql)
}

/** Turns the lowest bit of the last character of a text in a closed file. */
export async function flipBit(file: string, text: string): Promise<void> {
  const bytes = await readFile(file)
  const at = bytes.indexOf(text) + text.length - 1
  bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at)
  await writeFile(file, bytes)
}
