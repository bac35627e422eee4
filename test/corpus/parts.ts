/** Parts of files, and bodies of several parts. */
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { join, type OddResponse, withLength } from './response.js'

const partial = 'HTTP/1.1 206 Partial Content'

const ranges = [
  'bytes 0-67/68',
  'bytes 0-67/*',
  'bytes 0-67/9999',
  'bytes 9-76/9999',
  'bytes 0-0/1',
  'bytes 5-1/9',
  'bytes */68',
  'bytes',
  '0-67/68',
  'items 0-67/68',
  'BYTES 0-67/68',
  'bytes=0-67/68',
  '',
  'bytes 0-67/68, bytes 3-4/68',
] as const

const singles: readonly OddResponse[] = ranges.flatMap((range) => [
  {
    says: `206 of ${JSON.stringify(range)}`,
    bytes: (payload: Buffer) => withLength(`Content-Range: ${range}\r\n`, payload, partial),
  },
  {
    says: `200 of ${JSON.stringify(range)}, in gzip`,
    bytes: (payload: Buffer) => withLength(`Content-Range: ${range}\r\nContent-Encoding: gzip\r\n`, gzipSync(payload)),
  },
])

/** Bodies of several parts: type, then the body, `P` standing for the payload. */
const multiparts: readonly [string, string, string, 'valid'?][] = [
  ['parts', 'boundary=b', '--b\r\nContent-Type: text/plain\r\n\r\nP\r\n--b--\r\n', 'valid'],
  ['a quoted boundary', 'boundary="a b"', '--a b\r\nContent-Type: text/plain\r\n\r\nP\r\n--a b--\r\n', 'valid'],
  ['the payload in the second part', 'boundary=b', '--b\r\n\r\nharmless\r\n--b\r\n\r\nP\r\n--b--\r\n', 'valid'],
  ['lines ended by LF', 'boundary=b', '--b\nContent-Type: text/plain\n\nP\n--b--\n', 'valid'],
  ['no fields in the part', 'boundary=b', '--b\r\n\r\nP\r\n--b--', 'valid'],
  ['no boundary named', '', '--b\r\nContent-Type: text/plain\r\n\r\nP\r\n--b--\r\n', 'valid'],
  ['hyphens in the boundary', 'boundary=--b', '--b\r\nContent-Type: text/plain\r\n\r\nP\r\n--b--\r\n', 'valid'],
  ['no last boundary', 'boundary=b', '--b\r\nContent-Type: text/plain\r\n\r\nP', 'valid'],
  ['two boundaries', 'boundary=x; boundary=b', '--b\r\n\r\nP\r\n--b--\r\n', 'valid'],
  ['no empty line', 'boundary=b', '--b\r\nP\r\n--b--\r\n', 'valid'],
  ['text before the parts', 'boundary=b', 'preamble\r\n--b\r\n\r\nP\r\n--b--\r\n', 'valid'],
  ['a boundary in the middle of a line', 'boundary=b', 'x--b\r\n\r\nP--b--', 'valid'],
]

const kinds = ['multipart/x-mixed-replace', 'multipart/byteranges', 'multipart/mixed', 'Multipart/Related'] as const

const several: readonly OddResponse[] = kinds.flatMap((kind) =>
  multiparts.map(([what, parameter, body, valid]) => ({
    says: `${kind} with ${what}`,
    ...(valid !== undefined && { isValid: true as const }),
    bytes: (payload: Buffer) =>
      withLength(
        `Content-Type: ${kind}${parameter === '' ? '' : `; ${parameter}`}\r\n`,
        join(body.replace('P', payload.toString('latin1'))),
      ),
  })),
)

const codedParts: readonly OddResponse[] = kinds.flatMap((kind) => [
  ...(['gzip', 'br'] as const).map((coding): OddResponse => {
    const encode = coding === 'gzip' ? gzipSync : brotliCompressSync
    return {
      says: `${kind} with a part in ${coding}`,
      isValid: true,
      bytes: (payload) =>
        withLength(
          `Content-Type: ${kind}; boundary=b\r\n`,
          join(`--b\r\nContent-Encoding: ${coding}\r\n\r\n`, encode(payload), '\r\n--b--\r\n'),
        ),
    }
  }),
  {
    says: `${kind} in gzip as a whole`,
    isValid: true,
    bytes: (payload) =>
      withLength(
        `Content-Type: ${kind}; boundary=b\r\nContent-Encoding: gzip\r\n`,
        gzipSync(join('--b\r\nX: 1\r\n\r\n', payload, '\r\n--b--\r\n')),
      ),
  },
])

/** Asked for by nobody, in parts. */
const unasked: readonly OddResponse[] = [
  {
    says: '206 in byteranges',
    bytes: (payload) =>
      withLength(
        'Content-Type: multipart/byteranges; boundary=b\r\n',
        join('--b\r\nContent-Range: bytes 0-67/68\r\n\r\n', payload, '\r\n--b--'),
        partial,
      ),
  },
  {
    says: '206 in gzip',
    bytes: (payload) =>
      withLength('Content-Range: bytes 0-67/68\r\nContent-Encoding: gzip\r\n', gzipSync(payload), partial),
  },
  {
    says: '416 with a body',
    isValid: true,
    bytes: (payload) => withLength('Content-Range: bytes */68\r\n', payload, 'HTTP/1.1 416 Range Not Satisfiable'),
  },
]

export const partResponses = [...singles, ...several, ...codedParts, ...unasked]
