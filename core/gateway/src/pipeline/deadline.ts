/** The one deadline of a scan, which the peer's going away ends too. */

/** Something that can go away while it is being worked for: a connection. */
export interface Departure {
  readonly isGone: boolean
  /** Calls `waiting.leave()` when it goes, unless `forget` comes first. Cheaper than listening to an AbortSignal. */
  remember(waiting: Leaving): void
  forget(waiting: Leaving): void
}

export interface Leaving {
  leave(): void
}

export class Deadline implements Leaving {
  /** The scanners that were told of as late: once for a body, however many of its readings they were at. */
  readonly lateScanners = new Set<string>()
  readonly #controller = new AbortController()
  readonly #timer: NodeJS.Timeout | undefined
  readonly #waiters = new Set<() => void>()
  #over: 'time' | 'gone' | undefined
  readonly #leaves: (() => void) | undefined

  /**
   * @param limitMs 0 is unlimited, though still ended when the peer is gone
   * @param wanted aborted when nobody waits any more, though the peer is there
   */
  constructor(
    readonly limitMs: number,
    private readonly departure: Departure,
    private readonly wanted?: AbortSignal,
  ) {
    if (limitMs > 0) this.#timer = setTimeout(endByTime, limitMs, this)
    departure.remember(this)
    if (wanted !== undefined) {
      this.#leaves = () => this.leave()
      wanted.addEventListener('abort', this.#leaves)
    }
    if (departure.isGone || wanted?.aborted === true) this.leave()
  }

  /** Aborted at the deadline, whichever way it came. */
  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** Why it is over; undefined while it is not. */
  get over(): 'time' | 'gone' | undefined {
    return this.#over
  }

  /** Waits for the work, or until the deadline, whichever comes first. Work that is late is left to itself. */
  wait(work: Promise<unknown>): Promise<void> {
    if (this.#over !== undefined) {
      work.catch(abandoned)
      return Promise.resolve()
    }
    return new Promise((resolve, reject) => {
      this.#waiters.add(resolve)
      const settled = () => {
        this.#waiters.delete(resolve)
        resolve()
      }
      work.then(settled, reject)
    })
  }

  leave(): void {
    this.#end('gone')
  }

  expire(): void {
    this.#end('time')
  }

  /** Call when the work is done, so that nothing fires afterwards. */
  close(): void {
    clearTimeout(this.#timer)
    this.departure.forget(this)
    if (this.#leaves !== undefined) this.wanted?.removeEventListener('abort', this.#leaves)
  }

  #end(why: 'time' | 'gone'): void {
    if (this.#over !== undefined) return
    this.#over = why
    this.close()
    this.#controller.abort()
    for (const wake of this.#waiters) wake()
  }
}

function endByTime(deadline: Deadline): void {
  deadline.expire()
}

/** What abandoned work has to say comes too late for anyone. */
function abandoned(): void {}
