/**
 * Bytes of one direction of a connection that come in lines, and between them as they are. Bytes are pushed in whatever
 * pieces they come; what is not taken yet is kept. Pure; what a line is, and how long it may be, is the protocol's to say.
 */

const NOTHING = Buffer.alloc(0)
const LF = 0x0a

export abstract class LineReader {
  /** How far `bytes` is known not to hold the end of a line. */
  protected searched = 0
  /** What has come first and was not taken, in one piece. */
  #first: Buffer = NOTHING
  /** What came after it, not put together yet: a message is taken as it came, without being copied. */
  #later: Buffer[] = []
  #laterBytes = 0
  /** Holds `#first`, with room behind it, once that came in more than one piece. */
  #roomy: Buffer | undefined

  push(chunk: Buffer): void {
    if (this.#first.length === 0) {
      this.#roomy = undefined
      this.#first = chunk
      return
    }
    this.#later.push(chunk)
    this.#laterBytes += chunk.length
  }

  get unread(): number {
    return this.#first.length + this.#laterBytes
  }

  /** A line that has not come whole never counts: there is nothing to do. */
  finish(): void {}

  /** Takes what has come, piece by piece, whatever it is: a message. Undefined when there is nothing. */
  takeBytes(): Buffer | undefined {
    const first = this.#first
    if (first.length === 0) return undefined
    this.searched = 0
    this.#roomy = undefined
    this.#first = this.#later.shift() ?? NOTHING
    this.#laterBytes -= this.#first.length
    return first
  }

  /** Gives back what was taken and is not of the message: the lines after it. */
  putBack(rest: Buffer): void {
    if (rest.length === 0) return
    // An empty piece would look like the end of what has come.
    if (this.#first.length > 0) this.#later.unshift(this.#first)
    this.#laterBytes += this.#first.length
    this.searched = 0
    this.#roomy = undefined
    this.#first = rest
  }

  /** What has come and was not taken. */
  protected get bytes(): Buffer {
    if (this.#later.length > 0) this.#putTogether()
    return this.#first
  }

  /** Where the next LF is; -1 while none has come. */
  protected lineFeed(): number {
    const { bytes } = this
    const found = bytes.indexOf(LF, this.searched)
    if (found === -1) this.searched = bytes.length
    return found
  }

  /** Takes so many of `bytes`. */
  protected consume(length: number): void {
    const { bytes } = this
    this.searched = 0
    if (length < bytes.length) {
      this.#first = bytes.subarray(length)
    } else {
      this.#first = NOTHING
      this.#roomy = undefined
    }
  }

  /** Room doubles, so that a line that comes a byte at a time is not copied once for each. */
  #putTogether(): void {
    const first = this.#first
    const length = this.unread
    let start = this.#roomy === undefined ? 0 : first.byteOffset - this.#roomy.byteOffset
    if (this.#roomy === undefined || start + length > this.#roomy.length) {
      const grown = Buffer.allocUnsafeSlow(length * 2)
      first.copy(grown)
      this.#roomy = grown
      start = 0
    }
    let end = start + first.length
    for (const chunk of this.#later) end += chunk.copy(this.#roomy, end)
    this.#first = this.#roomy.subarray(start, end)
    this.#later = []
    this.#laterBytes = 0
  }
}
