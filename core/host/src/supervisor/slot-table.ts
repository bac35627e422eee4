/**
 * The slots of one service: how many connections it holds over all its workers, of all generations, and who holds
 * which. The lowest free slot is given out first, since its number is the "internal process ID" of the log.
 */

interface Waiter<Owner> {
  readonly owner: Owner
  readonly grant: (slot: number) => void
}

/** @typeParam Owner whoever holds slots and may die with them: a worker */
export class SlotTable<Owner> {
  readonly #owners = new Map<number, Owner>()
  readonly #waiters = new Set<Waiter<Owner>>()
  /** Slots below `#fresh` that are free again; a binary heap, lowest first. */
  readonly #freed: number[] = []
  #fresh = 0

  /**
   * @param limit how many slots may be held at once (`pre_spawn`)
   * @param onFull called when the last slot has been given out
   */
  constructor(
    private limit: number,
    private readonly onFull: (limit: number) => void,
  ) {}

  get inUse(): number {
    return this.#owners.size
  }

  get waiting(): number {
    return this.#waiters.size
  }

  /** Whether a worker that holds a slot for longer than its connection keeps it from nobody. */
  get plenty(): boolean {
    return this.#owners.size * 2 <= this.limit
  }

  /** How many slots this owner holds. */
  heldBy(owner: Owner): number {
    let held = 0
    for (const holder of this.#owners.values()) if (holder === owner) held += 1
    return held
  }

  /** A lower limit takes nothing away; it is met as slots come back. */
  setLimit(limit: number): void {
    this.limit = limit
    this.#serveWaiters()
  }

  /**
   * Gives the lowest free slot to `grant`, now or when one comes free; who asked first is served first.
   * @returns takes the request back; without effect once granted
   */
  acquire(owner: Owner, grant: (slot: number) => void): () => void {
    const waiter = { owner, grant }
    this.#waiters.add(waiter)
    this.#serveWaiters()
    return () => this.#waiters.delete(waiter)
  }

  /** Gives back a slot. One that this owner does not hold is ignored: it died with it, or was never its own. */
  release(owner: Owner, slot: number): void {
    if (this.#owners.get(slot) !== owner) return
    this.#owners.delete(slot)
    this.#putBack(slot)
    this.#serveWaiters()
  }

  /** Takes back all that an owner holds or waits for. */
  releaseAll(owner: Owner): void {
    for (const waiter of this.#waiters) if (waiter.owner === owner) this.#waiters.delete(waiter)
    for (const [slot, holder] of this.#owners) if (holder === owner) this.release(owner, slot)
  }

  #serveWaiters(): void {
    for (const waiter of this.#waiters) {
      if (this.#owners.size >= this.limit) return
      this.#waiters.delete(waiter)
      const slot = this.#takeLowest()
      this.#owners.set(slot, waiter.owner)
      waiter.grant(slot)
      if (this.#owners.size === this.limit) this.onFull(this.limit)
    }
  }

  #takeLowest(): number {
    const lowest = this.#freed[0]
    if (lowest === undefined) return this.#fresh++
    const last = this.#freed.pop()
    if (last !== undefined && this.#freed.length > 0) this.#sinkFromTop(last)
    return lowest
  }

  #sinkFromTop(value: number): void {
    const heap = this.#freed
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if ((heap[child + 1] ?? Infinity) < (heap[child] ?? Infinity)) child += 1
      const below = heap[child]
      if (below === undefined || below >= value) break
      heap[at] = below
      at = child
    }
    heap[at] = value
  }

  #putBack(slot: number): void {
    const heap = this.#freed
    let at = heap.length
    while (at > 0) {
      const parent = (at - 1) >> 1
      const above = heap[parent]
      if (above === undefined || above <= slot) break
      heap[at] = above
      at = parent
    }
    heap[at] = slot
  }
}
