/**
 * Takes one coding off one body, from spool to spool, and tells how far it went. What came out before a fault is kept to
 * the byte: a reader that stops there has seen it.
 */
import { Spool, type SpoolFolder } from '../spool.js'
import { messageOf } from '../system-error.js'
import type { Deadline } from './deadline.js'
import { type Decoder, decoders, type Format } from './decoders.js'

/** The guide's limit for what is unpacked (11.1): of all forms of one body together. */
const MAX_DECODED_BYTES = 2_147_483_648

/** A body that grows more than this is a bomb, once it is large enough to hurt. Deflate cannot exceed 1,032. */
const MAX_RATIO = 250
const RATIO_FREE_BYTES = 16_777_216

/** How much is given to a decoder at once; where that broke, the same again in smaller pieces. */
const PIECE_BYTES = 65_536
const FINER_BYTES = 1024

/** What one decoding shares with the others of the same body. */
export interface Unpacking {
  /** For spools that do not fit into memory. */
  readonly folder: SpoolFolder
  readonly deadline: Deadline
  /** Bytes that came out so far, of all decodings together. */
  decodedBytes: number
}

/** Thrown when the time is over or the peer is gone. */
export class Late extends Error {}

export interface Unpacked {
  /** What came out; the caller's to release. */
  readonly spool: Spool
  /**
   * `whole`: the coding ends where the body does. `short`: the body ends first. `behind`: it goes on behind the end of
   * the coding. `broken`: it is not this coding, from some byte on. `bomb`: too much comes out.
   */
  readonly end: 'whole' | 'short' | 'behind' | 'broken' | 'bomb'
  readonly detail: string
  /** The last four bytes of the input, fewer when it has fewer. */
  readonly tail: Buffer
}

interface Way {
  readonly format: Format
  /** So many bytes of the input are left out at its beginning. */
  readonly from: number
  /** Further frames of zstd are left out. */
  readonly firstFrame: boolean
}

/** From `at` on, the input comes in pieces of so many bytes. */
interface Finer {
  readonly at: number
  readonly pieceBytes: number
}

/** @throws Late, and what spools throw */
export async function unpack(content: Spool, way: Way, unpacking: Unpacking): Promise<Unpacked> {
  let finer: Finer = { at: 0, pieceBytes: PIECE_BYTES }
  for (;;) {
    const attempt = new Attempt(content, way, unpacking, finer)
    const unpacked = await attempt.run()
    // A decoder that breaks keeps what the last piece had led to, so the piece is made as small as it can be.
    if (unpacked.end !== 'broken' || attempt.pieceBytes === 1) return unpacked
    await unpacked.spool.release()
    finer = { at: attempt.at, pieceBytes: attempt.pieceBytes > FINER_BYTES ? FINER_BYTES : 1 }
  }
}

class Attempt {
  /** Where the piece begins that the decoder is at, and its length. */
  at: number
  pieceBytes = 0
  #tail: Buffer = Buffer.alloc(0)
  readonly #spool: Spool
  #decoder: Decoder | undefined
  /** Frames of zstd that have ended. */
  #frames = 0
  #fault: Error | undefined
  #ended = false
  #bomb: string | undefined
  #wake: () => void = () => {}

  constructor(
    private readonly content: Spool,
    private readonly way: Way,
    private readonly unpacking: Unpacking,
    private readonly finer: Finer,
  ) {
    this.at = way.from
    this.#spool = new Spool(unpacking.folder, content.name, content.type)
  }

  async run(): Promise<Unpacked> {
    try {
      const end = await this.#feedAll()
      await this.#spool.finish()
      if (end !== 'broken') this.unpacking.decodedBytes += this.#spool.bytes
      const detail = this.#bomb ?? (this.#fault === undefined ? '' : messageOf(this.#fault))
      return { spool: this.#spool, end, detail, tail: this.#tail }
    } catch (error) {
      await this.#spool.release()
      throw error
    } finally {
      this.#decoder?.destroy()
    }
  }

  async #feedAll(): Promise<Unpacked['end']> {
    for await (const piece of this.#pieces()) {
      this.pieceBytes = piece.length
      for (let rest = piece; rest.length > 0; ) {
        if (this.unpacking.deadline.over !== undefined) throw new Late()
        const decoder = this.#decoder ?? this.#begin()
        const before = decoder.bytesWritten
        await this.#settled((done) => decoder.write(rest, done))
        if (this.#bomb !== undefined) return 'bomb'
        if (this.#fault !== undefined) return this.#frames > 0 && before === 0 ? 'behind' : 'broken'
        const understood = decoder.bytesWritten - before
        if (understood === rest.length && !this.#ended) break
        // A decoder that leaves bytes has ended, though it may not have said so yet.
        this.#ended = true
        rest = rest.subarray(understood)
        if (rest.length > 0 && !this.#nextFrame()) return 'behind'
      }
      this.at += piece.length
    }
    return this.#ended ? 'whole' : await this.#finish()
  }

  async #finish(): Promise<Unpacked['end']> {
    const decoder = this.#decoder ?? this.#begin()
    await this.#settled(() => decoder.end())
    if (this.#bomb !== undefined) return 'bomb'
    return this.#fault === undefined ? 'whole' : 'short'
  }

  /** The decoder of zstd ends with a frame, unless that ends with a piece. */
  #nextFrame(): boolean {
    if (this.way.format !== 'zstd' || this.way.firstFrame) return false
    this.#frames++
    this.#decoder?.destroy()
    this.#decoder = undefined
    this.#ended = false
    return true
  }

  #begin(): Decoder {
    const decoder = decoders[this.way.format]()
    this.#decoder = decoder
    const wake = () => this.#wake()
    decoder.on('readable', wake)
    decoder.on('end', () => {
      if (this.#decoder === decoder) this.#ended = true
      wake()
    })
    decoder.on('error', (error) => {
      if (this.#decoder === decoder) this.#fault ??= error
      wake()
    })
    return decoder
  }

  /** Takes what comes out until the decoder has dealt with what it was given. */
  async #settled(give: (done: () => void) => void): Promise<void> {
    let isDealtWith = false
    give(() => {
      isDealtWith = true
      this.#wake()
    })
    for (;;) {
      await this.#take()
      if (isDealtWith || this.#ended || this.#fault !== undefined || this.#bomb !== undefined) break
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
    await this.#take()
  }

  async #take(): Promise<void> {
    const decoder = this.#decoder
    if (decoder === undefined) return
    for (let chunk = readFrom(decoder); chunk !== undefined && this.#bomb === undefined; chunk = readFrom(decoder)) {
      const storing = this.#spool.write(chunk)
      if (storing !== undefined) await storing
      this.#bomb = brokenLimit(this.#spool.bytes, this.content.bytes, this.unpacking)
    }
  }

  async *#pieces(): AsyncGenerator<Buffer> {
    let position = 0
    for await (const chunk of this.content.open()) {
      let rest = chunk.subarray(Math.max(0, this.way.from - position))
      position += chunk.length
      let at = position - rest.length
      while (rest.length > 0) {
        const pieceBytes = at < this.finer.at ? this.finer.at - at : this.finer.pieceBytes
        const piece = rest.subarray(0, Math.min(pieceBytes, PIECE_BYTES))
        rest = rest.subarray(piece.length)
        at += piece.length
        this.#tail = Buffer.concat([this.#tail, piece.subarray(-TAIL_BYTES)]).subarray(-TAIL_BYTES)
        yield piece
      }
    }
  }
}

const TAIL_BYTES = 4

function readFrom(decoder: Decoder): Buffer | undefined {
  return (decoder.read() as Buffer | null) ?? undefined
}

function brokenLimit(decodedBytes: number, encodedBytes: number, { decodedBytes: others }: Unpacking) {
  if (decodedBytes + others > MAX_DECODED_BYTES) return 'more than 2 GB when decoded'
  if (decodedBytes > RATIO_FREE_BYTES && decodedBytes > MAX_RATIO * encodedBytes)
    return `more than ${MAX_RATIO} times its size when decoded`
  return undefined
}
