import type { Pace } from './pace.js'
import type { Sweeper } from './sweeper.js'

const NEVER = Number.POSITIVE_INFINITY

/** A wait for the far end, one at a time: until it is ended, which is also due when time is up. */
export class Wait<Outcome> {
  /** When time is up. */
  by = NEVER
  /** How long the one under way may take; 0 when it cannot be put off. */
  limitMs = 0
  #from = 0
  #pace: Pace | undefined
  #wake: ((outcome: Outcome) => void) | undefined

  constructor(private readonly sweeper: Sweeper) {}

  get isUnderWay(): boolean {
    return this.#wake !== undefined
  }

  /**
   * @param lastsMs how long at most
   * @param limitMs the same, where something that moves puts it off
   * @param pace of the far end
   */
  begin(lastsMs: number, limitMs: number, pace?: Pace): Promise<Outcome> {
    this.#pace = pace
    this.#from = this.sweeper.now
    this.limitMs = limitMs
    this.by = this.#from + lastsMs
    return new Promise((resolve) => {
      this.#wake = resolve
    })
  }

  /** Something has moved: all of the time begins again. */
  putOff(): void {
    if (this.#wake !== undefined) this.by = this.sweeper.now + this.limitMs
  }

  moved(bytes: number): void {
    this.#pace?.moved(bytes)
  }

  isTooSlow(now: number): boolean {
    return this.#pace?.isTooSlow(now - this.#from) === true
  }

  end(outcome: Outcome): void {
    const wake = this.#wake
    this.#wake = undefined
    this.by = NEVER
    this.limitMs = 0
    this.#pace?.waited(this.sweeper.now - this.#from)
    this.#pace = undefined
    wake?.(outcome)
  }
}
