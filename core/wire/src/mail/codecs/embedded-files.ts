/**
 * Finds files that stand encoded in a text, wherever a reader would find them: uuencode, its form with base64, yEnc and
 * BinHex. Ordinary text is searched for how they begin and costs little.
 */
import { BinHexReader } from './binhex.js'
import { NOTHING } from './decoder.js'
import { type EmbeddedEncoding, type EmbeddedEvent, EmbeddedEvents, type EmbeddedReader } from './embedded-reader.js'
import { Base64Reader, UuencodeReader } from './embedded-uuencode.js'
import { isUuLine, type UuForm, uuBeginning } from './uuencode.js'
import { YencReader, yencBeginning } from './yenc.js'

const BEGIN = Buffer.from('begin')
const BINHEX = Buffer.from('(This file must be converted with BinHex')

/** Longer lines begin no file; inside of one they come in pieces. */
const MAX_LINE_BYTES = 4096

/** So much of a text may be part of what a file begins with. */
const KEPT_BYTES = BINHEX.length + 8

const CR = 0x0d
const LF = 0x0a

export class EmbeddedFiles {
  readonly #form: UuForm
  #input: Buffer = NOTHING
  #at = 0
  /** Whether a line begins where the input does. */
  #startsLine = true
  #isLast = false
  #isAfterCr = false
  #isDoubtful = false
  #events: EmbeddedEvents | undefined
  #reader: EmbeddedReader | undefined

  /** @param form how lines are read that are not as long as they say */
  constructor(form: UuForm = 'declared') {
    this.#form = form
  }

  *push(chunk: Buffer): Generator<EmbeddedEvent> {
    this.#input = this.#input.length === 0 ? chunk : Buffer.concat([this.#input, chunk])
    yield* this.#read()
    this.#startsLine = this.#isLineStart(this.#at)
    this.#input = Buffer.from(this.#input.subarray(this.#at))
    this.#at = 0
  }

  *end(): Generator<EmbeddedEvent> {
    this.#isLast = true
    yield* this.#read()
    this.#reader?.close()
    yield* this.#leave()
  }

  /** Once it has ended: how further readers read the same text, none where all agree. */
  others(): readonly (() => EmbeddedFiles)[] {
    if (!this.#isDoubtful) return []
    return (['whole', 'skipped'] as const).map((form) => () => new EmbeddedFiles(form))
  }

  *#read(): Generator<EmbeddedEvent> {
    for (;;) {
      const reader = this.#reader
      if (reader === undefined) {
        if (!this.#find()) return
        continue
      }
      const from = this.#at
      const line = this.#line()
      if (line === undefined) {
        yield* this.#events?.take() ?? []
        return
      }
      const read = reader.read(line)
      if (read === 'more') continue
      yield* this.#leave()
      if (read === 'again') this.#at = from
    }
  }

  /** The file has ended. */
  *#leave(): Generator<EmbeddedEvent> {
    this.#isDoubtful ||= this.#reader?.isDoubtful === true
    yield* this.#events?.take() ?? []
    this.#reader = undefined
    this.#events = undefined
  }

  /** Goes on to behind the line with which a file begins. False when more must come to find one. */
  #find(): boolean {
    const input = this.#input
    const binhex = input.indexOf(BINHEX, this.#at)
    for (let at = input.indexOf(BEGIN, this.#at); at !== -1; at = input.indexOf(BEGIN, at + 1)) {
      if (binhex !== -1 && binhex < at) break
      const start = this.#isLineStart(at) ? at : this.#isLineStart(at - 2) ? at - 2 : undefined
      if (start === undefined) continue
      this.#at = start
      const begun = this.#begin()
      if (begun !== 'no') return begun === 'yes'
    }
    if (binhex === -1) {
      this.#at = this.#isLast ? input.length : Math.max(this.#at, input.length - KEPT_BYTES)
      return false
    }
    this.#at = binhex
    if (this.#line() === undefined) return false
    this.#open('binhex', (events) => new BinHexReader(events))
    return true
  }

  #isLineStart(at: number): boolean {
    if (at <= 0) return at === 0 && this.#startsLine
    const before = this.#input[at - 1]
    return before === LF || before === CR
  }

  /** Whether the line at `#at` begins a file; `open` when that cannot be told yet. */
  #begin(): 'yes' | 'no' | 'open' {
    const from = this.#at
    const line = this.#line()?.toString('latin1')
    if (line === undefined) return this.#isLast ? 'no' : 'open'
    const base64 = /^begin-base64(?:-encoded)?\s+(?:[0-7]+\s+)?(.*)$/s.exec(line)?.[1]
    if (base64 !== undefined)
      return this.#open('base64', (events) => new Base64Reader(base64.trim(), this.#form, events))
    const yenc = yencBeginning(line)
    if (yenc !== undefined) return this.#open('yenc', (events) => new YencReader(yenc, events))
    const uuencode = uuBeginning(line)
    if (uuencode === undefined) return 'no'
    if (!uuencode.hasMode) {
      // Any sentence may begin so: only what stands in the next line tells.
      const behind = this.#at
      const next = this.#line()
      this.#at = next === undefined ? from : behind
      if (next === undefined) return this.#isLast ? 'no' : 'open'
      if (!isUuLine(next)) return 'no'
    }
    return this.#open('uuencode', (events) => new UuencodeReader(uuencode.name, this.#form, events))
  }

  #open(encoding: EmbeddedEncoding, make: (events: EmbeddedEvents) => EmbeddedReader): 'yes' {
    this.#events = new EmbeddedEvents(encoding)
    this.#reader = make(this.#events)
    return 'yes'
  }

  /** The next line without its end, and goes on behind it; undefined when it has not come whole. */
  #line(): Buffer | undefined {
    const input = this.#input
    if (this.#at === input.length) return undefined
    if (this.#isAfterCr && input[this.#at] === LF) this.#at++
    this.#isAfterCr = false
    const from = this.#at
    let end = from
    const most = Math.min(input.length, from + MAX_LINE_BYTES)
    while (end < most && input[end] !== LF && input[end] !== CR) end++
    if (end === input.length) {
      if (!this.#isLast || end === from) return undefined
      this.#at = end
      return input.subarray(from)
    }
    this.#isAfterCr = input[end] === CR
    this.#at = end < from + MAX_LINE_BYTES ? end + 1 : end
    return input.subarray(from, end)
  }
}
