/**
 * Bytes of HTML or XML → text in which a screen can look for words: whatever a browser may take the bytes for, words of
 * ASCII come out as themselves, in lower case, with one space for any white space. Bounded, whatever pieces the bytes come in.
 *
 * Zero bytes are dropped, by which UTF-16 and UTF-32 in either order read like ASCII, and the escapes of ISO-2022 are.
 */

const ESC = 0x1b
const SPACE = 0x20
const PAREN = 0x28
const DOLLAR = 0x24
/** Escapes that choose a set of characters end in one of these. */
const FIRST_SET = 0x40
const LAST_SET = 0x7e

/** What each byte comes out as: itself, a small letter, or a space. */
const folded = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte <= SPACE ? SPACE : byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte,
)

export class MarkupText {
  #escaped: 'no' | 'begun' | 'set' = 'no'
  #afterSpace = false

  push(bytes: Buffer): string {
    const text = Buffer.allocUnsafe(bytes.length)
    let length = 0
    let afterSpace = this.#afterSpace
    for (let at = 0; at < bytes.length; at++) {
      const byte = bytes[at] as number
      if (byte === 0) continue
      if (byte === ESC) {
        this.#escaped = 'begun'
        continue
      }
      if (this.#escaped !== 'no' && this.#isEscape(byte)) continue
      if (byte > SPACE) afterSpace = false
      else if (afterSpace) continue
      else afterSpace = true
      text[length++] = folded[byte] as number
    }
    this.#afterSpace = afterSpace
    return text.toString('latin1', 0, length)
  }

  /**
   * `ESC ( B`, `ESC $ B`, `ESC $ ( D`: whether this byte belongs to one. Another byte behind them stands for itself: who
   * reads another encoding sees a `<` there.
   */
  #isEscape(byte: number): boolean {
    const isOpening = byte === PAREN || byte === DOLLAR
    const belongs = isOpening || (this.#escaped === 'set' && byte >= FIRST_SET && byte <= LAST_SET)
    this.#escaped = isOpening ? 'set' : 'no'
    return belongs
  }
}

const named: ReadonlyMap<string, string> = new Map([
  ['lt', '<'],
  ['gt', '>'],
  ['amp', '&'],
  ['quot', '"'],
  ['apos', "'"],
  ['colon', ':'],
  ['tab', ' '],
  ['newline', ' '],
  ['nbsp', ' '],
  ['lpar', '('],
  ['equals', '='],
  ['sol', '/'],
])

const MAX_NAME = 8
const MAX_CODE = 0x10ffff

/** Takes character references (`&#60;`, `&lt;`) off the text of a {@link MarkupText}, and all white space with them. */
export class UnreferencedText {
  /** A reference that has begun: `&`, `&#`, `&#x`, or `&` and letters. */
  #pending = ''
  #code = 0

  push(text: string): string {
    const out: string[] = []
    let at = 0
    while (at < text.length) {
      if (this.#pending === '') {
        // Most text has few references: what stands between two is taken in one go.
        const found = text.indexOf('&', at)
        const end = found === -1 ? text.length : found
        out.push(text.slice(at, end))
        if (found !== -1) this.#pending = '&'
        at = end + 1
      } else if (this.#continues(text[at] ?? '')) {
        at++
      } else {
        out.push(this.#resolved())
        this.#pending = ''
        this.#code = 0
        if (text[at] === ';') at++
      }
    }
    return out.join('').replaceAll(' ', '')
  }

  /** Digits are added up as they come, so that no number of leading zeros hides one. */
  #continues(character: string): boolean {
    const pending = this.#pending
    if (pending === '&#' || pending === '&#x') {
      if (pending === '&#' && character === 'x' && this.#code === 0) {
        this.#pending = '&#x'
        return true
      }
      const digit = Number.parseInt(character, pending === '&#' ? 10 : 16)
      if (Number.isNaN(digit)) return false
      this.#code = Math.min(MAX_CODE, this.#code * (pending === '&#' ? 10 : 16) + digit)
      return true
    }
    const isName = character >= 'a' && character <= 'z' && pending.length <= MAX_NAME
    if (!isName && !(character === '#' && pending === '&')) return false
    this.#pending += character
    return true
  }

  #resolved(): string {
    if (!this.#pending.startsWith('&#')) return (named.get(this.#pending.slice(1)) ?? this.#pending).trim()
    return String.fromCodePoint(this.#code)
      .toLowerCase()
      .replace(/[\x00-\x20\xa0]/g, '')
  }
}

/** UTF-7 (RFC 2152) → bytes: what its runs of base64 stand for, as far as it is latin1. Old browsers read it. */
export class Utf7Text {
  #isRun = false
  #bits = 0
  #bitCount = 0

  push(bytes: Buffer): Buffer {
    const out: number[] = []
    for (const byte of bytes) {
      if (!this.#isRun && byte === 0x2b) {
        this.#isRun = true
        this.#bits = 0
        this.#bitCount = 0
      } else if (!this.#isRun) out.push(byte)
      else this.#inRun(byte, out)
    }
    return Buffer.from(out)
  }

  #inRun(byte: number, out: number[]): void {
    const value = alphabet.indexOf(String.fromCharCode(byte))
    if (value === -1) {
      this.#isRun = false
      if (byte !== 0x2d) out.push(byte)
      return
    }
    this.#bits = ((this.#bits << 6) | value) & 0x3fffff
    this.#bitCount += 6
    if (this.#bitCount < 16) return
    this.#bitCount -= 16
    const unit = (this.#bits >> this.#bitCount) & 0xffff
    out.push(unit > 0xff ? 0x3f : unit)
  }
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
