/** Bodies for tests: sources that send, break and hang, and readers that collect. */
import type { Body } from '@fsigk/plugin-api'

/** A body in which every 16 bytes stand only once. */
export function recognisable(bytes: number): Buffer {
  const lines: string[] = []
  for (let at = 0; at < bytes; at += 16) lines.push(`<${at.toString(36).padStart(13, '.')}>\n`)
  return Buffer.from(lines.join('')).subarray(0, bytes)
}

/** Cuts a buffer into pieces, without copying. */
export function pieces(buffer: Buffer, pieceBytes: number): Buffer[] {
  const cut: Buffer[] = []
  for (let at = 0; at < buffer.length; at += pieceBytes) cut.push(buffer.subarray(at, at + pieceBytes))
  return cut
}

/** A source that tells how it was read. */
export class TestSource implements AsyncIterable<Buffer> {
  /** Chunks handed out. */
  taken = 0
  /** Whether the reader left before the end. */
  wasLeft = false

  /** @param failure thrown after the last chunk instead of an end */
  constructor(
    private readonly chunks: readonly Buffer[],
    private readonly failure?: Error,
  ) {}

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    let isDone = false
    try {
      for (const chunk of this.chunks) {
        this.taken += 1
        yield chunk
      }
      isDone = true
      if (this.failure !== undefined) throw this.failure
    } finally {
      this.wasLeft = !isDone
    }
  }
}

export async function collected(body: Body): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of body) chunks.push(chunk)
  return Buffer.concat(chunks)
}
