/** BinHex 4.0 (RFC 1741): six bits a character, runs shortened, and in it the two forks of a Macintosh file. */
import { NOTHING } from './decoder.js'
import type { EmbeddedEvents, EmbeddedReader } from './embedded-reader.js'

const COLON = 0x3a
const RUN = 0x90
/** Behind the name: version, type, creator, flags, two lengths, and a checksum. */
const HEADER_BYTES = 21
const CHECKSUM_BYTES = 2

const values = new Int8Array(256).fill(-1)
for (const [value, byte] of Buffer.from('!"#$%&\'()*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXYZ[`abcdefhijklmpqr').entries())
  values[byte] = value

type Stage = 'header' | 'data' | 'data checksum' | 'resource' | 'over'

/** What stands between two colons; each fork is a file of its own. Checksums are not looked at: no reader insists on them. */
export class BinHexReader implements EmbeddedReader {
  readonly #events: EmbeddedEvents
  readonly isDoubtful = false
  #isInside = false
  #bits = 0
  #count = 0
  /** The byte that a run repeats, and whether its length comes next. */
  #last = 0
  #isRun = false
  #stage: Stage = 'header'
  #header: Buffer = NOTHING
  #name = ''
  #resourceBytes = 0
  /** Bytes until the stage ends. */
  #left = 0

  constructor(events: EmbeddedEvents) {
    this.#events = events
  }

  read(line: Buffer): 'more' | 'over' {
    let from = 0
    if (!this.#isInside) {
      from = line.indexOf(COLON) + 1
      if (from === 0 || line.toString('latin1', 0, from - 1).trim() !== '') return 'more'
      this.#isInside = true
    }
    const end = line.indexOf(COLON, from)
    this.#forks(this.#expanded(this.#decoded(line.subarray(from, end === -1 ? line.length : end))))
    if (end === -1) return 'more'
    this.close()
    return 'over'
  }

  close(): void {
    if (this.#stage === 'data' || this.#stage === 'resource') this.#events.end()
    this.#stage = 'over'
  }

  #decoded(text: Buffer): Buffer {
    const output = Buffer.allocUnsafe(text.length)
    let written = 0
    for (const byte of text) {
      const value = values[byte] ?? -1
      if (value < 0) continue
      this.#bits = ((this.#bits << 6) | value) & 0xffffff
      this.#count += 6
      if (this.#count < 8) continue
      this.#count -= 8
      output[written++] = this.#bits >> this.#count
    }
    return output.subarray(0, written)
  }

  #expanded(bytes: Buffer): Buffer {
    if (!this.#isRun && !bytes.includes(RUN)) {
      this.#last = bytes.at(-1) ?? this.#last
      return bytes
    }
    const pieces: Buffer[] = []
    for (const byte of bytes) {
      if (this.#isRun) {
        this.#isRun = false
        if (byte === 0) this.#last = RUN
        pieces.push(byte === 0 ? Buffer.of(RUN) : Buffer.alloc(byte - 1, this.#last))
      } else if (byte === RUN) {
        this.#isRun = true
      } else {
        this.#last = byte
        pieces.push(Buffer.of(byte))
      }
    }
    return Buffer.concat(pieces)
  }

  #forks(bytes: Buffer): void {
    let rest = bytes
    while (rest.length > 0 && this.#stage !== 'over') {
      if (this.#stage === 'header') {
        rest = this.#readHeader(rest)
        continue
      }
      const piece = rest.subarray(0, this.#left)
      if (this.#stage !== 'data checksum') this.#events.data(piece)
      rest = rest.subarray(piece.length)
      this.#left -= piece.length
      if (this.#left === 0) this.#next()
    }
  }

  #readHeader(bytes: Buffer): Buffer {
    const header = this.#header.length === 0 ? bytes : Buffer.concat([this.#header, bytes])
    const nameEnd = 1 + (header[0] ?? 0)
    const end = nameEnd + HEADER_BYTES
    if (header.length < end) {
      this.#header = Buffer.from(header)
      return NOTHING
    }
    this.#name = header.toString('latin1', 1, nameEnd)
    this.#resourceBytes = header.readUInt32BE(nameEnd + 15)
    this.#begin('data', header.readUInt32BE(nameEnd + 11))
    return header.subarray(end)
  }

  #next(): void {
    if (this.#stage === 'data checksum') {
      this.#begin('resource', this.#resourceBytes)
      return
    }
    this.#events.end()
    this.#stage = this.#stage === 'data' ? 'data checksum' : 'over'
    this.#left = CHECKSUM_BYTES
  }

  #begin(stage: 'data' | 'resource', bytes: number): void {
    this.#stage = stage
    this.#left = bytes
    if (stage === 'data' || bytes > 0) this.#events.file(this.#name)
    else this.#stage = 'over'
    if (bytes === 0 && stage === 'data') this.#next()
  }
}
