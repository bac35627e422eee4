/**
 * Takes a chunked body apart (RFC 9112, 7.1), whatever pieces it comes in. Strict, because a lenient reading is how two
 * readers come to see two messages: hexadecimal digits at once followed by `;` or CR, CR LF and nothing else as line end.
 * Extensions are read past and dropped.
 */
import { tokenBytes, valueBytes } from './characters.js'
import { Fields, parseFields } from './fields.js'

/** 13 hexadecimal digits are always below 2^53. */
const MAX_SIZE_DIGITS = 13

/** Of all chunks of a body together. */
const MAX_EXTENSION_BYTES = 16 * 1024

const MAX_TRAILER_BYTES = 16 * 1024

const CR = 0x0d
const LF = 0x0a
const SEMICOLON = 0x3b
const EQUALS = 0x3d
const QUOTE = 0x22
const BACKSLASH = 0x5c

type ExtensionStep = 'name' | 'rest of name' | 'value' | 'rest of value' | 'quoted' | 'escaped' | 'end of value'
type LineStep = 'size' | ExtensionStep | 'size line feed' | 'data return' | 'data line feed'
type Step = LineStep | 'data' | 'trailer'

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

  #next(step: LineStep, byte: number): Step {
    switch (step) {
      case 'size': {
        const digit = hexadecimal(byte)
        if (digit !== -1 && this.#digits < MAX_SIZE_DIGITS) {
          this.#left = this.#left * 16 + digit
          this.#digits++
          return 'size'
        }
        return this.#digits === 0 ? this.#break() : (afterExtension(byte) ?? this.#break())
      }
      case 'size line feed':
        if (byte !== LF) return this.#break()
        this.#digits = 0
        return this.#left === 0 ? 'trailer' : 'data'
      case 'data return':
        return byte === CR ? 'data line feed' : this.#break()
      case 'data line feed':
        return byte === LF ? 'size' : this.#break()
      default:
        return ++this.#extensionBytes > MAX_EXTENSION_BYTES
          ? this.#break()
          : (nextInExtension(step, byte) ?? this.#break())
    }
  }

  #break(): Step {
    this.state = 'broken'
    return 'size'
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

/** `;name`, `;name=value` and `;name="value"` (RFC 9112, 7.1.1), without white space; undefined for anything else. */
function nextInExtension(step: ExtensionStep, byte: number): Step | undefined {
  switch (step) {
    case 'name':
      return tokenBytes[byte] === 1 ? 'rest of name' : undefined
    case 'rest of name':
      if (tokenBytes[byte] === 1) return 'rest of name'
      return byte === EQUALS ? 'value' : afterExtension(byte)
    case 'value':
      if (byte === QUOTE) return 'quoted'
      return tokenBytes[byte] === 1 ? 'rest of value' : undefined
    case 'rest of value':
      return tokenBytes[byte] === 1 ? 'rest of value' : afterExtension(byte)
    case 'quoted':
      if (byte === QUOTE) return 'end of value'
      if (byte === BACKSLASH) return 'escaped'
      return valueBytes[byte] === 1 ? 'quoted' : undefined
    case 'escaped':
      return valueBytes[byte] === 1 ? 'quoted' : undefined
    case 'end of value':
      return afterExtension(byte)
  }
}

/** What may follow a size or an extension: another one, or the end of the line. */
function afterExtension(byte: number): Step | undefined {
  if (byte === SEMICOLON) return 'name'
  return byte === CR ? 'size line feed' : undefined
}
