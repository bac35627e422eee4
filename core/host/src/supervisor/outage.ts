/**
 * Whether something is out of service, as far as transfers tell that could not be scanned for it. Begins with the first
 * that meets it; ends when one fares well and no further one meets it for a while. Knows no clock.
 */

/** What was heard at one time of one worker. */
export interface Heard {
  /** Transfers that met it, so that there is no doubt. */
  readonly met: number
  /** Transfers that may have met it, or only failed by what they are. */
  readonly doubtful: number
  /** Transfers that show that it works. */
  readonly well: number
}

export type OutageChange = 'began' | 'ended'

/** So many doubtful ones in a row, with none that fares well between them, are beyond doubt. */
const DOUBTFUL_IN_A_ROW = 10
/** How long nobody may meet it any more before it is said to be over. */
const QUIET_MS = 2_000
const LONGEST_QUIET_MS = 600_000
/** What comes and goes is told of less and less often: the quiet time doubles with each outage within this time. */
const MEMORY_MS = 3_600_000

export class Outage {
  #begunMs: number | undefined
  #metMs = 0
  #wellMs: number | undefined
  #doubtful = 0
  #endedMs: number[] = []

  /** In milliseconds of the caller's clock; undefined while it is in service. */
  get begunMs(): number | undefined {
    return this.#begunMs
  }

  /** When the first transfer fared well after the last that did not. */
  get wellMs(): number | undefined {
    return this.#wellMs
  }

  /** @param nowMs any clock that only goes on */
  heard({ met, doubtful, well }: Heard, nowMs: number): OutageChange | undefined {
    this.#doubtful = well > 0 ? 0 : this.#doubtful + doubtful
    const isMet = met > 0 || (doubtful > 0 && (this.#begunMs !== undefined || this.#doubtful >= DOUBTFUL_IN_A_ROW))
    if (isMet) {
      this.#metMs = nowMs
      this.#wellMs = undefined
      if (this.#begunMs !== undefined) return undefined
      this.#begunMs = nowMs
      return 'began'
    }
    if (this.#begunMs === undefined) return undefined
    if (well > 0) this.#wellMs ??= nowMs
    if (this.#wellMs === undefined || nowMs - this.#metMs < this.#quietMs(nowMs)) return undefined
    return 'ended'
  }

  /** It has been told of. */
  over(nowMs: number): void {
    this.#begunMs = undefined
    this.#wellMs = undefined
    this.#doubtful = 0
    this.#endedMs.push(nowMs)
  }

  #quietMs(nowMs: number): number {
    this.#endedMs = this.#endedMs.filter((endedMs) => nowMs - endedMs < MEMORY_MS)
    return Math.min(QUIET_MS * 2 ** this.#endedMs.length, LONGEST_QUIET_MS)
  }
}
