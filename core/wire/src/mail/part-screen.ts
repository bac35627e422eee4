/** What the bytes of a part say of it while they pass. */

import { EmbeddedFiles } from './codecs/embedded-files.js'
import type { EmbeddedEvent } from './codecs/embedded-reader.js'
import { isCompressedData, isSignedData } from './encapsulated.js'
import { encryptedByHeader, encryptedByStart } from './encrypted.js'
import type { Entity } from './entity.js'
import { looksLikeHeader } from './header.js'
import type { MailUnscanned } from './mail-reading.js'
import { isCard, isSearched } from './part-kinds.js'
import { TextScreen } from './text-screen.js'

/** So many of the first bytes tell what kind of file it is. */
const START_BYTES = 8192

/** The first bytes of TNEF (MS-OXTNEF, 2.1.3.2). */
const TNEF = 0x789f3e22

const NOTHING = Buffer.alloc(0)

const prose = /^This [\w ,.;:/()'-]{0,240}$/

export class PartScreen {
  isGzip = false
  /** How much white space it begins with. */
  leading = 0
  looksLikeMail = false
  isTnef = false
  /** What is signed is inside. */
  isSigned = false
  /** What is compressed is inside. */
  isCompressed = false
  /** A file stands encoded in the text. */
  hasFiles = false
  readonly text: TextScreen
  readonly #files = new EmbeddedFiles()
  /** Why nobody can look into it; complete at its end. */
  readonly unscanned: MailUnscanned[]
  #start: Buffer = NOTHING
  #hasBegun = false
  readonly #isSearched: boolean
  /** Of another type, but it may be text: some programs read a mail whatever stands before it. */
  #isText = false

  constructor(entity: Entity) {
    this.#isSearched = isSearched(entity)
    this.text = new TextScreen(isCard(entity))
    this.unscanned = [...encryptedByHeader(entity)]
  }

  push(bytes: Buffer): void {
    if (this.#isSearched) this.#look(bytes)
    else if (this.#isText) this.text.push(bytes)
    if (this.#hasBegun) return
    const from = this.#start.length === 0 ? whiteSpace(bytes) : 0
    this.leading += from
    const more = bytes.subarray(from)
    this.#start = this.#start.length === 0 ? more : Buffer.concat([this.#start, more])
    if (this.#start.length >= START_BYTES) this.#begin()
  }

  end(): void {
    if (!this.#hasBegun) this.#begin()
    if (this.#isSearched && !this.hasFiles) this.#find(this.#files.end())
  }

  get hasWithin(): boolean {
    const isFormat = this.isGzip || this.isTnef || this.isSigned || this.isCompressed
    return isFormat || this.looksLikeMail || this.hasFiles || this.text.hasAny
  }

  /** Nothing but white space, or what senders write for readers that do not know MIME. */
  get isNothing(): boolean {
    if (this.#start.length === 0) return true
    return this.#start.length < START_BYTES && prose.test(this.#start.toString('latin1').trim().replace(/\s+/g, ' '))
  }

  #begin(): void {
    this.#hasBegun = true
    const start = this.#start
    this.isGzip = isGzip(start)
    this.isTnef = start.length > 3 && start.readUInt32BE(0) === TNEF
    this.isSigned = isSignedData(start)
    this.isCompressed = isCompressedData(start)
    this.looksLikeMail = looksLikeHeader(start)
    if (this.unscanned.length === 0) this.unscanned.push(...encryptedByStart(start))
    this.#isText = !this.#isSearched && (!start.includes(0) || isUtf16(start))
    if (this.#isText) this.text.push(start)
    if (start.length > START_BYTES) this.#start = start.subarray(0, START_BYTES)
  }

  #find(events: Iterable<EmbeddedEvent>): void {
    for (const { is } of events) this.hasFiles ||= is === 'file'
  }

  #look(bytes: Buffer): void {
    if (!this.hasFiles) this.#find(this.#files.push(bytes))
    this.text.push(bytes)
  }
}

function whiteSpace(bytes: Buffer): number {
  let at = 0
  while (at < bytes.length && isWhiteSpace(bytes[at] as number)) at++
  return at
}

/** A zero byte is none, but counts for nothing either. */
function isWhiteSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09 || byte === 0
}

/** By its byte order mark. */
function isUtf16(start: Buffer): boolean {
  return (start[0] === 0xff && start[1] === 0xfe) || (start[0] === 0xfe && start[1] === 0xff)
}

/** The header of zlib (RFC 1950, 2.2). */
export function isZlib(start: Buffer): boolean {
  return start.length > 1 && ((start[0] ?? 0) & 15) === 8 && start.readUInt16BE(0) % 31 === 0
}

export function isGzip(start: Buffer): boolean {
  return start[0] === 0x1f && start[1] === 0x8b && start[2] === 8
}

/** The first bytes of a content. */
export async function startOf(bytes: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of bytes) {
    chunks.push(chunk)
    length += chunk.length
    if (length >= START_BYTES) break
  }
  return Buffer.concat(chunks)
}
