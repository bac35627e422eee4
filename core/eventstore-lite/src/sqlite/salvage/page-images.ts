/**
 * A store file as bytes, without SQLite, which refuses a file that is not whole: every image of every page that the
 * database file and its write-ahead logs still hold. Format: sqlite.org/fileformat2.html.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'

const HEADER_BYTES = 100
const WAL_HEADER_BYTES = 32
const FRAME_HEADER_BYTES = 24
const DEFAULT_PAGE_BYTES = 4096

/** One page as it was at some time. */
export interface PageImage {
  /** Where it is found again. */
  readonly place: Place
  /** 1-based. */
  readonly number: number
  readonly bytes: Buffer
}

/** `file`: 0 is the database, then its logs. */
export interface Place {
  readonly file: number
  readonly at: number
}

interface Frame extends Place {
  readonly number: number
}

export class PageImages implements Disposable {
  readonly pageBytes: number
  /** Pages that the database file should have by its header, and those it has. */
  readonly pagesPromised: number
  readonly pagesThere: number
  readonly #descriptors: readonly (number | undefined)[]
  readonly #frames: readonly Frame[]
  /** Frames of a page in the order in which they were written. */
  readonly #framesOf = new Map<number, Frame[]>()

  /** @param logs write-ahead logs, oldest first; files that are not there count as empty */
  constructor(database: string, logs: readonly string[], pageBytes?: number) {
    this.#descriptors = [database, ...logs].map(openIfThere)
    const header = this.#read({ file: 0, at: 0 }, HEADER_BYTES)
    this.pageBytes = pageBytes ?? pageBytesOf(header)
    this.pagesPromised = header.readUInt32BE(28)
    this.pagesThere = Math.ceil(this.#size(0) / this.pageBytes)
    this.#frames = logs.flatMap((_, index) => [...this.#readFrames(index + 1)])
    for (const frame of this.#frames) {
      const frames = this.#framesOf.get(frame.number) ?? []
      frames.push(frame)
      this.#framesOf.set(frame.number, frames)
    }
  }

  /** What a page begins with in a sound file of ours: `SQLite format 3`. */
  header(): Buffer {
    return this.#read({ file: 0, at: 0 }, HEADER_BYTES)
  }

  /** Every image, those of the database file first. The end of a page that was cut off is zeros. */
  *all(): Generator<PageImage> {
    for (let number = 1; number <= this.pagesThere; number += 1) {
      yield this.at({ file: 0, at: (number - 1) * this.pageBytes }, number)
    }
    for (const { file, at, number } of this.#frames) yield this.at({ file, at }, number)
  }

  at(place: Place, number: number): PageImage {
    return { place, number, bytes: this.#read(place, this.pageBytes) }
  }

  /** The page with this number as it was when another image was written. */
  pageAsOf(number: number, image: Place): Buffer | undefined {
    if (number < 1) return undefined
    const before = (frame: Frame) => frame.file < image.file || (frame.file === image.file && frame.at <= image.at)
    const frame = image.file === 0 ? undefined : this.#framesOf.get(number)?.findLast(before)
    if (frame === undefined && number > this.pagesThere) return undefined
    return this.#read(frame ?? { file: 0, at: (number - 1) * this.pageBytes }, this.pageBytes)
  }

  [Symbol.dispose](): void {
    for (const descriptor of this.#descriptors) if (descriptor !== undefined) closeSync(descriptor)
  }

  *#readFrames(file: number): Generator<Frame> {
    const stride = FRAME_HEADER_BYTES + this.pageBytes
    const size = this.#size(file)
    for (let at = WAL_HEADER_BYTES; at + stride <= size; at += stride) {
      const number = this.#read({ file, at }, 4).readUInt32BE(0)
      yield { file, at: at + FRAME_HEADER_BYTES, number }
    }
  }

  #size(file: number): number {
    const descriptor = this.#descriptors[file]
    return descriptor === undefined ? 0 : fstatSync(descriptor).size
  }

  #read({ file, at }: Place, length: number): Buffer {
    const bytes = Buffer.alloc(length)
    const descriptor = this.#descriptors[file]
    if (descriptor !== undefined) readSync(descriptor, bytes, 0, length, at)
    return bytes
  }
}

function openIfThere(path: string): number | undefined {
  try {
    return openSync(path, 'r')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

/** What the header says, where it can be true. */
function pageBytesOf(header: Buffer): number {
  const said = header.readUInt16BE(16)
  const bytes = said === 1 ? 65_536 : said
  return bytes >= 512 && (bytes & (bytes - 1)) === 0 ? bytes : DEFAULT_PAGE_BYTES
}
