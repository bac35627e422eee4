/** Keeps a fault that meets every transfer from filling the error log: one line a period, with how many were left out. */

const PERIOD_MS = 10_000

/** Kinds are few and our own (a scanner's id, `spool`), so the map is bounded. */
export class RepeatedMessages {
  readonly #last = new Map<string, { atMs: number; leftOut: number }>()

  /** The message to log now, or undefined when one of its kind was logged a moment ago. */
  of(kind: string, message: string, nowMs = Date.now()): string | undefined {
    const last = this.#last.get(kind)
    if (last !== undefined && nowMs - last.atMs < PERIOD_MS) {
      last.leftOut += 1
      return undefined
    }
    const leftOut = last?.leftOut ?? 0
    this.#last.set(kind, { atMs: nowMs, leftOut: 0 })
    return leftOut === 0 ? message : `${message} (and ${leftOut} more like this since the last such line)`
  }
}
