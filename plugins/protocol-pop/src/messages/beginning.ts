import type { Body } from '@fsigk/plugin-api'

const LF = 0x0a
const CR = 0x0d

/**
 * What TOP shows of a message: its header, the empty line behind it, and so many lines of its body (RFC 1939, 7). A line
 * ends in LF here, whatever stands before it.
 */
export async function* beginningOf(message: Body | readonly Buffer[], lines: number): Body {
  const cut = new Cut(lines)
  for await (const chunk of message) {
    const end = cut.endIn(chunk)
    if (end > 0) yield chunk.subarray(0, end)
    if (cut.isOver) return
  }
}

class Cut {
  isOver = false
  #isInHeader = true
  /** Of the line under way. */
  #bytes = 0
  #first: number | undefined

  constructor(private left: number) {}

  /** How much of this piece is shown. */
  endIn(chunk: Buffer): number {
    let from = 0
    for (let lf = chunk.indexOf(LF); lf !== -1; lf = chunk.indexOf(LF, from)) {
      this.#take(chunk, from, lf)
      this.#endLine()
      from = lf + 1
      if (this.isOver) return from
    }
    this.#take(chunk, from, chunk.length)
    return chunk.length
  }

  #take(chunk: Buffer, from: number, end: number): void {
    if (end === from) return
    if (this.#bytes === 0) this.#first = chunk[from]
    this.#bytes += end - from
  }

  #endLine(): void {
    const isEmpty = this.#bytes === 0 || (this.#bytes === 1 && this.#first === CR)
    this.#bytes = 0
    if (!this.#isInHeader) this.left -= 1
    else if (isEmpty) this.#isInHeader = false
    this.isOver = !this.#isInHeader && this.left <= 0
  }
}
