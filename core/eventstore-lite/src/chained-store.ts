/** The event store over any driver: checks what comes in, hashes it, checks what goes out, and follows streams. */
import { openRecord, sealEvents, snapshotHash } from './chain.js'
import type { Driver, Range } from './driver.js'
import { failure, VersionConflict } from './errors.js'
import type {
  EventStore,
  JsonValue,
  NewEvent,
  ReadOptions,
  Snapshot,
  StoredEvent,
  Verification,
} from './event-store.js'
import { checkNumber, checkReadOptions, checkStream, encodeEvents, encodeJson } from './limits.js'
import { readPositions, readStream } from './read-range.js'
import { follow } from './subscription.js'
import { verifyStore } from './verify.js'

/** {@link EventStore} says what each method promises. */
export class ChainedStore implements EventStore {
  readonly #driver: Driver
  readonly #closing = new AbortController()

  constructor(driver: Driver) {
    this.#driver = driver
  }

  async append(stream: string, expectedVersion: number, events: readonly NewEvent[]): Promise<readonly StoredEvent[]> {
    this.#checkOpen()
    checkStream(stream)
    checkNumber('expectedVersion', expectedVersion, 0)
    const encoded = encodeEvents(events)
    if (encoded.length === 0) return []
    const records = await this.#driver.append(stream, (head) => {
      if (head.version !== expectedVersion) throw new VersionConflict(stream, expectedVersion, head.version)
      return sealEvents(stream, head, encoded)
    })
    return records.map(openRecord)
  }

  async version(stream: string): Promise<number> {
    this.#checkOpen()
    checkStream(stream)
    const { version } = await this.#driver.head(stream)
    return version
  }

  read(stream: string, options: ReadOptions = {}): AsyncIterable<StoredEvent> {
    this.#checkOpen()
    checkStream(stream)
    checkReadOptions(options)
    return this.#read(stream, options)
  }

  async *#read(stream: string, options: ReadOptions): AsyncGenerator<StoredEvent> {
    const { version } = await this.#driver.head(stream)
    yield* readStream(this.#driver, stream, rangeOf(options, version))
  }

  readAll(options: ReadOptions = {}): AsyncIterable<StoredEvent> {
    this.#checkOpen()
    checkReadOptions(options)
    return this.#readAll(options)
  }

  async *#readAll({ limit = Number.MAX_SAFE_INTEGER, ...options }: ReadOptions): AsyncGenerator<StoredEvent> {
    let left = limit
    if (left === 0) return
    // Positions may have gaps, so that events are counted, where versions of a stream can be reckoned.
    for await (const event of readPositions(this.#driver, rangeOf(options, await this.#driver.lastPosition()))) {
      yield event
      left -= 1
      if (left === 0) return
    }
  }

  async subscribe(
    stream: string,
    fromVersion: number,
    handler: (event: StoredEvent) => void | Promise<void>,
    { signal }: { readonly signal: AbortSignal },
  ): Promise<void> {
    this.#checkOpen()
    checkStream(stream)
    checkNumber('fromVersion', fromVersion, 1)
    const either = AbortSignal.any([signal, this.#closing.signal])
    await follow(this.#driver, stream, fromVersion, handler, either)
  }

  async saveSnapshot(stream: string, version: number, data: JsonValue): Promise<void> {
    this.#checkOpen()
    checkStream(stream)
    checkNumber('version', version, 1)
    const text = encodeJson('data', data)
    const eventHash = await this.#eventHash(stream, version)
    if (eventHash === undefined) {
      throw failure('EVENTSTORE_INVALID', ['version', `is ${version}, which stream '${stream}' does not have`])
    }
    await this.#driver.saveSnapshot({ stream, version, data: text, hash: snapshotHash(eventHash, text) })
  }

  async loadSnapshot(stream: string, atOrBefore = Number.MAX_SAFE_INTEGER): Promise<Snapshot | undefined> {
    this.#checkOpen()
    checkStream(stream)
    checkNumber('atOrBefore', atOrBefore, 0)
    let snapshot = await this.#driver.loadSnapshot(stream, atOrBefore)
    while (snapshot !== undefined) {
      const { version, data, hash } = snapshot
      const eventHash = await this.#eventHash(stream, version)
      if (eventHash !== undefined && snapshotHash(eventHash, data) === hash) return { version, data: JSON.parse(data) }
      // Damaged, or left over from events that were lost: an older one may still stand.
      snapshot = await this.#driver.loadSnapshot(stream, version - 1)
    }
    return undefined
  }

  async deleteSnapshots(stream?: string): Promise<void> {
    this.#checkOpen()
    if (stream !== undefined) checkStream(stream)
    await this.#driver.deleteSnapshots(stream)
  }

  async verify(stream?: string, options: { readonly signal?: AbortSignal } = {}): Promise<Verification> {
    this.#checkOpen()
    if (stream !== undefined) checkStream(stream)
    return verifyStore(this.#driver, stream, options.signal)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closing.signal.aborted) return
    this.#closing.abort()
    await this.#driver.close()
  }

  async #eventHash(stream: string, version: number): Promise<string | undefined> {
    const [record] = await this.#driver.page(stream, { first: version, last: version, backward: false }, 1)
    return record?.hash
  }

  #checkOpen(): void {
    if (this.#closing.signal.aborted) throw failure('EVENTSTORE_CLOSED', [])
  }
}

/** The range that a read means, of versions or positions from 1 to `end`. */
function rangeOf({ from, direction, limit = Number.MAX_SAFE_INTEGER }: ReadOptions, end: number): Range {
  if (direction === 'backward') {
    const last = Math.min(from ?? end, end)
    return { first: Math.max(1, last - limit + 1), last, backward: true }
  }
  const first = from ?? 1
  return { first, last: Math.min(first + limit - 1, end), backward: false }
}
