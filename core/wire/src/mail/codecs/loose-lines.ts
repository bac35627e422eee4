import { NOTHING } from './decoder.js'

const CR = 0x0d
const LF = 0x0a

/** Longer lines come in pieces. */
const MAX_LINE_BYTES = 4096

/** Lines without their ends, which are CR LF, LF or CR, whatever pieces they come in. */
export class LooseLines {
  #rest: Buffer = NOTHING
  /** A line feed that comes next belongs to the line end already seen. */
  #isAfterCr = false;

  *push(chunk: Buffer): Generator<Buffer> {
    const input = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    let from = 0
    let lf = -1
    let cr = -1
    while (from < input.length) {
      if (this.#isAfterCr && input[from] === LF) from++
      this.#isAfterCr = false
      if (lf < from && lf !== input.length) lf = position(input, LF, from)
      if (cr < from && cr !== input.length) cr = position(input, CR, from)
      const end = Math.min(lf, cr, from + MAX_LINE_BYTES)
      if (end >= input.length) break
      yield input.subarray(from, end)
      this.#isAfterCr = end === cr
      from = end === lf || end === cr ? end + 1 : end
    }
    this.#rest = Buffer.from(input.subarray(from))
  }

  /** A last line without its end. */
  *end(): Generator<Buffer> {
    if (this.#rest.length > 0) yield this.#rest
    this.#rest = NOTHING
  }
}

function position(input: Buffer, byte: number, from: number): number {
  const at = input.indexOf(byte, from)
  return at === -1 ? input.length : at
}
