/** Compressed RTF (MS-OXRTFCP): runs that stand already in a ring of 4,096 bytes. */
import { WireFault } from '../../../wire-fault.js'

const HEADER_BYTES = 16
const COMPRESSED = 0x75465a4c
const UNCOMPRESSED = 0x414c454d
const RING_BYTES = 4096

/** What the ring holds at first. */
const BEGINNING = Buffer.from(
  '{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx',
  'latin1',
)

export class CompressedRtf {
  readonly #ring = Buffer.alloc(RING_BYTES, 0x20)
  #written = BEGINNING.length
  #rest: Buffer = Buffer.alloc(0)
  #kind: 'unknown' | 'compressed' | 'plain' | 'over' = 'unknown'
  /** What the next eight items are, a bit each, and how many of these are left. */
  #control = 0
  #controls = 0

  constructor() {
    BEGINNING.copy(this.#ring)
  }

  /** @throws WireFault when it is no compressed RTF */
  push(chunk: Buffer): Buffer {
    const input = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    let from = 0
    if (this.#kind === 'unknown') {
      if (input.length < HEADER_BYTES) {
        this.#rest = Buffer.from(input)
        return Buffer.alloc(0)
      }
      this.#kind = kindOf(input)
      from = HEADER_BYTES
    }
    this.#rest = Buffer.alloc(0)
    switch (this.#kind) {
      case 'plain':
        return input.subarray(from)
      case 'compressed':
        return this.#expand(input, from)
      case 'over':
        return Buffer.alloc(0)
    }
  }

  #expand(input: Buffer, from: number): Buffer {
    const pieces: number[] = []
    let at = from
    while (at < input.length) {
      if (this.#controls === 0) {
        this.#control = input[at++] ?? 0
        this.#controls = 8
        continue
      }
      const isRun = (this.#control & 1) === 1
      if (isRun && at + 1 >= input.length) break
      this.#control >>= 1
      this.#controls--
      if (!isRun) {
        this.#put(input[at++] ?? 0, pieces)
        continue
      }
      const run = input.readUInt16BE(at)
      at += 2
      if (run >> 4 === this.#written) {
        this.#kind = 'over'
        return Buffer.from(pieces)
      }
      for (let byte = 0; byte < (run & 15) + 2; byte++)
        this.#put(this.#ring[((run >> 4) + byte) % RING_BYTES] ?? 0, pieces)
    }
    this.#rest = Buffer.from(input.subarray(at))
    return Buffer.from(pieces)
  }

  #put(byte: number, pieces: number[]): void {
    pieces.push(byte)
    this.#ring[this.#written] = byte
    this.#written = (this.#written + 1) % RING_BYTES
  }
}

function kindOf(header: Buffer): 'compressed' | 'plain' {
  switch (header.readUInt32LE(8)) {
    case COMPRESSED:
      return 'compressed'
    case UNCOMPRESSED:
      return 'plain'
    default:
      throw new WireFault('no compressed RTF')
  }
}
