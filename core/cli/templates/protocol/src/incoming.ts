import type { Duplex } from 'node:stream'
import type { Body } from '@fsigk/plugin-api'
import { MAX_LINE_BYTES } from './parse.js'

const LINE_FEED = 0x0a

/** What comes in on a socket, taken line by line and body by body; never reads ahead by more than a chunk. */
export class Incoming {
  readonly #chunks: AsyncIterator<Buffer>
  #rest: Buffer = Buffer.alloc(0)

  constructor(socket: Duplex) {
    this.#chunks = socket.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer>
  }

  /**
   * The next line, in latin1, without its end; undefined when the other end has closed.
   * @throws RangeError when a line is longer than `MAX_LINE_BYTES`
   */
  async line(): Promise<string | undefined> {
    for (;;) {
      const end = this.#rest.indexOf(LINE_FEED)
      if (end >= MAX_LINE_BYTES || (end === -1 && this.#rest.length >= MAX_LINE_BYTES))
        throw new RangeError(`A line exceeds ${MAX_LINE_BYTES} bytes`)
      if (end !== -1) {
        const line = this.#rest.toString('latin1', 0, end)
        this.#rest = this.#rest.subarray(end + 1)
        return line.endsWith('\r') ? line.slice(0, -1) : line
      }
      const chunk = await this.#next()
      if (chunk === undefined) return undefined
      this.#rest = Buffer.concat([this.#rest, chunk])
    }
  }

  /** So many bytes. @throws Error when the other end closes before */
  async *body(bytes: number): Body {
    for (let left = bytes; left > 0; ) {
      if (this.#rest.length === 0) {
        const chunk = await this.#next()
        if (chunk === undefined) throw new Error(`The server closed ${left} bytes too early`)
        this.#rest = chunk
      }
      const piece = this.#rest.subarray(0, left)
      this.#rest = this.#rest.subarray(piece.length)
      left -= piece.length
      yield piece
    }
  }

  async #next(): Promise<Buffer | undefined> {
    const { value, done } = await this.#chunks.next()
    return done === true ? undefined : value
  }
}
