/**
 * A body held by the gateway: in memory up to 64 KiB, or as much as its folder says while the worker has room for it;
 * beyond that in a private file of `tmpdir`, removed on release. Of a body in a file no more than one gathered piece is in
 * memory.
 */
import { createHash, type Hash, hash, randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { type FileHandle, open, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { Body, Content } from '@fsigk/plugin-api'
import { fail } from './errors.js'
import { bytesPassed } from './passing-bytes.js'
import { sharedMemory } from './shared-memory.js'
import { systemErrorSuffix } from './system-error.js'
import { SPOOL_PREFIX } from './tmpdir.js'

/** A body up to this size never touches the disk. */
export const MEMORY_BYTES = 65_536

/** Beyond it, so much is gathered for one write. */
const GATHER_BYTES = 131_072

const READ_BYTES = 65_536
const PRIVATE_FILE = 0o600
/** The folder's set-group-id bit gives the file its group. */
const GROUP_FILE = 0o640
const FLAGS = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW

/** Chunks that hold on to a larger buffer are copied together after so many, so that byte-sized chunks cannot pin memory. */
const MAX_LOOSE_CHUNKS = 64

/** Where bodies are put that do not fit into memory, and what is to be done with them there. */
export interface SpoolFolder {
  readonly path: string
  /** Whether the group of the folder may read what lies in it (`common.spool_group`). */
  readonly groupReads?: boolean
  /** Whether the digests of files are made as they are written. */
  readonly digests?: boolean
  /** Up to which size a body stays in memory while the worker has room for it (`sharedMemory`); 64 KiB unless told. */
  readonly memoryBytes?: number
}

export class Spool implements Content {
  bytes = 0
  /** What is not in the file: all of it, while there is none. */
  #chunks: Buffer[] = []
  #chunkBytes = 0
  #looseChunks = 0
  /** Of `sharedMemory`. */
  #borrowed = 0
  #file: FileHandle | undefined
  #path: string | undefined
  /** Bytes that are in the file. */
  #saved = 0
  #released = false
  #hash: Hash | undefined
  #digest: string | undefined

  /** @param folder where the file goes when one is needed; it must exist */
  constructor(
    private readonly folder: SpoolFolder,
    readonly name: string,
    readonly type: string,
  ) {}

  get memory(): readonly Buffer[] | undefined {
    return this.#path === undefined && !this.#released ? this.#chunks : undefined
  }

  get path(): string | undefined {
    return this.#path
  }

  /**
   * Adds a chunk, which must not change afterwards. Wait for the promise, when there is one, before the next.
   *
   * @throws FSIGK_SPOOL_OPEN_FAILED, FSIGK_SPOOL_FAILED when it could not be stored. The chunk is kept in memory all the
   *   same, so that what was taken in so far can still be opened as a whole; nothing more may be added.
   */
  write(chunk: Buffer): Promise<void> | undefined {
    if (chunk.length === 0) return undefined
    this.bytes += chunk.length
    bytesPassed(chunk.length)
    this.#keep(chunk)
    const isFull = this.#file === undefined ? !this.#fits(chunk.length) : this.#chunkBytes > GATHER_BYTES
    return isFull ? this.#save() : undefined
  }

  /** Whether all of it may stay in memory. @param bytes that have just come */
  #fits(bytes: number): boolean {
    if (this.#chunkBytes <= MEMORY_BYTES) return true
    if (this.#chunkBytes > (this.folder.memoryBytes ?? MEMORY_BYTES) || !sharedMemory.take(bytes)) return false
    this.#borrowed += bytes
    return true
  }

  #giveBack(): void {
    sharedMemory.giveBack(this.#borrowed)
    this.#borrowed = 0
  }

  /** Call once after the last chunk; throws as `write` does. */
  finish(): Promise<void> | undefined {
    return this.#file !== undefined && this.#chunkBytes > 0 ? this.#save() : undefined
  }

  /** Call in place of `finish` when all of it is to be in the file. */
  store(): Promise<void> | undefined {
    return this.#file === undefined || this.#chunkBytes > 0 ? this.#save() : undefined
  }

  /** SHA-256 in base64url of all that was written; undefined for a file whose digest was not made. Only after `finish`. */
  digest(): string | undefined {
    if (this.#digest !== undefined) return this.#digest
    if (this.#path !== undefined) this.#digest = this.#hash?.digest('base64url')
    else if (!this.#released) this.#digest = digestOf(this.#chunks)
    return this.#digest
  }

  /** Reads pieces of 64 KiB, each in a buffer of its own that the reader may keep. @throws FSIGK_SPOOL_RELEASED */
  async *open(): Body {
    if (this.#file !== undefined) yield* this.#readFile(this.#file)
    if (this.#released) throw fail('FSIGK_SPOOL_RELEASED', [])
    yield* this.#chunks
  }

  /**
   * A part of what was taken in so far, in a buffer of its own. May be asked for while more is being written.
   *
   * @param to at most `bytes`
   * @throws FSIGK_SPOOL_RELEASED, FSIGK_SPOOL_TRUNCATED
   */
  async part(from: number, to: number): Promise<Buffer> {
    if (this.#released) throw fail('FSIGK_SPOOL_RELEASED', [])
    const part = Buffer.allocUnsafeSlow(to - from)
    // What is in memory is taken at once: a moment later it may be in the file.
    const saved = this.#saved
    let at = saved
    for (const chunk of this.#chunks) {
      const start = Math.max(from, at)
      const end = Math.min(to, at + chunk.length)
      if (start < end) chunk.copy(part, start - from, start - at, end - at)
      at += chunk.length
    }
    const end = Math.min(to, saved)
    if (this.#file !== undefined && from < end) await this.#readPart(this.#file, part.subarray(0, end - from), from)
    return part
  }

  /** Gives memory and file back; may be called again. A reader that is still at it gets an error at its next piece. */
  release(): Promise<void> | undefined {
    if (this.#released) return undefined
    this.#released = true
    this.#chunks = []
    this.#giveBack()
    return this.#path === undefined ? undefined : this.#remove(this.#path)
  }

  async #remove(path: string): Promise<void> {
    // The name goes first: whatever happens to the descriptor, no file is left behind.
    try {
      await unlink(path).catch(ignoreMissing)
    } finally {
      await this.#file?.close()
    }
  }

  #keep(chunk: Buffer): void {
    this.#chunks.push(chunk)
    this.#chunkBytes += chunk.length
    this.#looseChunks += 1
    if (this.#looseChunks < MAX_LOOSE_CHUNKS) return
    const loose = this.#chunks.splice(-MAX_LOOSE_CHUNKS)
    this.#chunks.push(Buffer.concat(loose))
    this.#looseChunks = 0
  }

  async #save(): Promise<void> {
    this.#file ??= await this.#create()
    const path = this.#path ?? ''
    const chunks = this.#chunks
    try {
      const writing = writeAll(this.#file, chunks, this.#saved)
      // While the system writes.
      if (this.folder.digests === true) this.#hash = digested(this.#hash, chunks)
      await writing
    } catch (cause) {
      throw fail('FSIGK_SPOOL_FAILED', [path, systemErrorSuffix(cause)], { cause })
    }
    this.#saved += this.#chunkBytes
    this.#chunks = []
    this.#chunkBytes = 0
    this.#looseChunks = 0
    this.#giveBack()
  }

  async #create(): Promise<FileHandle> {
    const path = join(this.folder.path, `${SPOOL_PREFIX}${process.pid}-${randomBytes(16).toString('hex')}`)
    try {
      const file = await open(path, FLAGS, PRIVATE_FILE)
      this.#path = path
      this.#file = file
      // Not by the mode that it is made with, since a umask would take the group's part away.
      if (this.folder.groupReads === true) await file.chmod(GROUP_FILE)
      return file
    } catch (cause) {
      throw fail('FSIGK_SPOOL_OPEN_FAILED', [path, systemErrorSuffix(cause)], { cause })
    }
  }

  async #readPart(file: FileHandle, part: Buffer, from: number): Promise<void> {
    for (let read = 0; read < part.length; ) {
      const { bytesRead } = await file.read(part, read, part.length - read, from + read)
      if (bytesRead === 0) throw fail('FSIGK_SPOOL_TRUNCATED', [this.#path ?? '', this.#saved, from + read])
      read += bytesRead
    }
  }

  async *#readFile(file: FileHandle): Body {
    let position = 0
    while (position < this.#saved) {
      const wanted = Math.min(READ_BYTES, this.#saved - position)
      const { bytesRead, buffer } = await file.read(Buffer.allocUnsafeSlow(wanted), 0, wanted, position)
      if (bytesRead === 0) throw fail('FSIGK_SPOOL_TRUNCATED', [this.#path ?? '', this.#saved, position])
      position += bytesRead
      bytesPassed(bytesRead)
      yield bytesRead === wanted ? buffer : buffer.subarray(0, bytesRead)
    }
  }
}

function digestOf(chunks: readonly Buffer[]): string {
  const [first = Buffer.alloc(0)] = chunks
  return chunks.length > 1 ? digested(undefined, chunks).digest('base64url') : hash('sha256', first, 'base64url')
}

function digested(begun: Hash | undefined, chunks: readonly Buffer[]): Hash {
  const digest = begun ?? createHash('sha256')
  for (const chunk of chunks) digest.update(chunk)
  return digest
}

/** A write may take less than it was given, when the disk fills up in its middle or a signal comes. */
async function writeAll(file: FileHandle, chunks: readonly Buffer[], position: number): Promise<void> {
  let rest = chunks
  let at = position
  while (rest.length > 0) {
    const { bytesWritten } = await file.writev(rest as Buffer[], at)
    at += bytesWritten
    rest = after(rest, bytesWritten)
  }
}

function after(chunks: readonly Buffer[], bytes: number): readonly Buffer[] {
  let skipped = 0
  for (const [index, chunk] of chunks.entries()) {
    if (skipped + chunk.length > bytes) return [chunk.subarray(bytes - skipped), ...chunks.slice(index + 1)]
    skipped += chunk.length
  }
  return []
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error
}
