import { EMPTY_HEAD } from '../chain.js'
import type { Driver, EventRecord, Head, Range, SealedEvent, SnapshotRecord } from '../driver.js'
import { failure } from '../errors.js'

/** Keeps events in the memory of this process, for as long as it lives. */
export class MemoryDriver implements Driver {
  readonly #all: EventRecord[] = []
  readonly #streams = new Map<string, EventRecord[]>()
  readonly #snapshots = new Map<string, Map<number, SnapshotRecord>>()
  readonly #watchers = new Set<() => void>()
  #closed = false

  async append(stream: string, seal: (head: Head) => readonly SealedEvent[]): Promise<readonly EventRecord[]> {
    this.#checkOpen()
    const kept = this.#streams.get(stream) ?? []
    const records = seal(kept.at(-1) ?? EMPTY_HEAD).map((event, index) => ({
      ...event,
      position: this.#all.length + index + 1,
    }))
    kept.push(...records)
    this.#all.push(...records)
    this.#streams.set(stream, kept)
    for (const changed of this.#watchers) changed()
    return records
  }

  async head(stream: string): Promise<Head> {
    this.#checkOpen()
    return this.#streams.get(stream)?.at(-1) ?? EMPTY_HEAD
  }

  async lastPosition(): Promise<number> {
    this.#checkOpen()
    return this.#all.length
  }

  async page(
    stream: string | undefined,
    { first, last, backward }: Range,
    limit: number,
  ): Promise<readonly EventRecord[]> {
    this.#checkOpen()
    const kept = stream === undefined ? this.#all : (this.#streams.get(stream) ?? [])
    if (!backward) return kept.slice(first - 1, Math.min(last, first - 1 + limit))
    return kept.slice(Math.max(first - 1, last - limit), last).reverse()
  }

  async streams(after: string, limit: number): Promise<readonly string[]> {
    this.#checkOpen()
    const names = [...this.#streams.keys()].filter((name) => name > after)
    return names.sort().slice(0, limit)
  }

  async anchors(): Promise<ReadonlyMap<string, Head>> {
    return new Map()
  }

  async saveSnapshot(snapshot: SnapshotRecord): Promise<void> {
    this.#checkOpen()
    const kept = this.#snapshots.get(snapshot.stream) ?? new Map<number, SnapshotRecord>()
    kept.set(snapshot.version, snapshot)
    this.#snapshots.set(snapshot.stream, kept)
  }

  async loadSnapshot(stream: string, atOrBefore: number): Promise<SnapshotRecord | undefined> {
    this.#checkOpen()
    const kept = [...(this.#snapshots.get(stream)?.values() ?? [])].filter(({ version }) => version <= atOrBefore)
    return kept.sort((a, b) => a.version - b.version).at(-1)
  }

  async deleteSnapshots(stream: string | undefined): Promise<void> {
    this.#checkOpen()
    if (stream === undefined) this.#snapshots.clear()
    else this.#snapshots.delete(stream)
  }

  watch(changed: () => void): () => void {
    this.#watchers.add(changed)
    return () => this.#watchers.delete(changed)
  }

  async close(): Promise<void> {
    this.#closed = true
  }

  #checkOpen(): void {
    if (this.#closed) throw failure('EVENTSTORE_CLOSED', [])
  }
}
