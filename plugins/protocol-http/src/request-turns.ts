/**
 * How many of a worker's requests begin at once. When a thousand clients have asked, one turn of the event loop would begin
 * all of their requests, then read all of the answers: by then what belongs to each has left the processor's caches, all of it
 * lives at once and is copied by V8's collections, and as many connections to servers are in use. A few are begun in a turn,
 * so that the next turn answers them, on the connections that the turn before has freed.
 */

/** Enough to keep the worker busy until the answers come. Fewer make the turn dearer, more the caches colder. */
const REQUESTS_A_TURN = 32

/** A turn that takes long with other work begins as many more for each so long: what they cost is the smaller part. */
const MORE_EVERY_MS = 16

/** Those that begin together. They share what they wait for: of a thousand that wait, what each holds is copied by V8. */
interface Group {
  requests: number
  readonly turn: Promise<void>
  readonly begin: () => void
}

export class RequestTurns {
  /** In the order in which they came; all are full but the last. */
  readonly #waiting: Group[] = []
  /** Of those that may begin before the next turn. It is not told of turns in which nobody waits: at worst, one waits for its end. */
  #begun = 0
  #turnedAt = 0

  /**
   * Asks to begin a request. Those that wait begin in the order in which they came, so many in each turn whatever became of
   * those before: servers that are slow to answer hold nobody up, and an event loop that has nothing else to do turns at once.
   *
   * @returns undefined when it may begin now, else what settles when it may
   */
  enter(): Promise<void> | undefined {
    if (this.#begun < REQUESTS_A_TURN) {
      this.#begun++
      return undefined
    }
    if (this.#waiting.length === 0) this.#turnLater()
    const last = this.#waiting.at(-1)
    if (last === undefined || last.requests === REQUESTS_A_TURN) return this.#newGroup()
    last.requests++
    return last.turn
  }

  #newGroup(): Promise<void> {
    const { promise: turn, resolve: begin } = Promise.withResolvers<void>()
    this.#waiting.push({ requests: 1, turn, begin })
    return turn
  }

  #turnLater(): void {
    this.#turnedAt = performance.now()
    setImmediate(this.#turn)
  }

  /** Runs after the turn's arrivals: answers that are there have freed their connections. */
  readonly #turn = (): void => {
    const tookMs = performance.now() - this.#turnedAt
    const next = this.#waiting.splice(0, 1 + Math.floor(tookMs / MORE_EVERY_MS))
    this.#begun = 0
    for (const { requests } of next) this.#begun += requests
    if (this.#waiting.length > 0) this.#turnLater()
    for (const { begin } of next) begin()
  }
}
