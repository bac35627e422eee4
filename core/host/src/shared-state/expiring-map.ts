interface Timed<V> {
  readonly value: V
  readonly expiresAt: number
}

/** A map whose entries end after their time, and whose least recently used entry goes when it is full. */
export class ExpiringMap<V> {
  /** Kept in the order of use: a Map lists its keys as they were inserted. */
  readonly #entries = new Map<string, Timed<V>>()

  /** @param now monotonic, in milliseconds */
  constructor(
    private readonly maxEntries: number,
    private readonly now: () => number,
  ) {}

  get size(): number {
    return this.#entries.size
  }

  get(key: string): V | undefined {
    const entry = this.#entries.get(key)
    if (entry === undefined) return undefined
    this.#entries.delete(key)
    if (entry.expiresAt <= this.now()) return undefined
    this.#entries.set(key, entry)
    return entry.value
  }

  /** Until when an entry lives. */
  expiresAt(key: string): number | undefined {
    return this.#entries.get(key)?.expiresAt
  }

  set(key: string, value: V, expiresAt: number): void {
    this.#entries.delete(key)
    if (this.#entries.size >= this.maxEntries) {
      const oldest = this.#entries.keys().next()
      if (!oldest.done) this.#entries.delete(oldest.value)
    }
    this.#entries.set(key, { value, expiresAt })
  }

  delete(key: string): void {
    this.#entries.delete(key)
  }
}
