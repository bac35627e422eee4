/** Bytes that come in chunks, of which what has not been read stands in one buffer. */
export interface Openable {
  open(): AsyncIterable<Buffer>
}

const NOTHING = Buffer.alloc(0)

export class Source {
  /** What has come and not been taken. */
  buffer: Buffer = NOTHING
  /** Where the buffer begins in the content. */
  offset = 0
  /** No more will come. */
  isAtEnd = false
  readonly #chunks: AsyncIterator<Buffer>

  constructor(
    content: Openable,
    private readonly signal: AbortSignal,
  ) {
    this.#chunks = content.open()[Symbol.asyncIterator]()
  }

  /**
   * Takes on what comes next: at least as much as stands in the buffer, so that a long header is not copied once for each small
   * chunk of it.
   *
   * @returns false at the end. @throws the signal's reason
   */
  async more(): Promise<boolean> {
    const pieces: Buffer[] = []
    let missing = Math.max(1, this.buffer.length)
    while (missing > 0 && !this.isAtEnd) {
      this.signal.throwIfAborted()
      const { done, value } = await this.#chunks.next()
      if (done === true) this.isAtEnd = true
      else {
        pieces.push(value)
        missing -= value.length
      }
    }
    const [only] = pieces
    if (only === undefined) return false
    this.buffer = pieces.length === 1 && this.buffer.length === 0 ? only : Buffer.concat([this.buffer, ...pieces])
    return true
  }

  take(bytes: number): Buffer {
    const taken = this.buffer.subarray(0, bytes)
    this.buffer = this.buffer.subarray(bytes)
    this.offset += taken.length
    return taken
  }

  async close(): Promise<void> {
    await this.#chunks.return?.()
  }
}

/** The bytes from `start` to `end` of a content, read anew whenever they are opened. */
export function sliceOf(content: Openable, start: number, end: number): Openable {
  return { open: () => slice(content, start, end) }
}

async function* slice(content: Openable, start: number, end: number): AsyncGenerator<Buffer> {
  let offset = 0
  if (end <= start) return
  for await (const chunk of content.open()) {
    const from = Math.max(0, start - offset)
    if (from < chunk.length) yield chunk.subarray(from, Math.min(chunk.length, end - offset))
    offset += chunk.length
    if (offset >= end) return
  }
}
