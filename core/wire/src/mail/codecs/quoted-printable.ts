/** Quoted-printable (RFC 2045, 6.7) as lenient readers decode it. */
import { NOTHING, type TransferDecoder } from './decoder.js'
import { LineEndFilter } from './line-end-filter.js'

/** What one reader makes of broken quoted-printable. */
interface QuotedPrintableForm {
  /**
   * An `=` that begins no escape stays, or stays but before a CR by itself, which goes with it, or goes, or is read as
   * Python does: `==` is one, and after `=` CR all up to LF goes.
   */
  readonly badEscape: 'stays' | 'stays but before CR' | 'goes' | 'python'
  /**
   * White space at the end of a line, which transports may have added (RFC 2045, 6.7, rule 3), stays, or goes first, and
   * soft line ends second, before any escape is read (JavaScript).
   */
  readonly trailingSpace: 'stays' | 'goes'
}

const USUAL: QuotedPrintableForm = { badEscape: 'stays', trailingSpace: 'stays' }

const EQUALS = 0x3d
const CR = 0x0d
const LF = 0x0a
const SPACE = 0x20
const TAB = 0x09

/** A soft line end may have so much white space before it. */
const MAX_SOFT_LINE_END = 256

const ESCAPE_DOUBT = 1
const SPACE_DOUBT = 2
const CR_DOUBT = 4

/** What an escape gives that is no byte. */
const NO_BYTE = -1
const OPEN = -2

const digits = new Int8Array(256).fill(-1)
for (const [value, byte] of Buffer.from('0123456789abcdef').entries()) digits[byte] = value
for (const [value, byte] of Buffer.from('ABCDEF').entries()) digits[byte] = value + 10

/** Decodes as most readers do, or in one of the `others`: soft line ends with white space in them, what is no escape stays. */
export class QuotedPrintableDecoder implements TransferDecoder {
  readonly #badEscape: QuotedPrintableForm['badEscape']
  readonly #filter: LineEndFilter | undefined
  #rest: Buffer = NOTHING
  #doubts = 0
  /** Where the escape just read ends. */
  #escapeEnd = 0
  /** Everything up to the next line feed goes. */
  #isSkipping = false
  /** White space as it is, not an escape, came last. */
  #isAfterSpace = false

  constructor(form: QuotedPrintableForm = USUAL) {
    this.#badEscape = form.badEscape
    this.#filter = form.trailingSpace === 'goes' ? new LineEndFilter() : undefined
  }

  push(chunk: Buffer): Buffer {
    const more = this.#filter?.push(chunk) ?? chunk
    return this.#decode(this.#rest.length === 0 ? more : Buffer.concat([this.#rest, more]), false)
  }

  end(): Buffer {
    const more = this.#filter?.end() ?? NOTHING
    return this.#decode(Buffer.concat([this.#rest, more]), true)
  }

  others(): readonly (() => TransferDecoder)[] {
    const forms: QuotedPrintableForm[] = []
    if (this.#doubts & ESCAPE_DOUBT) forms.push({ ...USUAL, badEscape: 'goes' }, { ...USUAL, badEscape: 'python' })
    if (this.#doubts & CR_DOUBT) forms.push({ ...USUAL, badEscape: 'stays but before CR' })
    if (this.#doubts !== 0) forms.push({ ...USUAL, trailingSpace: 'goes' })
    return forms.map((form) => () => new QuotedPrintableDecoder(form))
  }

  #decode(input: Buffer, isLast: boolean): Buffer {
    const output = Buffer.allocUnsafe(input.length)
    let written = 0
    let at = 0
    while (at < input.length) {
      const byte = input[at] ?? 0
      if (this.#isSkipping) {
        this.#isSkipping = byte !== LF
        at++
      } else if (byte === EQUALS) {
        const value = this.#escape(input, at, isLast)
        if (value === OPEN) break
        this.#isAfterSpace = false
        if (value !== NO_BYTE) output[written++] = value
        at = this.#escapeEnd
      } else {
        if (byte === SPACE || byte === TAB) this.#isAfterSpace = true
        else if (byte !== CR) {
          if (byte === LF && this.#isAfterSpace) this.#doubts |= SPACE_DOUBT
          this.#isAfterSpace = false
        }
        output[written++] = byte
        at++
      }
    }
    this.#rest = Buffer.from(input.subarray(at))
    return output.subarray(0, written)
  }

  /** What the escape at `at` stands for. */
  #escape(input: Buffer, at: number, isLast: boolean): number {
    const high = digits[input[at + 1] ?? 0] ?? -1
    const low = digits[input[at + 2] ?? 0] ?? -1
    if (high >= 0 && low >= 0) {
      this.#escapeEnd = at + 3
      return high * 16 + low
    }
    const softEnd = softLineEnd(input, at + 1)
    const isShort = input.length - at < MAX_SOFT_LINE_END
    if (!isLast && isShort && (softEnd === 'open' || at + 2 >= input.length)) return OPEN
    const isSpaced = input[at + 1] === SPACE || input[at + 1] === TAB
    if (typeof softEnd === 'number' && !(isSpaced && this.#badEscape === 'python')) {
      if (isSpaced) this.#doubts |= ESCAPE_DOUBT
      this.#escapeEnd = softEnd
      return NO_BYTE
    }
    this.#escapeEnd = at + 1
    // The input ends in a soft line end that is not whole.
    if (input[at + 1] === undefined) return NO_BYTE
    this.#doubts |= input[at + 1] === CR ? ESCAPE_DOUBT | CR_DOUBT : ESCAPE_DOUBT
    if (softEnd === 'open' && isSpaced && this.#badEscape !== 'python') return NO_BYTE
    return this.#bad(input[at + 1])
  }

  #bad(next: number | undefined): number {
    switch (this.#badEscape) {
      case 'goes':
        return NO_BYTE
      case 'python':
        if (next === EQUALS) this.#escapeEnd++
        this.#isSkipping = next === CR
        return this.#isSkipping ? NO_BYTE : EQUALS
      case 'stays but before CR':
        if (next === CR) this.#escapeEnd++
        return next === CR ? NO_BYTE : EQUALS
      case 'stays':
        return EQUALS
    }
  }
}

/** Where a soft line end that begins at `from` ends; `open` when more must come to tell. */
function softLineEnd(input: Buffer, from: number): number | 'open' | undefined {
  let at = from
  while (input[at] === SPACE || input[at] === TAB) at++
  if (input[at] === LF) return at + 1
  if (input[at] === CR && input[at + 1] === LF) return at + 2
  return at >= input.length || (input[at] === CR && at + 1 === input.length) ? 'open' : undefined
}
