/**
 * Takes a chunked body apart (RFC 9112, 7.1), whatever pieces it comes in. Strict, because a lenient reading is how two
 * readers come to see two messages: hexadecimal digits at once followed by `;` or CR, CR LF and nothing else as line end.
 * Extensions are read past and dropped.
 */
import { valueBytes } from './characters.js'
import { Fields, parseFields } from './fields.js'

/** 13 hexadecimal digits are always below 2^53. */
const MAX_SIZE_DIGITS = 13

/** Of all chunks of a body together. */
const MAX_EXTENSION_BYTES = 16 * 1024

const MAX_TRAILER_BYTES = 16 * 1024

const CR = 0x0d
const LF = 0x0a
const SEMICOLON = 0x3b

type Step = 'size' | 'extension' | 'size line feed' | 'data' | 'data return' | 'data line feed' | 'trailer'

export type ChunkedState = 'open' | 'ended' | 'broken'

export class ChunkedDecoder {
  state: ChunkedState = 'open'
  /** Complete when `state` is `ended`. */
  trailers = new Fields()
  /** How many bytes of the last input were the body's; the rest belongs to what follows it. */
  consumed = 0

  #step: Step = 'size'
  #digits = 0
  #left = 0
  #extensionBytes = 0
  #trailer = ''

  /**
   * The data among `bytes`, in one piece. Data of several chunks is moved together inside `bytes`, so that a body of
   * tiny chunks does not become a buffer for each; `bytes` must be the caller's to change, up to `consumed`.
   *
   * @returns undefined when there was no data
   */
  decode(bytes: Buffer): Buffer | undefined {
    let start = 0
    let end = 0
    let at = 0
    while (at < bytes.length && this.state === 'open') {
      if (this.#step === 'data') {
        const take = Math.min(this.#left, bytes.length - at)
        if (end === 0) start = at
        else bytes.copyWithin(end, at, at + take)
        end = end === 0 ? at + take : end + take
        at += take
        this.#left -= take
        if (this.#left === 0) this.#step = 'data return'
      } else if (this.#step === 'trailer') {
        at += this.#takeTrailer(bytes, at)
      } else {
        this.#step = this.#next(this.#step, bytes[at] ?? 0)
        at++
      }
    }
    this.consumed = at
    return end === 0 ? undefined : bytes.subarray(start, end)
  }

  #next(step: Exclude<Step, 'data' | 'trailer'>, byte: number): Step {
    switch (step) {
      case 'size': {
        const digit = hexadecimal(byte)
        if (digit !== -1 && this.#digits < MAX_SIZE_DIGITS) {
          this.#left = this.#left * 16 + digit
          this.#digits++
          return 'size'
        }
        if (this.#digits === 0) return this.#break(step)
        if (byte === CR) return 'size line feed'
        return byte === SEMICOLON ? 'extension' : this.#break(step)
      }
      case 'extension':
        if (byte === CR) return 'size line feed'
        if (valueBytes[byte] !== 1 || ++this.#extensionBytes > MAX_EXTENSION_BYTES) return this.#break(step)
        return 'extension'
      case 'size line feed':
        if (byte !== LF) return this.#break(step)
        this.#digits = 0
        return this.#left === 0 ? 'trailer' : 'data'
      case 'data return':
        return byte === CR ? 'data line feed' : this.#break(step)
      case 'data line feed':
        return byte === LF ? 'size' : this.#break(step)
    }
  }

  #break(step: Step): Step {
    this.state = 'broken'
    return step
  }

  /** Collects the trailer section up to its empty line; gives how many of the bytes it took. */
  #takeTrailer(bytes: Buffer, from: number): number {
    const before = this.#trailer.length
    this.#trailer += bytes.toString('latin1', from, from + MAX_TRAILER_BYTES)
    const lines = this.#trailer.startsWith('\r\n') ? 0 : this.#trailer.indexOf('\r\n\r\n') + 2
    if (lines === 1) {
      if (this.#trailer.length > MAX_TRAILER_BYTES) this.state = 'broken'
      return this.#trailer.length - before
    }
    const trailers = parseFields(this.#trailer, 0, lines)
    if (trailers === undefined) {
      this.state = 'broken'
    } else {
      this.trailers = trailers
      this.state = 'ended'
    }
    return lines + 2 - before
  }
}

function hexadecimal(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30
  const lower = byte | 0x20
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1
}
