import { WireFault } from '../../../wire-fault.js'

/** More is skipped over, never asked for at once. */
const MAX_READ_BYTES = 65_536

const NOTHING = Buffer.alloc(0)

/** Reads a stream of bytes forwards: so many of them, or over so many. */
export class ByteCursor {
  readonly #chunks: AsyncIterator<Buffer>
  #chunk: Buffer = NOTHING
  #offset = 0

  constructor(bytes: AsyncIterable<Buffer>) {
    this.#chunks = bytes[Symbol.asyncIterator]()
  }

  /** Bytes behind the beginning of the stream. */
  get offset(): number {
    return this.#offset
  }

  /** The next bytes, as many as there are at hand and at most `most`; undefined at the end. */
  async some(most: number): Promise<Buffer | undefined> {
    while (this.#chunk.length === 0) {
      const next = await this.#chunks.next()
      if (next.done) return undefined
      this.#chunk = next.value
    }
    const piece = this.#chunk.subarray(0, most)
    this.#chunk = this.#chunk.subarray(piece.length)
    this.#offset += piece.length
    return piece
  }

  /** Exactly so many bytes. @throws WireFault when there are fewer, or more are asked for than 65,536 */
  async bytes(count: number): Promise<Buffer> {
    if (count > MAX_READ_BYTES) throw new WireFault(`${count} bytes where a few are meant`)
    const pieces: Buffer[] = []
    for (let missing = count; missing > 0; ) {
      const piece = await this.some(missing)
      if (piece === undefined) throw new WireFault('it ends in the middle')
      pieces.push(piece)
      missing -= piece.length
    }
    return pieces.length === 1 ? (pieces[0] ?? NOTHING) : Buffer.concat(pieces)
  }

  async uint16(): Promise<number> {
    return (await this.bytes(2)).readUInt16LE()
  }

  async uint32(): Promise<number> {
    return (await this.bytes(4)).readUInt32LE()
  }

  /** Goes on to so many bytes behind the beginning. @throws WireFault when they are behind already, or there are fewer */
  async goTo(offset: number): Promise<void> {
    if (offset < this.#offset) throw new WireFault('something reaches beyond what holds it')
    while (this.#offset < offset) {
      if ((await this.some(offset - this.#offset)) === undefined) throw new WireFault('it ends in the middle')
    }
  }

  /** Nothing more is read. */
  async close(): Promise<void> {
    await this.#chunks.return?.()
  }
}
