/**
 * Bytes of one direction of a connection that come in lines, and between them as they are. Bytes are pushed in whatever
 * pieces they come; what is not taken yet is kept. Pure; what a line is, and how long it may be, is the protocol's to say.
 */

const NOTHING = Buffer.alloc(0)
const LF = 0x0a

export abstract class LineReader {
  /** What has come and was not taken. */
  protected bytes: Buffer = NOTHING
  /** How far `bytes` is known not to hold the end of a line. */
  protected searched = 0
  /** Holds `bytes`, with room behind them, once they came in more than one piece. */
  #roomy: Buffer | undefined

  push(chunk: Buffer): void {
    if (this.bytes.length === 0) {
      this.#roomy = undefined
      this.bytes = chunk
      return
    }
    // Room doubles, so that a line that comes a byte at a time is not copied once for each.
    const length = this.bytes.length + chunk.length
    let start = this.#roomy === undefined ? 0 : this.bytes.byteOffset - this.#roomy.byteOffset
    if (this.#roomy === undefined || start + length > this.#roomy.length) {
      const grown = Buffer.allocUnsafeSlow(length * 2)
      this.bytes.copy(grown)
      this.#roomy = grown
      start = 0
    }
    chunk.copy(this.#roomy, start + this.bytes.length)
    this.bytes = this.#roomy.subarray(start, start + length)
  }

  get unread(): number {
    return this.bytes.length
  }

  /** A line that has not come whole never counts: there is nothing to do. */
  finish(): void {}

  /** Takes all that has come, whatever it is: a message. Undefined when nothing has. */
  takeBytes(): Buffer | undefined {
    const { bytes } = this
    if (bytes.length === 0) return undefined
    this.consume(bytes.length)
    return bytes
  }

  /** Gives back what was taken and is not of the message: the lines after it. */
  putBack(rest: Buffer): void {
    if (rest.length === 0) return
    const later = this.takeBytes()
    this.push(rest)
    if (later !== undefined) this.push(later)
  }

  /** Where the next LF is; -1 while none has come. */
  protected lineFeed(): number {
    const found = this.bytes.indexOf(LF, this.searched)
    if (found === -1) this.searched = this.bytes.length
    return found
  }

  protected consume(length: number): void {
    this.searched = 0
    if (length < this.bytes.length) {
      this.bytes = this.bytes.subarray(length)
    } else {
      this.bytes = NOTHING
      this.#roomy = undefined
    }
  }
}
