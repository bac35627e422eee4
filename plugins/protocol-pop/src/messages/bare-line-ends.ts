/**
 * A dot behind a CR or LF by itself. Many clients end a line there: to them a dot alone would be the end of the message,
 * and what follows the server's next reply. So the line ends in CRLF before such a dot, and the dot gets another one in
 * front like any that begins a line. Everything else stays as it is (RFC 1939, 3).
 */
const CR = 0x0d
const LF = 0x0a
const DOT = 0x2e
const CRLF = Buffer.from('\r\n')
const CR_DOT = Buffer.from('\r.')
const LF_DOT = Buffer.from('\n.')
/** After so many dots that begin no line, lines are looked for: they are fewer then. */
const MANY_DOTS = 256
const held: Readonly<Record<number, Buffer>> = { [CR]: Buffer.from('\r'), [LF]: Buffer.from('\n') }

export class BareLineEnds {
  /** A CR or LF by itself that came last: what comes next says what becomes of it. */
  #held: Buffer | undefined

  /** @returns the text to go on: the piece itself, nearly always */
  push(chunk: Buffer): readonly Buffer[] {
    if (chunk.length === 0) return []
    const pieces = this.#begin(chunk)
    let from = 0
    for (let at = nextBare(chunk, 0, pieces.at(-1)); at !== -1; at = nextBare(chunk, from, undefined)) {
      if (at > from) pieces.push(chunk.subarray(from, at))
      pieces.push(CRLF)
      from = at + 1
    }
    const end = this.#holdBack(chunk, pieces.at(-1)) ? chunk.length - 1 : chunk.length
    if (end > from) pieces.push(chunk.subarray(from, end))
    return pieces
  }

  /** The text is over. */
  finish(): readonly Buffer[] {
    const rest = this.#held
    this.#held = undefined
    return rest === undefined ? [] : [rest]
  }

  #begin(chunk: Buffer): Buffer[] {
    const before = this.#held
    this.#held = undefined
    if (before === undefined) return []
    return [chunk[0] === DOT ? CRLF : before]
  }

  #holdBack(chunk: Buffer, before: Buffer | undefined): boolean {
    const last = chunk[chunk.length - 1]
    if (last !== CR && last !== LF) return false
    const isWhole = last === LF && (chunk.length > 1 ? chunk[chunk.length - 2] : before?.at(-1)) === CR
    if (isWhole) return false
    this.#held = held[last]
    return true
  }
}

/**
 * Where the next CR or LF by itself stands that a dot follows; -1 without one.
 *
 * @param before what went on in front of the chunk just now
 */
function nextBare(chunk: Buffer, from: number, before: Buffer | undefined): number {
  let next = from + 1
  for (let dots = 0; dots < MANY_DOTS; dots++) {
    const dot = chunk.indexOf(DOT, next)
    if (dot === -1) return -1
    if (isBare(chunk, dot - 1, before)) return dot - 1
    next = dot + 1
  }
  return nextBareLine(chunk, next - 1, before)
}

/** The same, where dots are many: lines are looked at. */
function nextBareLine(chunk: Buffer, from: number, before: Buffer | undefined): number {
  const afterCr = chunk.indexOf(CR_DOT, from)
  let afterLf = chunk.indexOf(LF_DOT, from)
  while (afterLf !== -1 && !isBare(chunk, afterLf, before)) afterLf = chunk.indexOf(LF_DOT, afterLf + 2)
  if (afterCr === -1 || afterLf === -1) return Math.max(afterCr, afterLf)
  return Math.min(afterCr, afterLf)
}

function isBare(chunk: Buffer, at: number, before: Buffer | undefined): boolean {
  if (chunk[at] === CR) return true
  return chunk[at] === LF && (at === 0 ? before?.at(-1) : chunk[at - 1]) !== CR
}
