/** Files between `begin` and `end`: uuencode, and its form with base64 (POSIX, uuencode -m). */
import { Base64Decoder, type Base64Form, usualBase64 } from './base64.js'
import type { EmbeddedEvents, EmbeddedReader } from './embedded-reader.js'
import { isUuEnd, isUuLine, type UuForm, uuBeginning, uuBytes } from './uuencode.js'

const LINE_FEED = Buffer.from('\n')

export class UuencodeReader implements EmbeddedReader {
  readonly #form: UuForm
  readonly #events: EmbeddedEvents
  isDoubtful = false

  constructor(name: string, form: UuForm, events: EmbeddedEvents) {
    this.#form = form
    this.#events = events
    events.file(name)
  }

  read(line: Buffer): 'more' | 'over' | 'again' {
    if (isUuLine(line)) {
      this.#events.data(uuBytes(line, this.#form))
      return 'more'
    }
    const isNext = uuBeginning(line.toString('latin1'))?.hasMode === true
    if (isNext || isUuEnd(line)) {
      this.#events.end()
      return isNext ? 'again' : 'over'
    }
    if (line.length === 0) return 'more'
    this.isDoubtful = true
    if (this.#form !== 'skipped') this.#events.data(uuBytes(line, this.#form))
    return 'more'
  }

  close(): void {
    this.#events.end()
  }
}

/** The forms of base64 go along with those of uuencode. */
const base64Forms: Readonly<Record<UuForm, Base64Form>> = {
  declared: usualBase64,
  whole: { ...usualBase64, padding: 'endsLine', lines: 'apart' },
  skipped: { ...usualBase64, padding: 'ends' },
}

export class Base64Reader implements EmbeddedReader {
  readonly #decoder: Base64Decoder
  readonly #events: EmbeddedEvents
  isDoubtful = false

  constructor(name: string, form: UuForm, events: EmbeddedEvents) {
    this.#decoder = new Base64Decoder(base64Forms[form])
    this.#events = events
    events.file(name)
  }

  read(line: Buffer): 'more' | 'over' {
    if (line.toString('latin1').trim() === '====') {
      this.close()
      return 'over'
    }
    this.#events.data(this.#decoder.push(line))
    this.#events.data(this.#decoder.push(LINE_FEED))
    return 'more'
  }

  close(): void {
    this.#events.data(this.#decoder.end())
    this.#events.end()
    this.isDoubtful = this.#decoder.others().length > 0
  }
}
