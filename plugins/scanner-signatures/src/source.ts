/** A content read piece by piece into a buffer of ours, so that a file of any length costs one buffer. */
import { closeSync, openSync, readSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import type { Body, Content } from '@fsigk/plugin-api'

export interface Source {
  /** Reads up to `length` bytes to `target` at `at`. @returns how many, 0 at the end */
  read(target: Buffer, at: number, length: number): number | Promise<number>
  close(): void | Promise<void>
}

// A spool file was written a moment ago and is read from memory. The thread pool would cost ten times the reading
// (measured: 13 against 120 µs for 100 KiB); a file that memory may not hold is left to it all the same.
const MAX_READ_AT_ONCE_BYTES = 4 * 1024 * 1024

export async function openSource(content: Content): Promise<Source> {
  if (content.path === undefined) return new BodySource(content.open())
  if (content.bytes <= MAX_READ_AT_ONCE_BYTES) return new ShortFileSource(openSync(content.path, 'r'))
  return new LongFileSource(await open(content.path))
}

class ShortFileSource implements Source {
  constructor(private readonly descriptor: number) {}

  read(target: Buffer, at: number, length: number): number {
    return readSync(this.descriptor, target, at, length, null)
  }

  close(): void {
    closeSync(this.descriptor)
  }
}

class LongFileSource implements Source {
  constructor(private readonly file: FileHandle) {}

  async read(target: Buffer, at: number, length: number): Promise<number> {
    return (await this.file.read(target, at, length)).bytesRead
  }

  close(): Promise<void> {
    return this.file.close()
  }
}

class BodySource implements Source {
  readonly #chunks: AsyncIterator<Buffer>
  #rest: Buffer = Buffer.alloc(0)

  constructor(body: Body) {
    this.#chunks = body[Symbol.asyncIterator]()
  }

  async read(target: Buffer, at: number, length: number): Promise<number> {
    while (this.#rest.length === 0) {
      const next = await this.#chunks.next()
      if (next.done === true) return 0
      this.#rest = next.value
    }
    const count = this.#rest.copy(target, at, 0, length)
    this.#rest = this.#rest.subarray(count)
    return count
  }

  async close(): Promise<void> {
    await this.#chunks.return?.()
  }
}
