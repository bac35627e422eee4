/**
 * What a driver provides: rows and transactions. Hashing, checking, paging, subscribing and verifying are written once,
 * over this interface, in `chained-store.ts`; a driver never looks into an event.
 */

/** What an event says. `data` and `meta` are canonical JSON and must come back byte for byte, so: text columns. */
export interface EncodedEvent {
  readonly type: string
  readonly schema: number
  readonly data: string
  readonly meta: string
}

/** An event with its place in its stream and its hashes. */
export interface SealedEvent extends EncodedEvent {
  readonly stream: string
  readonly version: number
  readonly previousHash: string
  readonly hash: string
}

/** An event as it is kept. */
export interface EventRecord extends SealedEvent {
  readonly position: number
}

/** The end of a stream: version 0 and 64 zeros when it has no event. */
export interface Head {
  readonly version: number
  readonly hash: string
}

/** Versions of one stream or positions of all, both ends included, in reading order. */
export interface Range {
  readonly first: number
  readonly last: number
  readonly backward: boolean
}

export interface SnapshotRecord {
  readonly stream: string
  readonly version: number
  readonly data: string
  /** Binds the snapshot to the event that it stands on. */
  readonly hash: string
}

export interface Driver {
  /**
   * In one write transaction: hands the stream's head to `seal` and keeps what that returns. Keeps nothing when `seal`
   * throws. Resolves when it is durable. No two of them, of any process, may overlap.
   */
  append(stream: string, seal: (head: Head) => readonly SealedEvent[]): Promise<readonly EventRecord[]>

  head(stream: string): Promise<Head>
  lastPosition(): Promise<number>

  /** The first events of the range, one at least unless there is none: as many as suit the driver, at most `limit`. */
  page(stream: string | undefined, range: Range, limit: number): Promise<readonly EventRecord[]>

  /** Names of streams in ascending order, those after `after`, at most `limit`. */
  streams(after: string, limit: number): Promise<readonly string[]>

  /** Heads that were certainly stored once, as noted outside of the store; empty when the driver keeps no such notes. */
  anchors(): Promise<ReadonlyMap<string, Head>>

  saveSnapshot(snapshot: SnapshotRecord): Promise<void>
  /** The newest one of at most this version. */
  loadSnapshot(stream: string, atOrBefore: number): Promise<SnapshotRecord | undefined>
  deleteSnapshots(stream: string | undefined): Promise<void>

  /** Calls `changed` soon after anything was appended, here or elsewhere; too often is allowed. Returns how to stop it. */
  watch(changed: () => void): () => void

  close(): Promise<void>
}
