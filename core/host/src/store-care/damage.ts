/** Damage of the store in the words of whoever looks after a gateway: the file, the revision, and what to do. */
import { SETTINGS_STREAM } from '@fsigk/config'
import {
  type EventStore,
  EventStoreError,
  inspectSqliteStore,
  type JsonValue,
  type NewEvent,
  type ReadOptions,
  StoreDamaged,
  type StoredEvent,
} from 'eventstore-lite'
import { fail } from '../errors.js'

/** `r13: the event does not match its hash`; `stream 'operations', event 3: …` */
export function placeAndReason(stream: string, version: number, reason: string): string {
  if (stream === '') return reason
  return stream === SETTINGS_STREAM ? `r${version}: ${reason}` : `stream '${stream}', event ${version}: ${reason}`
}

/**
 * An error of the store by the name of its file; any other as it is. Where SQLite cannot say what is lost, the bytes of
 * the file are asked.
 *
 * @param inUse whether somebody has the store open, so that only the error itself can tell
 */
export function namedError(cause: unknown, file: string, inUse: boolean): unknown {
  if (cause instanceof StoreDamaged) {
    const { stream, version, reason } = cause
    const told = placeAndReason(stream, version, reason)
    const problem = stream === '' && !inUse ? `${told}; ${wholePart(file)}` : told
    return fail('FSIGK_STORE_DAMAGED', [file, problem], { cause })
  }
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  if (code === 'FSIGK_EVENT_SCHEMA_NEWER' || code === 'EVENTSTORE_SCHEMA_NEWER')
    return fail('FSIGK_STORE_NEWER', [file, (cause as Error).message], { cause })
  return cause
}

function wholePart(file: string): string {
  try {
    const settings = inspectSqliteStore(file).streams.find(({ stream }) => stream === SETTINGS_STREAM)
    const { events = 0, once = 0 } = settings ?? {}
    if (events === 0) return 'no revision is whole'
    return `revisions 1 to ${events} are whole${once > events ? `, of ${once}` : ''}`
  } catch (error) {
    if (error instanceof EventStoreError) return 'no revision can be found in it'
    throw error
  }
}

/** A store whose damage, whenever it is met, is told by {@link namedError}. */
export class NamedStore implements EventStore {
  constructor(
    private readonly store: EventStore,
    private readonly file: string,
  ) {}

  async append(stream: string, expectedVersion: number, events: readonly NewEvent[]): Promise<readonly StoredEvent[]> {
    return await this.named(this.store.append(stream, expectedVersion, events))
  }

  async version(stream: string): Promise<number> {
    return await this.named(this.store.version(stream))
  }

  read(stream: string, options?: ReadOptions): AsyncIterable<StoredEvent> {
    return this.namedAll(this.store.read(stream, options))
  }

  readAll(options?: ReadOptions): AsyncIterable<StoredEvent> {
    return this.namedAll(this.store.readAll(options))
  }

  async subscribe(...args: Parameters<EventStore['subscribe']>): Promise<void> {
    await this.named(this.store.subscribe(...args))
  }

  async saveSnapshot(stream: string, version: number, data: JsonValue): Promise<void> {
    await this.named(this.store.saveSnapshot(stream, version, data))
  }

  async loadSnapshot(stream: string, atOrBefore?: number) {
    return await this.named(this.store.loadSnapshot(stream, atOrBefore))
  }

  async deleteSnapshots(stream?: string): Promise<void> {
    await this.named(this.store.deleteSnapshots(stream))
  }

  async verify(...args: Parameters<EventStore['verify']>) {
    return await this.named(this.store.verify(...args))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.store[Symbol.asyncDispose]()
  }

  private async named<T>(work: Promise<T>): Promise<T> {
    try {
      return await work
    } catch (error) {
      throw namedError(error, this.file, true)
    }
  }

  private async *namedAll(events: AsyncIterable<StoredEvent>): AsyncGenerator<StoredEvent> {
    try {
      yield* events
    } catch (error) {
      throw namedError(error, this.file, true)
    }
  }
}
