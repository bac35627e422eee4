import { setImmediate as nextTurn } from 'node:timers/promises'
import { EMPTY_HEAD, openRecord } from './chain.js'
import type { Driver, EventRecord, Range } from './driver.js'
import { StoreDamaged } from './errors.js'
import type { StoredEvent } from './event-store.js'

const PAGE_EVENTS = 256

/**
 * Reads a range of one stream, a page at a time, and checks what it hands out: every version is there, matches its
 * hash, and continues the one before.
 *
 * @param range its last version, in reading order, must have been stored when this was called
 * @throws StoreDamaged at the first event that is missing, unreadable or not what it was
 */
export async function* readStream(driver: Driver, stream: string, range: Range): AsyncGenerator<StoredEvent> {
  if (range.first > range.last) return
  const step = range.backward ? -1 : 1
  let expected = range.backward ? range.last : range.first
  let neighbour: EventRecord | undefined
  for await (const record of records(driver, stream, range)) {
    if (record.version !== expected) throw missing(stream, expected)
    const event = openRecord(record)
    if (record.version === 1) checkLink(EMPTY_HEAD, record)
    if (neighbour !== undefined) range.backward ? checkLink(record, neighbour) : checkLink(neighbour, record)
    neighbour = record
    expected += step
    yield event
  }
  const end = range.backward ? range.first - 1 : range.last + 1
  if (expected !== end) throw missing(stream, expected)
}

/** Reads a range of positions over all streams. Each event is checked against its own hash only. */
export async function* readPositions(driver: Driver, range: Range): AsyncGenerator<StoredEvent> {
  for await (const record of records(driver, undefined, range)) yield openRecord(record)
}

async function* records(driver: Driver, stream: string | undefined, whole: Range): AsyncGenerator<EventRecord> {
  let range = whole
  while (range.first <= range.last) {
    const page = await driver.page(stream, range, PAGE_EVENTS)
    yield* page
    const last = page.at(-1)
    if (last === undefined) return
    const place = stream === undefined ? last.position : last.version
    range = range.backward ? { ...range, last: place - 1 } : { ...range, first: place + 1 }
    // A driver may answer without ever leaving this turn of the event loop; a long read must not stall everything else.
    await nextTurn()
  }
}

function checkLink(before: { readonly hash: string }, event: EventRecord): void {
  if (event.previousHash !== before.hash) {
    throw new StoreDamaged(event.stream, event.version, 'the event does not continue the one before it')
  }
}

function missing(stream: string, version: number): StoreDamaged {
  return new StoreDamaged(stream, version, 'the event is missing')
}
