/** What is in an S/MIME message that is signed opaquely or compressed (RFC 8551, 3.5.2 and 3.6): a part of MIME inside of BER. */
import { WireFault } from '../wire-fault.js'
import { ByteCursor } from './codecs/tnef/byte-cursor.js'

const IDENTIFIER = 0x06
const SEQUENCE = 0x30
const EXPLICIT = 0xa0
const OCTETS = 0x04
const OCTETS_IN_PIECES = 0x24

/** More deeply no algorithm's parameters are. */
const MAX_DEPTH = 8
const PIECE_BYTES = 65_536

/** Smaller elements than anyone writes, and so many of them, are meant to cost time. */
const MIN_ELEMENT_BYTES = 64
const MAX_SMALL_ELEMENTS = 10_000

/** Of what a file can have. */
const MAX_LENGTH_DIGITS = 6

/** id-signedData (1.2.840.113549.1.7.2). */
const SIGNED = Buffer.from('2a864886f70d010702', 'hex')

/** id-ct-compressedData (1.2.840.113549.1.9.16.1.9). */
const COMPRESSED = Buffer.from('2a864886f70d0109100109', 'hex')

/** @param start the first bytes of a file */
export function isSignedData(start: Buffer): boolean {
  return isOfType(start, SIGNED)
}

/** What is in it is coded by zlib. @param start the first bytes of a file */
export function isCompressedData(start: Buffer): boolean {
  return isOfType(start, COMPRESSED)
}

/** Lengths may be written in more bytes than they need (X.690, 8.1.3.5). */
function isOfType(start: Buffer, type: Buffer): boolean {
  const at = behindLength(start, 1)
  if (start[0] !== SEQUENCE || start[at] !== IDENTIFIER) return false
  const from = behindLength(start, at + 1)
  return start.subarray(from, from + type.length).equals(type)
}

function behindLength(start: Buffer, at: number): number {
  const first = start[at] ?? 0
  return at + 1 + (first > 0x80 ? first & 0x7f : 0)
}

/** Knows how many elements it has come by. */
class BerCursor extends ByteCursor {
  elements = 0
}

interface Element {
  readonly tag: number
  /** Where it ends; undefined when a mark behind its content tells. */
  readonly end: number | undefined
}

/**
 * The bytes that are signed (RFC 5652, 5.1) or compressed (RFC 3274, 1.1), which stand in the same place; none when they are elsewhere.
 *
 * @throws WireFault where it is malformed or ends too soon
 */
export async function* encapsulatedContent(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const cursor = new BerCursor(bytes)
  try {
    await enter(cursor, SEQUENCE)
    await skip(cursor)
    await enter(cursor, EXPLICIT)
    await enter(cursor, SEQUENCE)
    // Its version, and the algorithms.
    await skip(cursor)
    await skip(cursor)
    const info = await enter(cursor, SEQUENCE)
    await skip(cursor)
    if (info.end !== undefined && cursor.offset >= info.end) return
    if ((await element(cursor)).tag !== EXPLICIT) return
    yield* octets(cursor, await element(cursor))
  } finally {
    await cursor.close()
  }
}

async function* octets(cursor: BerCursor, { tag, end }: Element, depth = 0): AsyncGenerator<Buffer> {
  if (tag === OCTETS && end !== undefined) {
    while (cursor.offset < end) {
      const piece = await cursor.some(Math.min(PIECE_BYTES, end - cursor.offset))
      if (piece === undefined) throw new WireFault('S/MIME that ends in the middle')
      yield piece
    }
    return
  }
  if (tag !== OCTETS_IN_PIECES || depth === MAX_DEPTH) throw new WireFault('S/MIME of an unknown form')
  while (end === undefined || cursor.offset < end) {
    const piece = await element(cursor)
    if (isEndMark(piece, cursor)) return
    yield* octets(cursor, piece, depth + 1)
  }
}

async function enter(cursor: BerCursor, tag: number): Promise<Element> {
  const entered = await element(cursor)
  if (entered.tag !== tag) throw new WireFault('S/MIME of an unknown form')
  return entered
}

async function element(cursor: BerCursor): Promise<Element> {
  if (++cursor.elements > MAX_SMALL_ELEMENTS && cursor.offset < cursor.elements * MIN_ELEMENT_BYTES)
    throw new WireFault('S/MIME in more pieces than can be meant')
  const [tag = 0, first = 0] = await cursor.bytes(2)
  if (first === 0x80) return { tag, end: undefined }
  if (first < 0x80) return { tag, end: cursor.offset + first }
  const digits = await cursor.bytes(first & 0x7f)
  let length = 0
  for (const [at, digit] of digits.entries()) {
    if (digit !== 0 && digits.length - at > MAX_LENGTH_DIGITS) throw new WireFault('S/MIME of an unknown length')
    length = length * 256 + digit
  }
  return { tag, end: cursor.offset + length }
}

async function skip(cursor: BerCursor, depth = 0): Promise<Element> {
  const skipped = await element(cursor)
  if (skipped.end !== undefined) {
    await cursor.goTo(skipped.end)
    return skipped
  }
  if (depth === MAX_DEPTH) throw new WireFault('S/MIME of an unknown form')
  while (!isEndMark(await skip(cursor, depth + 1), cursor));
  return skipped
}

/** Two zero bytes. */
function isEndMark({ tag, end }: Element, { offset }: BerCursor): boolean {
  return tag === 0 && end === offset
}
