/**
 * A text of several lines as it stands on the wire, on its way to a client that may take a dot for its end wherever a line
 * could begin. Nearly every text can pass as it came: it is looked through once, by its dots. From the first on that no
 * client should see so, it is taken apart and put together again, which comes to the same everywhere else.
 */
import { DotStuffer, DotUnstuffer } from '@fsigk/wire'
import { BareLineEnds } from './bare-line-ends.js'

const LF = 0x0a
const CR = 0x0d
const DOT = 0x2e
const CR_DOT = Buffer.from('\r.')
const LF_DOT = Buffer.from('\n.')
/** After so many dots that begin no line, lines are looked for. */
const MANY_DOTS = 256

export class PassingText {
  /** What came behind the end. Undefined before it. */
  rest: Buffer | undefined
  /** Of the text so far, without the dots that are put in for the wire, and without its end. */
  bytes = 0
  /** What came last and may not leave before what follows is known: the end of a line, or the beginning of the end. */
  #held: Buffer | undefined
  /** What has passed ends in CRLF, or nothing has. */
  #isLineStart = true
  #takenApart: TakenApart | undefined

  get ended(): boolean {
    return this.rest !== undefined
  }

  /** @returns what is to leave: the bytes that were given, nearly always. Nothing may be pushed behind the end. */
  push(chunk: Buffer): readonly Buffer[] {
    if (this.#takenApart !== undefined) return this.#takeApart(this.#takenApart, chunk)
    const held = this.#held
    if (held === undefined) return this.#look(chunk)
    this.#held = undefined
    this.bytes -= countOf(held)
    return this.#look(Buffer.concat([held, chunk]))
  }

  #look(chunk: Buffer): readonly Buffer[] {
    let dots = 0
    const lines = new DotsBehindLines(chunk)
    for (let dot = chunk.indexOf(DOT); dot !== -1; ) {
      const begins = this.#begins(chunk, dot)
      if (begins === 'bare') return this.#turn(chunk, dot - 1)
      if (begins === 'line') {
        const next = chunk[dot + 1]
        if (next === undefined || (next === CR && dot + 2 === chunk.length)) return this.#pass(chunk, dot)
        if (next === CR && chunk[dot + 2] === LF) return this.#end(chunk, dot)
        if (next !== DOT) return this.#turn(chunk, dot)
        this.bytes -= 1
      } else dots += 1
      const from = begins === 'line' ? dot + 2 : dot + 1
      dot = dots < MANY_DOTS ? chunk.indexOf(DOT, from) : lines.next(from)
    }
    return this.#pass(chunk, chunk.length - bareEnd(chunk))
  }

  /** Whether a client may see the beginning of a line here: behind CRLF, or behind a CR or LF by itself. */
  #begins(chunk: Buffer, dot: number): 'line' | 'bare' | 'no' {
    if (dot === 0) return this.#isLineStart ? 'line' : 'no'
    const before = chunk[dot - 1]
    if (before !== CR && before !== LF) return 'no'
    return before === LF && chunk[dot - 2] === CR ? 'line' : 'bare'
  }

  #pass(chunk: Buffer, end: number): readonly Buffer[] {
    if (end < chunk.length) this.#held = Buffer.from(chunk.subarray(end))
    this.bytes += end + (this.#held === undefined ? 0 : countOf(this.#held))
    if (end > 0) this.#isLineStart = chunk[end - 1] === LF
    return end === 0 ? [] : [end === chunk.length ? chunk : chunk.subarray(0, end)]
  }

  #end(chunk: Buffer, dot: number): readonly Buffer[] {
    const end = dot + 3
    this.bytes += dot
    this.rest = chunk.subarray(end)
    return [end === chunk.length ? chunk : chunk.subarray(0, end)]
  }

  /** @param at the dot in front of a line, or the CR or LF by itself in front of a dot */
  #turn(chunk: Buffer, at: number): readonly Buffer[] {
    this.#takenApart = new TakenApart()
    this.bytes += at
    const rest = this.#takeApart(this.#takenApart, chunk.subarray(at))
    return at === 0 ? rest : [chunk.subarray(0, at), ...rest]
  }

  #takeApart(text: TakenApart, chunk: Buffer): readonly Buffer[] {
    const pieces = text.push(chunk)
    this.bytes += text.bytes
    this.rest = text.rest
    return pieces
  }
}

/** From the beginning of a line on, or from within one. */
class TakenApart {
  /** Of the text, in what was pushed last. */
  bytes = 0
  readonly #unstuffer = new DotUnstuffer()
  readonly #lineEnds = new BareLineEnds()
  readonly #stuffer = new DotStuffer()

  get rest(): Buffer | undefined {
    return this.#unstuffer.rest
  }

  push(chunk: Buffer): readonly Buffer[] {
    const text = this.#unstuffer.push(chunk)
    this.bytes = text.reduce((sum, { length }) => sum + length, 0)
    const stuffed = text.flatMap((piece) => this.#stuff(this.#lineEnds.push(piece)))
    if (this.rest === undefined) return stuffed
    return [...stuffed, ...this.#stuff(this.#lineEnds.finish()), this.#stuffer.end()]
  }

  #stuff(pieces: readonly Buffer[]): readonly Buffer[] {
    return pieces.flatMap((piece) => this.#stuffer.push(piece))
  }
}

/** Where a dot stands behind a CR or LF, in a chunk full of other dots. */
class DotsBehindLines {
  #afterCr = 0

  constructor(private readonly chunk: Buffer) {}

  /** @param from above 0. -1 when there is none from there on */
  next(from: number): number {
    const { chunk } = this
    const afterLf = chunk.indexOf(LF_DOT, from - 1)
    if (this.#afterCr !== -1 && this.#afterCr < from - 1) this.#afterCr = chunk.indexOf(CR_DOT, from - 1)
    const afterCr = this.#afterCr
    if (afterCr < from - 1) return afterLf === -1 ? -1 : afterLf + 1
    return (afterLf === -1 ? afterCr : Math.min(afterCr, afterLf)) + 1
  }
}

/** How much of the end is a CR, or an LF by itself. A CR in front would have been held. */
function bareEnd(chunk: Buffer): 0 | 1 {
  const last = chunk[chunk.length - 1]
  if (last === CR) return 1
  return last === LF && chunk[chunk.length - 2] !== CR ? 1 : 0
}

/** What is held of a line's end belongs to the text; a dot, and what follows it, may not. */
function countOf(held: Buffer): number {
  return held[0] === DOT ? 0 : held.length
}
