interface Timed<V> {
  readonly value: V
  readonly bytes: number
  readonly expiresAt: number
}

/** What a map may hold. Entries beyond it are forgotten, those that were not asked for longest first. */
export interface MapLimits {
  readonly entries: number
  /** Of keys and values as `bytesOf` counts them; unlimited unless told. */
  readonly bytes?: number
}

/** A map whose entries end after their time, and whose least recently used entries go when it is full. */
export class ExpiringMap<V> {
  /** Kept in the order of use: a Map lists its keys as they were inserted. */
  readonly #entries = new Map<string, Timed<V>>()
  #bytes = 0

  /**
   * @param limits may be changed by `limit`
   * @param now monotonic, in milliseconds
   * @param bytesOf what an entry counts for
   */
  constructor(
    private limits: MapLimits,
    private readonly now: () => number,
    private readonly bytesOf: (key: string, value: V) => number = nothing,
  ) {}

  get size(): number {
    return this.#entries.size
  }

  /** What its entries count for. */
  get bytes(): number {
    return this.#bytes
  }

  get(key: string): V | undefined {
    const entry = this.#entries.get(key)
    if (entry === undefined) return undefined
    if (entry.expiresAt <= this.now()) {
      this.delete(key)
      return undefined
    }
    // The order matters only when something may soon be forgotten; keeping it costs more than the rest together.
    if (this.#isFilling) {
      this.#entries.delete(key)
      this.#entries.set(key, entry)
    }
    return entry.value
  }

  /** Until when an entry lives. */
  expiresAt(key: string): number | undefined {
    return this.#entries.get(key)?.expiresAt
  }

  /** Keeps an entry, unless it alone is more than the map may hold. */
  set(key: string, value: V, expiresAt: number): void {
    this.delete(key)
    const bytes = this.bytesOf(key, value)
    this.#entries.set(key, { value, bytes, expiresAt })
    this.#bytes += bytes
    this.#shrink()
  }

  delete(key: string): void {
    const entry = this.#entries.get(key)
    if (entry === undefined) return
    this.#entries.delete(key)
    this.#bytes -= entry.bytes
  }

  clear(): void {
    this.#entries.clear()
    this.#bytes = 0
  }

  /** It may hold so much from now on. */
  limit(limits: MapLimits): void {
    this.limits = limits
    this.#shrink()
  }

  get #isFilling(): boolean {
    const { entries, bytes = Number.POSITIVE_INFINITY } = this.limits
    return this.#entries.size * 2 > entries || this.#bytes * 2 > bytes
  }

  #shrink(): void {
    const { entries, bytes = Number.POSITIVE_INFINITY } = this.limits
    while (this.#entries.size > entries || this.#bytes > bytes) {
      const oldest = this.#entries.keys().next()
      if (oldest.done) return
      this.delete(oldest.value)
    }
  }
}

function nothing(): number {
  return 0
}
