/**
 * A worker's lines on their way to the supervisor, which hands them to commands and sinks. Bounded: while the supervisor
 * does not take them, the newest are left out and counted, and nobody waits.
 */
import type { ForwardedLines } from '@fsigk/gateway'
import type { FromWorker } from '../ipc/messages.js'
import { countLines } from '../log-outputs/line-queue.js'

const MAX_UNDER_WAY_BYTES = 4 * 1024 * 1024

export class LineForwarder {
  #underWay = 0
  #lostLines = 0

  constructor(private readonly send: (message: FromWorker) => void) {}

  /** Takes the lines of one log of one turn. */
  readonly forward = ({ log, lines, written }: ForwardedLines): void => {
    if (this.#underWay + lines.length > MAX_UNDER_WAY_BYTES) {
      this.#lostLines += countLines(lines)
      return
    }
    this.#underWay += lines.length
    this.send({ is: 'lines', log, lines, written, lostBefore: this.#lostLines })
    this.#lostLines = 0
  }

  /** The supervisor has taken so many. */
  taken(bytes: number): void {
    this.#underWay -= bytes
  }
}
