import { hash as digest } from 'node:crypto'
import type { EncodedEvent, EventRecord, Head, SealedEvent } from './driver.js'
import { StoreDamaged } from './errors.js'
import type { StoredEvent } from './event-store.js'

/** What stands before the first event of a stream. */
export const EMPTY_HEAD: Head = { version: 0, hash: '0'.repeat(64) }

/** SHA-256 in hex over the canonical JSON of `[previousHash, stream, version, type, schema, data, meta]`. */
export function eventHash(event: Omit<SealedEvent, 'hash'>): string {
  const { previousHash, stream, version, type, schema, data, meta } = event
  // `data` and `meta` are canonical JSON already; set between the others they give the canonical JSON of the whole.
  const opening = JSON.stringify([previousHash, stream, version, type, schema]).slice(0, -1)
  return digest('sha256', `${opening},${data},${meta}]`, 'hex')
}

/** Gives new events their versions and hashes, as the continuation of a stream. */
export function sealEvents(stream: string, head: Head, events: readonly EncodedEvent[]): readonly SealedEvent[] {
  let { version, hash: previousHash } = head
  return events.map((event) => {
    version += 1
    const unsealed = { stream, version, ...event, previousHash }
    previousHash = eventHash(unsealed)
    return { ...unsealed, hash: previousHash }
  })
}

/**
 * The event of a record.
 *
 * @throws StoreDamaged when what was kept does not match the hash that was kept with it
 */
export function openRecord(record: EventRecord): StoredEvent {
  if (eventHash(record) !== record.hash) {
    throw new StoreDamaged(record.stream, record.version, 'the event does not match its hash')
  }
  return { ...record, data: JSON.parse(record.data), meta: JSON.parse(record.meta) }
}

/** The hash that binds a snapshot to the event that it stands on. */
export function snapshotHash(eventHash: string, data: string): string {
  return digest('sha256', `["${eventHash}",${data}]`, 'hex')
}
