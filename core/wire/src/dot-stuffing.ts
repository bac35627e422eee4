/**
 * Text that ends in a line with a dot alone (RFC 5321, 4.5.2; RFC 1939, 3): the message of SMTP's DATA, and POP's replies
 * of several lines. A line ends in CRLF and nothing else, in both directions.
 */
import type { LineEnds } from './line-ends.js'

const LF = 0x0a
const CR = 0x0d
const DOT = 0x2e
const LONE_CR = Buffer.from('\r')
const LONE_DOT = Buffer.from('.')
/** The end, together with that of the line before it, which belongs to the text. */
const END = Buffer.from('\r\n.\r\n')
/** How the text ends and a line begins that has a dot in front. */
const LINE_WITH_DOT = END.subarray(0, 3)
/** After so many dots that begin no line, lines are looked for. */
const MANY_DOTS = 256

/** Of so many pieces, a copy of all costs less than each by itself. */
const MAX_PIECES = 64

/** Takes the dots out and finds the end. The bytes that it gives are those that it was given, not copies, unless dots abound. */
export class DotUnstuffer {
  /** What came behind the end: the next command, of a client that does not wait. Undefined before the end. */
  rest: Buffer | undefined
  /** So many bytes of `END` have come last; those of the dot and its CR have not been given on. The text begins a line. */
  #matched = 2

  /** @param lineEnds looks at what comes out, and may change it */
  constructor(private readonly lineEnds?: LineEnds) {}

  get ended(): boolean {
    return this.rest !== undefined
  }

  /** @returns the text in this piece, up to the end when it is there. Nothing may be pushed behind the end. */
  push(chunk: Buffer): readonly Buffer[] {
    const pieces: Buffer[] = []
    this.#read(chunk, pieces)
    const { lineEnds } = this
    const few = gathered(pieces)
    if (lineEnds === undefined) return few
    const text = few.flatMap((piece) => lineEnds.push(piece))
    return this.ended ? text.concat(lineEnds.finish()) : text
  }

  #read(chunk: Buffer, pieces: Buffer[]): void {
    let from = 0
    let at = 0
    while (at < chunk.length) {
      if (this.#matched === 0) {
        const found = lineWithDot(chunk, at)
        if (found === -1) {
          this.#matched = begunAtEndOf(chunk)
          break
        }
        at = found + 2
        this.#matched = 2
      }
      if (chunk[at] !== END[this.#matched]) {
        // It was a dot in front of a line, and what followed it belongs to the line.
        if (this.#matched === 4) pieces.push(LONE_CR)
        this.#matched = 0
        continue
      }
      if (this.#matched === 2 && at > from) pieces.push(chunk.subarray(from, at))
      this.#matched += 1
      at += 1
      if (this.#matched > 2) from = at
      if (this.#matched === END.length) {
        this.rest = chunk.subarray(at)
        return
      }
    }
    if (from < chunk.length) pieces.push(chunk.subarray(from))
  }
}

/** Puts the dots in. The bytes that it gives are those that it was given, not copies, unless dots abound. */
export class DotStuffer {
  /** How much of CRLF has come last. The text begins a line. */
  #matched = 2

  push(chunk: Buffer): readonly Buffer[] {
    const pieces: Buffer[] = []
    let from = 0
    for (let dot = this.#firstDot(chunk); dot !== -1; dot = nextDot(chunk, dot)) {
      if (dot > from) pieces.push(chunk.subarray(from, dot))
      pieces.push(LONE_DOT)
      from = dot
    }
    if (from < chunk.length) pieces.push(chunk.subarray(from))
    if (chunk.length === 1 && this.#matched === 1 && chunk[0] === LF) this.#matched = 2
    else if (chunk.length > 0) this.#matched = begunAtEndOf(chunk)
    return gathered(pieces)
  }

  /** The line with the dot alone; before it, the end of a line that has none. */
  end(): Buffer {
    return this.#matched === 2 ? END.subarray(2) : END
  }

  #firstDot(chunk: Buffer): number {
    if (this.#matched === 2 && chunk[0] === DOT) return 0
    if (this.#matched === 1 && chunk[0] === LF && chunk[1] === DOT) return 1
    return nextDot(chunk, 0)
  }
}

function gathered(pieces: readonly Buffer[]): readonly Buffer[] {
  return pieces.length > MAX_PIECES ? [Buffer.concat(pieces)] : pieces
}

function nextDot(chunk: Buffer, from: number): number {
  const found = lineWithDot(chunk, from)
  return found === -1 ? -1 : found + 2
}

/**
 * Where the next end of a line stands that a dot follows; -1 without one. Dots are looked at, which are far fewer than
 * lines in what mail is full of (base64); lines, where there are many.
 */
function lineWithDot(chunk: Buffer, from: number): number {
  let next = from + 2
  for (let dots = 0; dots < MANY_DOTS; dots++) {
    const dot = chunk.indexOf(DOT, next)
    if (dot === -1) return -1
    if (chunk[dot - 1] === LF && chunk[dot - 2] === CR) return dot - 2
    next = dot + 1
  }
  return chunk.indexOf(LINE_WITH_DOT, next - 2)
}

/** How much of CRLF the chunk ends with. */
function begunAtEndOf(chunk: Buffer): number {
  const last = chunk[chunk.length - 1]
  if (last === CR) return 1
  return last === LF && chunk[chunk.length - 2] === CR ? 2 : 0
}
