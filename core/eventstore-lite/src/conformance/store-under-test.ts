import type { EventStore, NewEvent, StoredEvent } from '../event-store.js'

/** A store to be tested: new and empty, gone when disposed. */
export interface StoreUnderTest extends AsyncDisposable {
  readonly store: EventStore
  /** Opens the same events once more, as another process would. Absent when the driver's events cannot be shared. */
  openAnother?(): Promise<EventStore>
}

export type OpenStore = () => Promise<StoreUnderTest>

export function numbered(first: number, last: number): readonly NewEvent[] {
  return Array.from({ length: last - first + 1 }, (_, index) => ({
    type: 'NumberNamed',
    schema: 1,
    data: { number: first + index },
    meta: { actor: 'test' },
  }))
}

export async function collect(events: AsyncIterable<StoredEvent>): Promise<readonly StoredEvent[]> {
  const collected: StoredEvent[] = []
  for await (const event of events) collected.push(event)
  return collected
}

export async function versionsOf(events: AsyncIterable<StoredEvent>): Promise<readonly number[]> {
  return (await collect(events)).map(({ version }) => version)
}

/** A subscription's events as they come, and how to wait for the first so many. */
export class Received {
  readonly events: StoredEvent[] = []
  #wanted = Number.POSITIVE_INFINITY
  #enough = Promise.withResolvers<void>()

  readonly handler = (event: StoredEvent): void => {
    this.events.push(event)
    if (this.events.length >= this.#wanted) this.#enough.resolve()
  }

  async first(count: number): Promise<readonly number[]> {
    this.#wanted = count
    this.#enough = Promise.withResolvers()
    if (this.events.length >= count) this.#enough.resolve()
    await this.#enough.promise
    return this.events.map(({ version }) => version)
  }
}

export function upTo(last: number, first = 1): readonly number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index)
}
