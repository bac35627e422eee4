/**
 * Base64 (RFC 2045, 6.8) as lenient readers decode it. Lines of one length, which senders write, are decoded at once; the
 * rest byte by byte, and there it is noticed what readers disagree about.
 */
import { NOTHING, type TransferDecoder } from './decoder.js'

/** What one reader makes of broken base64. */
export interface Base64Form {
  /**
   * Padding with more behind it: a new text begins (several encoded texts in a row), everything ends (Python, once the
   * padding is complete), the line ends (JavaScript, line by line), or it is no more than other garbage (PHP).
   */
  readonly padding: 'restarts' | 'ends' | 'endsLine' | 'skipped'
  /** `-` and `_` are `+` and `/` (RFC 4648, 5), or garbage. */
  readonly urlSafe: boolean
  readonly garbage: 'skipped' | 'ends'
  /** Whether four characters may stand in two lines. */
  readonly lines: 'joined' | 'apart'
}

export const usualBase64: Base64Form = { padding: 'restarts', urlSafe: false, garbage: 'skipped', lines: 'joined' }

const WHITE = 64
const LINE = 65
const PAD = 66
const GARBAGE = 67
const PLUS = 62
const SLASH = 63

const LF = 0x0a
const CR = 0x0d
const DASH = 0x2d
const UNDERSCORE = 0x5f

/** Values of bytes, or what else they are; the two of the other alphabet are garbage. */
const values = new Uint8Array(256).fill(GARBAGE)
for (const [at, byte] of Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/').entries())
  values[byte] = at
for (const byte of Buffer.from(' \t\v\f')) values[byte] = WHITE
for (const byte of [CR, LF]) values[byte] = LINE
values[0x3d] = PAD
const urlSafeValues = values.slice()
urlSafeValues[DASH] = PLUS
urlSafeValues[UNDERSCORE] = SLASH

const PADDING_DOUBT = 1
const URL_DOUBT = 2
const GARBAGE_DOUBT = 4
const LINES_DOUBT = 8
const LENGTH_DOUBT = 16

/** Shorter runs of lines are not worth a call. */
const MIN_RUN_BYTES = 512
/** So far byte by byte, after lines that could not be decoded at once. */
const STRIDE_BYTES = 4096

/** Decodes as `form`, by default as most readers do: what does not belong is skipped, and padding ends a group only. */
export class Base64Decoder implements TransferDecoder {
  readonly #form: Base64Form
  readonly #values: Uint8Array
  #bits = 0
  #count = 0
  #pads = 0
  #isOver = false
  #isLineOver = false
  /** What is doubtful if any more comes, and what is so since more came. */
  #pending = 0
  #doubts = 0
  #output: Buffer = NOTHING
  #written = 0

  constructor(form: Base64Form = usualBase64) {
    this.#form = form
    this.#values = form.urlSafe ? urlSafeValues : values
  }

  push(chunk: Buffer): Buffer {
    if (this.#isOver) return NOTHING
    this.#begin(((chunk.length + 3) >> 2) * 3 + 3)
    let byteByByte = 0
    for (let at = 0; at < chunk.length && !this.#isOver; ) {
      if (this.#count === 0 && !this.#isLineOver && at >= byteByByte) {
        const { end, characters } = evenLines(chunk, at)
        if (characters >= MIN_RUN_BYTES) {
          if (this.#run(chunk, at, end, characters)) {
            at = end
            continue
          }
          byteByByte = at + STRIDE_BYTES
        }
      }
      const lineEnd = chunk.indexOf(LF, at)
      const end = lineEnd === -1 ? chunk.length : lineEnd + 1
      this.#each(chunk, at, end)
      at = end
    }
    return this.#output.subarray(0, this.#written)
  }

  end(): Buffer {
    this.#begin(3)
    if (!this.#isOver) this.#flush()
    this.#isOver = true
    return this.#output.subarray(0, this.#written)
  }

  others(): readonly (() => TransferDecoder)[] {
    return otherForms(this.#doubts).map((form) => () => new Base64Decoder(form))
  }

  #begin(bytes: number): void {
    this.#output = Buffer.allocUnsafe(bytes)
    this.#written = 0
  }

  /** Decodes all from `from` to `end` at once. False when it holds something else than so many characters of base64. */
  #run(chunk: Buffer, from: number, end: number, characters: number): boolean {
    const written = this.#output.write(chunk.toString('latin1', from, end), this.#written, 'base64')
    // The other alphabet is decoded too; anything else makes it less.
    if (written !== (characters / 4) * 3 || hasOtherAlphabet(chunk, from, end)) return false
    this.#written += written
    this.#doubts |= this.#pending
    this.#pending = 0
    this.#pads = 0
    return true
  }

  #each(chunk: Buffer, from: number, end: number): void {
    const table = this.#values
    const output = this.#output
    let written = this.#written
    let bits = this.#bits
    let count = this.#count
    for (let at = from; at < end; at++) {
      const value = table[chunk[at] ?? 0] ?? GARBAGE
      if (value < WHITE) {
        if (this.#isLineOver) continue
        if (this.#pending !== 0) {
          this.#doubts |= this.#pending
          this.#pending = 0
        }
        this.#pads = 0
        bits = (bits << 6) | value
        if (++count < 4) continue
        output[written++] = bits >> 16
        output[written++] = bits >> 8
        output[written++] = bits
        bits = 0
        count = 0
      } else if (value !== WHITE) {
        this.#bits = bits
        this.#count = count
        this.#written = written
        this.#odd(value, chunk[at] ?? 0)
        if (this.#isOver) return
        bits = this.#bits
        count = this.#count
        written = this.#written
      }
    }
    this.#bits = bits
    this.#count = count
    this.#written = written
  }

  /** A byte that is neither of the alphabet nor white space inside a line. */
  #odd(value: number, byte: number): void {
    switch (value) {
      case LINE:
        this.#isLineOver = false
        if (this.#count === 0) return
        this.#pending |= LINES_DOUBT
        if (this.#form.lines === 'apart') this.#flush()
        return
      case PAD:
        this.#pending |= PADDING_DOUBT
        this.#pad()
        return
      default:
        this.#pending |= GARBAGE_DOUBT
        if (byte === DASH || byte === UNDERSCORE) this.#doubts |= URL_DOUBT
        if (this.#form.garbage === 'skipped') return
        this.#flush()
        this.#isOver = true
    }
  }

  #pad(): void {
    switch (this.#form.padding) {
      case 'restarts':
        this.#flush()
        return
      case 'endsLine':
        this.#flush()
        this.#isLineOver = true
        return
      case 'ends':
        if (this.#count < 2 || this.#count + ++this.#pads < 4) return
        this.#flush()
        this.#isOver = true
        return
      case 'skipped':
    }
  }

  /** The bytes of a group that is not whole. */
  #flush(): void {
    if (this.#count === 1) this.#doubts |= LENGTH_DOUBT
    const bits = this.#bits << (6 * (4 - this.#count))
    if (this.#count > 1) this.#output[this.#written++] = bits >> 16
    if (this.#count > 2) this.#output[this.#written++] = bits >> 8
    this.#bits = 0
    this.#count = 0
    this.#pads = 0
  }
}

/** Where the lines that are as long as the first end, if that holds whole groups, and their characters without line ends. */
function evenLines(chunk: Buffer, from: number): { readonly end: number; readonly characters: number } {
  const first = chunk.indexOf(LF, from)
  if (first === -1) {
    const characters = (chunk.length - from) & ~3
    return { end: from + characters, characters }
  }
  const lineBytes = first + 1 - from
  const breakBytes = chunk[first - 1] === CR && first > from ? 2 : 1
  const characters = lineBytes - breakBytes
  if (characters === 0 || characters % 4 !== 0) return { end: from, characters: 0 }
  let lines = 1
  for (let at = first + lineBytes; chunk[at] === LF && (breakBytes === 1 || chunk[at - 1] === CR); at += lineBytes)
    lines++
  return { end: from + lines * lineBytes, characters: lines * characters }
}

function hasOtherAlphabet(chunk: Buffer, from: number, end: number): boolean {
  const run = chunk.subarray(from, end)
  return run.includes(DASH) || run.includes(UNDERSCORE)
}

/** The forms in which what is doubtful decodes otherwise than usual. */
function otherForms(doubts: number): readonly Base64Form[] {
  const paddings =
    doubts & PADDING_DOUBT ? (['restarts', 'ends', 'endsLine', 'skipped'] as const) : [usualBase64.padding]
  const alphabets = doubts & URL_DOUBT ? [false, true] : [false]
  const forms = paddings.flatMap((padding) =>
    alphabets.map((urlSafe): Base64Form => ({ ...usualBase64, padding, urlSafe })),
  )
  return [
    ...forms.slice(1),
    // Six bits are no byte: some leave out the last character, others (Python) leave all of it encoded.
    ...(doubts & (GARBAGE_DOUBT | LENGTH_DOUBT) ? [{ ...usualBase64, garbage: 'ends' } as const] : []),
    ...(doubts & LINES_DOUBT ? [{ ...usualBase64, lines: 'apart' } as const] : []),
  ]
}
