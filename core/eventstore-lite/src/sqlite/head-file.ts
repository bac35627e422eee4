/**
 * The head file beside a store: what was the end of each stream, kept apart from the events, since a hash chain alone
 * cannot see that its last events are missing.
 *
 * An append reserves its line before the commit and confirms it afterwards by turning one byte in place. So a full
 * disk is met before the commit, when everything can still be taken back, and a line is confirmed only when its event
 * is on the disk. `open` and `reserve` must be called while the store's write lock is held.
 */
import {
  closeSync,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  statSync,
  writeSync,
} from 'node:fs'
import { basename, dirname } from 'node:path'
import type { Head } from '../driver.js'
import { StoreDamaged } from '../errors.js'
import { anchorDiffers, tailLost } from '../verify.js'
import type { EventTable } from './event-table.js'
import type { Anchor, HeadLines } from './head-lines.js'
import { CONFIRMED, HEADING, headLine, parseHeadLines, RESERVED } from './head-lines.js'

/** Beyond this size the file is rewritten with a line a stream, and again whenever it has grown as much. */
const GROWTH_BYTES = 64 * 1024
const LINE_END = 0x0a

/** Where the line of an append stands until it is confirmed. */
export interface Reservation {
  readonly anchor: Anchor
  readonly descriptor: number
  readonly at: number
}

export class HeadFile {
  readonly path: string
  readonly #table: EventTable
  #descriptor: number | undefined
  #anchors = new Map<string, Head>()
  #rewriteAtBytes = GROWTH_BYTES

  constructor(path: string, table: EventTable) {
    this.path = path
    this.#table = table
  }

  /**
   * What the file says, read anew.
   *
   * @throws StoreDamaged when it is missing or cannot be read
   */
  anchors(): ReadonlyMap<string, Head> {
    const lines = this.#read()
    if (lines === undefined) throw this.#missing()
    return lines.anchors
  }

  /**
   * Holds the file against the events and tidies up after a crash. It is made with the store's first events: where there
   * are events and no file, one cannot know how many there were.
   *
   * @throws StoreDamaged when it is missing, or events that it names are missing or others
   */
  open(): number {
    this.close()
    const lines = this.#read()
    if (lines === undefined && !this.#table.isEmpty()) throw this.#missing()
    return this.#openChecked(lines)
  }

  /** Makes the file anew from the events that are there, whatever it said before. */
  renew(): void {
    this.#rewrite()
  }

  #missing(): StoreDamaged {
    return new StoreDamaged('', 0, `'${basename(this.path)}' is missing, so that lost events would not be noticed`)
  }

  #openChecked(lines: HeadLines | undefined): number {
    for (const [stream, anchor] of lines?.anchors ?? []) this.#check(stream, anchor)
    this.#anchors = new Map(lines?.anchors)
    const manyLines = 2 * this.#anchors.size + 64
    if (lines === undefined || lines.interrupted || lines.lines > manyLines) return this.#rewrite()
    this.#descriptor = openSync(this.path, 'r+')
    return this.#descriptor
  }

  /**
   * Writes the line of an append, before its events are inserted.
   *
   * @param before the head that the append found
   * @throws StoreDamaged when the stream had more events than the append found
   */
  reserve(anchor: Anchor, before: Head): Reservation {
    const descriptor = this.#appendable()
    const known = this.#anchors.get(anchor.stream)
    if (known !== undefined && known.version > before.version) throw tailLost(anchor.stream, before.version, known)
    if (known?.version === before.version && known.hash !== before.hash) throw anchorDiffers(anchor.stream, known)

    const { size } = fstatSync(descriptor)
    const line = Buffer.from(headLine(RESERVED, anchor))
    try {
      if (writeSync(descriptor, line, 0, line.length, size) < line.length) throw noSpace()
    } catch (error) {
      ftruncateSync(descriptor, size)
      throw error
    }
    return { anchor, descriptor, at: size }
  }

  /** Marks the line as stored for certain; durable when it returns. */
  confirm({ anchor, descriptor, at }: Reservation): void {
    // Another process may have rewritten the file since the lock was released. Then its file, made from events that
    // include this one, holds the head already, and this byte goes to a file that nobody reads any more.
    writeSync(descriptor, CONFIRMED, at)
    fdatasyncSync(descriptor)
    this.#anchors.set(anchor.stream, { version: anchor.version, hash: anchor.hash })
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor)
    this.#descriptor = undefined
  }

  /** The file that is at the path now, ending in a whole line and not grown too large. */
  #appendable(): number {
    if (this.#descriptor === undefined || !this.#isAtPath(this.#descriptor)) return this.#reopen()
    const { size } = fstatSync(this.#descriptor)
    if (size <= this.#rewriteAtBytes && endsInLine(this.#descriptor, size)) return this.#descriptor
    this.open()
    return this.#rewrite()
  }

  /** Another process has put a new file in place, or somebody took it away; then what is known here still holds. */
  #reopen(): number {
    this.close()
    const lines = this.#read()
    if (lines === undefined) for (const [stream, anchor] of this.#anchors) this.#check(stream, anchor)
    return this.#openChecked(lines)
  }

  #isAtPath(descriptor: number): boolean {
    const now = statSync(this.path, { throwIfNoEntry: false })
    const { dev, ino } = fstatSync(descriptor)
    return now?.ino === ino && now.dev === dev
  }

  #check(stream: string, anchor: Head): void {
    const { version } = this.#table.head(stream)
    if (version < anchor.version) throw tailLost(stream, version, anchor)
    if (this.#table.hashAt(stream, anchor.version) !== anchor.hash) throw anchorDiffers(stream, anchor)
  }

  #read(): HeadLines | undefined {
    try {
      return parseHeadLines(readFileSync(this.path, 'utf8'), basename(this.path))
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
      throw error
    }
  }

  /** Puts a new file in place, with what the events say now. */
  #rewrite(): number {
    this.close()
    const heads = [...this.#table.heads()]
    const text = HEADING + heads.map((head) => headLine(CONFIRMED, head)).join('')
    const draft = `${this.path}.new`
    const descriptor = openSync(draft, 'w+', 0o600)
    try {
      if (writeSync(descriptor, text) < Buffer.byteLength(text)) throw noSpace()
      fsyncSync(descriptor)
      renameSync(draft, this.path)
      syncFolder(dirname(this.path))
    } catch (error) {
      closeSync(descriptor)
      throw error
    }
    this.#descriptor = descriptor
    this.#anchors = new Map(heads.map(({ stream, version, hash }) => [stream, { version, hash }]))
    this.#rewriteAtBytes = Buffer.byteLength(text) + GROWTH_BYTES
    return descriptor
  }
}

function endsInLine(descriptor: number, size: number): boolean {
  const last = Buffer.alloc(1)
  readSync(descriptor, last, 0, 1, size - 1)
  return last[0] === LINE_END
}

function noSpace(): Error {
  return Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC', syscall: 'write' })
}

export function syncFolder(folder: string): void {
  const descriptor = openSync(folder, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}
