/** The face of the store: what an event is, and what can be done with a stream of them. Drivers are elsewhere. */

/** What an event may carry: plain JSON. `undefined`, dates, buffers and numbers that JSON cannot say are refused. */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [member: string]: JsonValue }

/** A fact to be kept. The store adds its place and its hashes, never a time: that belongs into `meta`. */
export interface NewEvent {
  /** What happened, in the past tense; 1 to 256 bytes. */
  readonly type: string
  /** The shape of `data`: 1 for the first, one more for each later shape. */
  readonly schema: number
  /** At most 16 MiB as JSON, like `meta`. */
  readonly data: JsonValue
  /** Who, when, why: kept and hashed like `data`, kept apart so that both can be read without the other. */
  readonly meta: JsonValue
}

/** A kept fact. */
export interface StoredEvent extends NewEvent {
  readonly stream: string
  /** Its place in its stream, 1-based, without gaps. */
  readonly version: number
  /** Its place among the events of all streams, 1-based, ascending; a driver may leave gaps. */
  readonly position: number
  /** The hash of the event before it in its stream; 64 zeros for the first. */
  readonly previousHash: string
  /** SHA-256, in hex, over everything above but `position`. */
  readonly hash: string
}

export interface ReadOptions {
  /** Where to begin, included. Without it: the first event going forward, the last one going backward. */
  readonly from?: number
  readonly direction?: 'forward' | 'backward'
  /** How many events at most; without it, all that were there when the read began. */
  readonly limit?: number
}

export interface Snapshot {
  readonly version: number
  readonly data: JsonValue
}

/** What `verify` found: all is well, or the first damage. `stream` is `''` when the damage is not in a stream. */
export type Verification =
  | { readonly ok: true; readonly streams: number; readonly events: number }
  | { readonly ok: false; readonly stream: string; readonly version: number; readonly reason: string }

/** An append-only store of events in streams. Disposing it ends its subscriptions; every later call is refused. */
export interface EventStore extends AsyncDisposable {
  /**
   * Appends all of the events or none, in one transaction. Once it resolves they survive a crash of the machine.
   *
   * @param stream 1 to 256 bytes without control characters
   * @param expectedVersion the version that the stream has now; 0 when it must be new
   * @param events at most 1,000; none is allowed and appends nothing
   * @throws VersionConflict when the stream is at another version
   * @throws EventStoreError `EVENTSTORE_INVALID`, `EVENTSTORE_BUSY`: nothing was appended. `EVENTSTORE_UNAVAILABLE`: a
   * full disk appends nothing; one that fails while it is told to keep the commit leaves open, as a crash does, whether
   * the events are there
   */
  append(stream: string, expectedVersion: number, events: readonly NewEvent[]): Promise<readonly StoredEvent[]>

  /** The version of the stream's last event, 0 when it has none. */
  version(stream: string): Promise<number>

  /**
   * Reads a stream as it was when the read began. Holds a page in memory, never the stream.
   *
   * @throws StoreDamaged at the first event that is missing or does not match its hash
   */
  read(stream: string, options?: ReadOptions): AsyncIterable<StoredEvent>

  /** Reads all streams in the order of positions; `from` is a position. */
  readAll(options?: ReadOptions): AsyncIterable<StoredEvent>

  /**
   * Hands over every event of a stream from a version on, in order, each once: what is there, then what comes, whoever
   * appends it. The next event waits until the handler is done with this one.
   *
   * @param fromVersion the first version wanted, 1 for all
   * @returns resolves when the signal is aborted or the store is disposed, and the handler is done with its event;
   * rejects with what the handler threw, and with StoreDamaged
   */
  subscribe(
    stream: string,
    fromVersion: number,
    handler: (event: StoredEvent) => void | Promise<void>,
    options: { readonly signal: AbortSignal },
  ): Promise<void>

  /**
   * Keeps what a fold over the stream came to at a version. A cache: it may vanish at any time, and is never handed
   * out when its bytes or the event it stands on have changed since.
   *
   * @throws EventStoreError `EVENTSTORE_INVALID` when the stream has no such version
   */
  saveSnapshot(stream: string, version: number, data: JsonValue): Promise<void>

  /** The newest snapshot, of `atOrBefore` or an earlier version; undefined when there is none. */
  loadSnapshot(stream: string, atOrBefore?: number): Promise<Snapshot | undefined>

  /** Forgets the snapshots of one stream or of all. */
  deleteSnapshots(stream?: string): Promise<void>

  /** Reads one stream or all, checks every hash, link and anchor, and tells the first damage. */
  verify(stream?: string, options?: { readonly signal?: AbortSignal }): Promise<Verification>
}
