/** Notices workers whose event loop is stuck: whatever a plugin does there, no other code of that worker runs. */

export interface Beating {
  /** Asks for a sign of life. */
  beat(): void
  /** How long ago anything was heard of it, in milliseconds; undefined while it need not answer. */
  silentForMs(): number | undefined
  /** It is stuck. */
  stuck(silentMs: number): void
}

export interface HeartbeatTimes {
  readonly everyMs: number
  /** A worker that says nothing for so long is stuck. */
  readonly limitMs: number
}

export const HEARTBEAT: HeartbeatTimes = { everyMs: 1_000, limitMs: 10_000 }

export class Heartbeat implements Disposable {
  readonly #watched = new Set<Beating>()
  readonly #timer: NodeJS.Timeout
  #last = performance.now()

  constructor(private readonly times: HeartbeatTimes) {
    this.#timer = setInterval(() => this.#look(), times.everyMs)
    this.#timer.unref()
  }

  watch(worker: Beating): void {
    this.#watched.add(worker)
  }

  forget(worker: Beating): void {
    this.#watched.delete(worker)
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer)
  }

  #look(): void {
    const now = performance.now()
    // When the machine slept or the supervisor itself was held up, silence proves nothing: ask first, judge next time.
    const heldUp = now - this.#last > 2 * this.times.everyMs
    this.#last = now
    for (const worker of this.#watched) {
      const silentMs = worker.silentForMs()
      if (silentMs === undefined) continue
      if (silentMs > this.times.limitMs && !heldUp) worker.stuck(Math.round(silentMs))
      else worker.beat()
    }
  }
}
