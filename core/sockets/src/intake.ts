/**
 * How a socket that we dial reads: into buffers that are used again. Node makes a buffer of 64 KB for each read otherwise,
 * and collecting them costs more than anything else that is done with a body that passes.
 *
 * All sockets at rest share one small buffer, which is copied from. When a read fills it, more is at hand: that goes into
 * a large one, which is the socket's own for so long, and for as long as what comes passes on.
 */

/** Small enough for copies of it to be cut from Node's pool. */
const SMALL_BYTES = 2048

/** Most messages and parts of bodies leave in one write then. */
const LARGE_BYTES = 128 * 1024

/** In front of what is read into a large buffer, so much can be put that is to leave together with it. */
const FRONT_BYTES = 2 * SMALL_BYTES

/** So many large ones wait for their next use. */
const MAX_SPARE = 4

const small = Buffer.allocUnsafeSlow(SMALL_BYTES)
const spare: Buffer[] = []

/** Who reads. */
export interface Intaker {
  /** Whether bytes pass on as they come, so that they need not be copied. */
  readonly isPassing: boolean
  /** @param bytes its own when `areKept`; else only until it returns, or `keep` is called */
  arrived(bytes: Buffer, areKept: boolean): void
}

export class Intake {
  /** For `connect` of `node:net`: the socket emits no `data` then. */
  readonly onread = {
    buffer: () => this.#next(),
    callback: (count: number, buffer: Uint8Array) => this.#read(count, buffer as Buffer),
  }
  /** Whether the last read took all that there was room for: the next one follows at once. */
  isMoreAtHand = false
  #large: Buffer | undefined
  #intaker: Intaker | undefined
  /** What came before there was anybody. */
  #early: Buffer[] = []

  /** Once, by whoever reads from now on. */
  attach(intaker: Intaker): void {
    this.#intaker = intaker
    for (const bytes of this.#early.splice(0)) intaker.arrived(bytes, true)
  }

  /** The bytes that just arrived are still needed: that buffer is not used again. */
  keep(): void {
    this.#large = undefined
  }

  /**
   * Puts together what is to leave in one write.
   *
   * @param bytes that just arrived: they stay where they are, where there is room in front of them
   */
  withFront(front: readonly Buffer[], bytes: Buffer): Buffer {
    const length = front.reduce((sum, piece) => sum + piece.length, 0)
    const large = this.#large
    if (length > FRONT_BYTES || large?.buffer !== bytes.buffer || large.byteOffset !== bytes.byteOffset)
      return Buffer.concat([...front, bytes])
    const together = Buffer.from(large.buffer, large.byteOffset - length, length + bytes.length)
    let at = 0
    for (const piece of front) at += piece.copy(together, at)
    return together
  }

  /** The buffer of the next read. Decided right after each one, before anything else runs. */
  #next(): Buffer {
    if (this.isMoreAtHand || this.#intaker?.isPassing === true) {
      this.#large ??= spare.pop() ?? Buffer.allocUnsafeSlow(FRONT_BYTES + LARGE_BYTES).subarray(FRONT_BYTES)
      return this.#large
    }
    if (this.#large !== undefined && spare.length < MAX_SPARE) spare.push(this.#large)
    this.#large = undefined
    return small
  }

  #read(count: number, buffer: Buffer): boolean {
    this.isMoreAtHand = count === buffer.length
    const isLarge = buffer !== small
    const bytes = this.isMoreAtHand ? buffer : buffer.subarray(0, count)
    if (this.#intaker === undefined) this.#early.push(Buffer.from(bytes))
    else this.#intaker.arrived(isLarge ? bytes : Buffer.from(bytes), !isLarge)
    // Nobody may be sent more than he can take before he listens: whoever attaches resumes the socket.
    return this.#intaker !== undefined
  }
}
