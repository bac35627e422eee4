/**
 * The slots of one service: how many connections it holds over all its workers, of all generations, and who holds
 * which. The lowest free slot is given out first, since its number is the "internal process ID" of the log. No address has
 * more connections than it may, those that wait included, so that nobody takes all slots or all places before them.
 */

/** What an owner asks for, and has. */
interface Holding<Owner> {
  readonly owner: Owner
  /** Whom it is counted for; `''` for nobody. */
  readonly address: string
}

interface Waiter<Owner> extends Holding<Owner> {
  readonly answer: (slot: number | 'crowded') => void
}

/** @typeParam Owner whoever holds slots and may die with them: a worker */
export class SlotTable<Owner> {
  readonly #holdings = new Map<number, Holding<Owner>>()
  readonly #waiters = new Set<Waiter<Owner>>()
  /** How many slots each address holds and waits for. */
  readonly #counts = new Map<string, number>()
  /** Slots below `#fresh` that are free again; a binary heap, lowest first. */
  readonly #freed: number[] = []
  #fresh = 0
  #addressLimit = Number.POSITIVE_INFINITY

  /**
   * @param limit how many slots may be held at once (`pre_spawn`)
   * @param onFull called when the last slot has been given out
   * @param onCrowded called when an address is refused another
   */
  constructor(
    private limit: number,
    private readonly onFull: (limit: number) => void,
    private readonly onCrowded: (address: string, limit: number) => void = () => {},
  ) {}

  get inUse(): number {
    return this.#holdings.size
  }

  get waiting(): number {
    return this.#waiters.size
  }

  /** Whether a worker that holds a slot for longer than its connection keeps it from nobody. */
  get plenty(): boolean {
    return this.#holdings.size * 2 <= this.limit
  }

  /** How many slots this owner holds. */
  heldBy(owner: Owner): number {
    let held = 0
    for (const holding of this.#holdings.values()) if (holding.owner === owner) held += 1
    return held
  }

  /**
   * Lower limits take nothing away; they are met as slots come back.
   *
   * @param addressLimit of the connections of one address
   */
  setLimits(limit: number, addressLimit = Number.POSITIVE_INFINITY): void {
    this.limit = limit
    this.#addressLimit = addressLimit
    this.#serveWaiters()
  }

  /**
   * Gives the lowest free slot, now or when one comes free; who asked first is served first. Answers `crowded` at once
   * when the address has as many as it may.
   *
   * @param address whom it is counted for; `''` for nobody
   * @returns takes the request back; without effect once answered
   */
  acquire(owner: Owner, address: string, answer: (slot: number | 'crowded') => void): () => void {
    if (address !== '' && (this.#counts.get(address) ?? 0) >= this.#addressLimit) {
      this.onCrowded(address, this.#addressLimit)
      answer('crowded')
      return () => {}
    }
    const waiter = { owner, address, answer }
    this.#count(address, 1)
    this.#waiters.add(waiter)
    this.#serveWaiters()
    return () => this.#forget(waiter)
  }

  /** Gives back a slot. One that this owner does not hold is ignored: it died with it, or was never its own. */
  release(owner: Owner, slot: number): void {
    const holding = this.#holdings.get(slot)
    if (holding?.owner !== owner) return
    this.#holdings.delete(slot)
    this.#count(holding.address, -1)
    this.#putBack(slot)
    this.#serveWaiters()
  }

  /** Takes back all that an owner holds or waits for. */
  releaseAll(owner: Owner): void {
    for (const waiter of this.#waiters) if (waiter.owner === owner) this.#forget(waiter)
    for (const [slot, holding] of this.#holdings) if (holding.owner === owner) this.release(owner, slot)
  }

  #forget(waiter: Waiter<Owner>): void {
    if (this.#waiters.delete(waiter)) this.#count(waiter.address, -1)
  }

  #count(address: string, by: 1 | -1): void {
    if (address === '') return
    const count = (this.#counts.get(address) ?? 0) + by
    if (count === 0) this.#counts.delete(address)
    else this.#counts.set(address, count)
  }

  #serveWaiters(): void {
    for (const waiter of this.#waiters) {
      if (this.#holdings.size >= this.limit) return
      this.#waiters.delete(waiter)
      const slot = this.#takeLowest()
      this.#holdings.set(slot, { owner: waiter.owner, address: waiter.address })
      waiter.answer(slot)
      if (this.#holdings.size === this.limit) this.onFull(this.limit)
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
