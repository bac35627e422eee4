/** Whether lines arrive where they should. A trouble is told once when it begins, and once when it is over. */

export type OutputState = 'running' | 'down' | 'slow'

/** JSON-able, for status. */
export interface LogOutputStatus {
  /** The setting that names the command (`http.access_log`), or the id of the sink. */
  readonly output: string
  readonly kind: 'command' | 'sink'
  /** `down`: it ended or does not start, and is tried again; `slow`: it reads too slowly, and lines were left out. */
  readonly state: OutputState
  readonly pid?: number
  /** How often it was started anew because it had ended by itself. */
  readonly restarts: number
  readonly waitingBytes: number
  /** Lines left out since the beginning. */
  readonly lostLines: number
  readonly because?: string
}

/** Told of the beginning and the end of a trouble. */
export interface OutputAlarm {
  failed(output: string, because: string): void
  recovered(output: string, lostLines: number): void
}

export class OutputHealth {
  #state: OutputState = 'running'
  #because: string | undefined
  #lostBefore = 0

  constructor(
    private readonly output: string,
    private readonly alarm: OutputAlarm,
  ) {}

  get state(): OutputState {
    return this.#state
  }

  get because(): string | undefined {
    return this.#because
  }

  get isWell(): boolean {
    return this.#state === 'running'
  }

  trouble(state: 'down' | 'slow', because: string): void {
    const wasWell = this.isWell
    // What is down and loses lines besides is down.
    if (wasWell || state === 'down') {
      this.#state = state
      this.#because = because
    }
    if (wasWell) this.alarm.failed(this.output, because)
  }

  /** @param lostLines in all */
  well(lostLines: number): void {
    if (this.isWell) return
    this.#state = 'running'
    this.#because = undefined
    this.alarm.recovered(this.output, lostLines - this.#lostBefore)
    this.#lostBefore = lostLines
  }
}
