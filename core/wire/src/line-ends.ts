/** What is done about line ends that are not CRLF, and about NUL: nothing, or they become CRLF, and NUL goes. */
export type LineEndMode = 'kept' | 'normalised'

const NUL = 0x00
const LF = 0x0a
const CR = 0x0d
const LONE_CR = Buffer.from('\r')
const CRLF = Buffer.from('\r\n')
/** What is strange whatever stands around the text: neither a CR at its end nor a LF at its beginning. */
const STRANGE = /\r(?=[^\n])|(?<=[^\r])\n|\0/

/**
 * Looks at the line ends of text that comes in pieces: a CR or LF by itself ends a line for some readers and not for
 * others (RFC 5321, 2.3.8), and NUL ends the text for some.
 */
export class LineEnds {
  /** A CR that no LF follows has come. */
  bareCr = false
  /** A LF that no CR precedes has come. */
  bareLf = false
  /** A NUL has come. */
  nul = false
  /** What came last, NUL left out where it goes, was a CR: what comes next says what it is. */
  #afterCr = false

  constructor(private readonly mode: LineEndMode) {}

  /** Whether anything has come that readers would differ about. */
  get areStrange(): boolean {
    return this.bareCr || this.bareLf || this.nul
  }

  /** @returns the text to go on: the piece itself where nothing had to be changed */
  push(chunk: Buffer): readonly Buffer[] {
    if (chunk.length === 0) return []
    const isHeld = this.#afterCr
    const isStrange = this.#watch(chunk)
    if (this.mode === 'kept') return [chunk]
    if (isStrange) return [this.#normalised(`${isHeld ? '\r' : ''}${chunk.toString('latin1')}`)]
    const text = this.#afterCr ? chunk.subarray(0, -1) : chunk
    return isHeld ? [LONE_CR, text] : [text]
  }

  /** The text is over. @returns what its end still needs */
  finish(): readonly Buffer[] {
    if (!this.#afterCr) return []
    this.#afterCr = false
    this.bareCr = true
    return this.mode === 'kept' ? [] : [CRLF]
  }

  /** Whether a fault stands in this piece, or is completed by it. */
  #watch(chunk: Buffer): boolean {
    const afterCr = this.#afterCr
    this.#afterCr = chunk[chunk.length - 1] === CR
    // One expression over all of it costs a third of a search for each line end.
    if (afterCr === (chunk[0] === LF) && !STRANGE.test(chunk.toString('latin1'))) return false
    this.bareCr ||= (afterCr && chunk[0] !== LF) || hasBareCr(chunk)
    this.bareLf ||= hasBareLf(chunk, afterCr)
    this.nul ||= chunk.includes(NUL)
    return true
  }

  #normalised(latin1: string): Buffer {
    const text = latin1.replaceAll('\0', '')
    this.#afterCr = text.endsWith('\r')
    const whole = this.#afterCr ? text.slice(0, -1) : text
    return Buffer.from(whole.replace(/\r\n|\r|\n/g, '\r\n'), 'latin1')
  }
}

/** One at the very end is not looked at: what comes next says what it is. */
function hasBareCr(chunk: Buffer): boolean {
  const last = chunk.length - 1
  for (let cr = chunk.indexOf(CR); cr !== -1 && cr < last; cr = chunk.indexOf(CR, cr + 2)) {
    if (chunk[cr + 1] !== LF) return true
  }
  return false
}

function hasBareLf(chunk: Buffer, afterCr: boolean): boolean {
  for (let lf = chunk.indexOf(LF); lf !== -1; lf = chunk.indexOf(LF, lf + 1)) {
    if (lf === 0 ? !afterCr : chunk[lf - 1] !== CR) return true
  }
  return false
}
