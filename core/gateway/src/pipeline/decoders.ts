/** The content codings of HTTP (RFC 9110 8.4.1, RFC 7932, RFC 8878) that `node:zlib` can take off, and how each is known. */
import type { Transform } from 'node:stream'
import {
  constants,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createInflateRaw,
  createZstdDecompress,
} from 'node:zlib'

/** A decoder tells how much of its input it has understood, by which bytes behind the end are noticed. */
export type Decoder = Transform & { readonly bytesWritten: number }

/** What bytes can be coded in. `deflate` of HTTP is two of them: with the header of zlib, and without. */
export type Format = 'gzip' | 'zlib' | 'deflate-raw' | 'br' | 'zstd'

const CHUNK_BYTES = 65_536

/** 8 MB, the most that RFC 9659 lets a sender ask for; without a limit a few bytes would make us allocate 128 MB. */
const ZSTD_WINDOW_LOG = 23

const options = { chunkSize: CHUNK_BYTES }
const zstdOptions = { ...options, params: { [constants.ZSTD_d_windowLogMax]: ZSTD_WINDOW_LOG } }

/** The window of brotli is at most 16 MB (RFC 7932), since its large-window form has to be asked for. */
export const decoders: Readonly<Record<Format, () => Decoder>> = {
  gzip: () => createGunzip(options),
  zlib: () => createInflate(options),
  'deflate-raw': () => createInflateRaw(options),
  br: () => createBrotliDecompress(options),
  zstd: () => createZstdDecompress(zstdOptions),
}

export const formats = Object.keys(decoders) as readonly Format[]

const named: ReadonlyMap<string, Format> = new Map([
  ['gzip', 'gzip'],
  ['x-gzip', 'gzip'],
  ['br', 'br'],
  ['zstd', 'zstd'],
])

/** How many bytes of the beginning `formatsOf` and `looksLike` want to see. */
export const START_BYTES = 4

/**
 * The formats that readers may mean by a coding; none for one that we do not know. Some readers of `deflate` look for
 * the header of zlib, others never do, and there are bytes that are something in both forms.
 */
export function formatsOf(coding: string, start: Buffer): readonly Format[] {
  if (coding === 'deflate') return hasZlibHeader(start) ? ['zlib', 'deflate-raw'] : ['deflate-raw']
  const format = named.get(coding)
  return format === undefined ? [] : [format]
}

/** What the first bytes look like, whatever the label says. `br` and `deflate-raw` look like nothing. */
export function looksLike(start: Buffer): Format | undefined {
  if (start[0] === 0x1f && start[1] === 0x8b) return 'gzip'
  if (start.length >= 4) {
    const magic = start.readUInt32LE()
    if (magic === ZSTD_MAGIC || (magic & ZSTD_SKIPPABLE_MASK) === ZSTD_SKIPPABLE) return 'zstd'
  }
  return hasZlibHeader(start) ? 'zlib' : undefined
}

/** RFC 8878, 3.1. */
const ZSTD_MAGIC = 0xfd2fb528
const ZSTD_SKIPPABLE = 0x184d2a50
const ZSTD_SKIPPABLE_MASK = 0x7ffffff0

/** RFC 1950 2.2. */
function hasZlibHeader(start: Buffer): boolean {
  const [method = 0, flags = 0] = start
  return (method & 0x0f) === 8 && ((method << 8) | flags) % 31 === 0
}

const HEADER_CRC = 2
const EXTRA = 4
const NAME = 8
const COMMENT = 16

/**
 * Where the deflated data begins behind a header of gzip (RFC 1952, 2.3) or zlib. Reserved flags and wrong checksums
 * are looked past, as by the laxest reader.
 *
 * @returns undefined when `start` holds no whole header
 */
export function headerBytes(format: Format, start: Buffer): number | undefined {
  if (format === 'zlib') return 2
  if (format !== 'gzip' || start.length < 10) return undefined
  const flags = start[3] ?? 0
  let at = 10
  if ((flags & EXTRA) !== 0) {
    if (start.length < at + 2) return undefined
    at += 2 + start.readUInt16LE(at)
  }
  for (const flag of [NAME, COMMENT]) {
    if ((flags & flag) === 0) continue
    const end = start.indexOf(0, at)
    if (end === -1) return undefined
    at = end + 1
  }
  if ((flags & HEADER_CRC) !== 0) at += 2
  return at <= start.length ? at : undefined
}
