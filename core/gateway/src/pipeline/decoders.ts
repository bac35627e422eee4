/** The content codings of HTTP (RFC 9110 8.4.1, RFC 7932, RFC 8878) that `node:zlib` can take off, and how each is begun. */
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

/**
 * @param start the first two bytes, by which the two forms of `deflate` are told apart
 * @param isCut the input is the first part of something longer: its end in the middle is no error
 */
type MakeDecoder = (start: Buffer, isCut: boolean) => Decoder

const CHUNK_BYTES = 65_536

/** 8 MB, the most that RFC 9659 lets a sender ask for; without a limit a few bytes would make us allocate 128 MB. */
const ZSTD_WINDOW_LOG = 23

const makers: ReadonlyMap<string, MakeDecoder> = new Map<string, MakeDecoder>([
  ['gzip', (_, isCut) => createGunzip(deflateOptions(isCut))],
  ['x-gzip', (_, isCut) => createGunzip(deflateOptions(isCut))],
  ['deflate', (start, isCut) => (hasZlibHeader(start) ? createInflate : createInflateRaw)(deflateOptions(isCut))],
  [
    'br',
    (_, isCut) =>
      createBrotliDecompress({
        chunkSize: CHUNK_BYTES,
        finishFlush: isCut ? constants.BROTLI_OPERATION_FLUSH : constants.BROTLI_OPERATION_FINISH,
      }),
  ],
  [
    'zstd',
    (_, isCut) =>
      createZstdDecompress({
        chunkSize: CHUNK_BYTES,
        params: { [constants.ZSTD_d_windowLogMax]: ZSTD_WINDOW_LOG },
        finishFlush: isCut ? constants.ZSTD_e_flush : constants.ZSTD_e_end,
      }),
  ],
])

/** Undefined for a coding that we do not know. */
export function decoderOf(coding: string): MakeDecoder | undefined {
  return makers.get(coding)
}

function deflateOptions(isCut: boolean) {
  return { chunkSize: CHUNK_BYTES, finishFlush: isCut ? constants.Z_SYNC_FLUSH : constants.Z_FINISH }
}

/** RFC 1950 2.2. Servers send both forms as `deflate`; readers tell them apart by this header. */
function hasZlibHeader(start: Buffer): boolean {
  const [method = 0, flags = 0] = start
  return (method & 0x0f) === 8 && ((method << 8) | flags) % 31 === 0
}
