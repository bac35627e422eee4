/** One coding, in every spelling of the field that says so. */
import { gzipSync } from 'node:zlib'
import { inChunks, join, type OddResponse, withLength } from './response.js'

/** Values of Content-Encoding for a body in gzip. */
const values = [
  'GZIP',
  'gZiP',
  'X-GZIP',
  'gzip,',
  ',gzip',
  ', , gzip',
  'gzip ,',
  'gzip\t',
  '\tgzip',
  'gzip;q=1',
  'gzip ; q=0',
  'gzip;level=9;x="a,b"',
  '"gzip"',
  "'gzip'",
  'gzip, identity',
  'identity, gzip',
  'identity,gzip,identity',
  'none, gzip',
  'gzip, none',
  'utf-8, gzip',
  'gzip, utf-8',
  'gzip identity',
  'gzip\tnone',
  'binary gzip',
  `gzip${','.repeat(500)}`,
  `${', '.repeat(300)}gzip`,
  'gzip, unknown',
  'unknown gzip',
  'gz',
  'gzip/1',
  'gzip=1',
  '*',
  '*, gzip',
  'gzip-x',
  'xgzip',
  'gzip\xa0',
  '\xa0gzip',
  'gzip\xff',
  'deflate, gzip',
  'gzip gzip',
  'gzip;',
  ';gzip',
  'gzip:',
  ':gzip',
  '(gzip)',
  'gzip (fast)',
  'chunked',
  'gzip, chunked',
  'application/gzip',
  'g\tzip',
  'g zip',
  'compress, gzip',
  'br;q=0, gzip;q=1',
] as const

/** Lines that some reader takes for `Content-Encoding: gzip`, or for its end. */
const lines = [
  'content-encoding: gzip',
  'CONTENT-ENCODING: gzip',
  'Content-Encoding:gzip',
  'Content-Encoding:\t gzip \t',
  'Content-Encoding : gzip',
  'Content-Encoding\t: gzip',
  ' Content-Encoding: gzip',
  '\tContent-Encoding: gzip',
  'Content-Encoding:\r\n gzip',
  'Content-Encoding:\r\n\tgzip',
  'Content-Encoding: gz\r\n ip',
  'X: 1\r\n Content-Encoding: gzip',
  'X: 1\nContent-Encoding: gzip',
  'X: 1\rContent-Encoding: gzip',
  'X: 1\n\rContent-Encoding: gzip',
  'X: 1\x00\r\nContent-Encoding: gzip',
  'Content-Encoding: gzip\x00',
  'Content-Encoding: \x00gzip',
  'Content-Encoding\x00: gzip',
  'Content-Encoding: gzip\r',
  'Content-Encoding: gzip\x0b',
  'Content-Encoding: \x0cgzip',
  'Content-Encoding: gzip\x7f',
  '\xefContent-Encoding: gzip',
  '\xef\xbb\xbfContent-Encoding: gzip',
  'Content\xadEncoding: gzip',
  'Content-Encoding gzip',
  'Content-Encoding;: gzip',
  'Content-Encoding=gzip',
  ': Content-Encoding: gzip',
  ':\r\nContent-Encoding: gzip',
  'X\r\nContent-Encoding: gzip',
  'Content-Encoding: identity\r\nContent-Encoding: gzip',
  'Content-Encoding: gzip\r\nContent-Encoding: identity',
  'Content-Encoding: gzip\r\nContent-Encoding: gzip',
  'Content-Encoding: gzip\r\nContent-Encoding:',
  'Content-Encoding:\r\nContent-Encoding: gzip',
  'Content-Encoding: gzip\r\nContent-Encoding: br',
  'Content-Encoding: br\r\nContent-Encoding: gzip',
  'Connection: Content-Encoding\r\nContent-Encoding: gzip',
  'Connection: close, content-encoding\r\nContent-Encoding: gzip',
  `${'X-Fill: 1\r\n'.repeat(150)}Content-Encoding: gzip`,
  `X-Fill: ${'x'.repeat(4000)}\r\nContent-Encoding: gzip`,
] as const

/** Servers do write these, and mean `Content-Encoding: gzip` by them. */
const meant: ReadonlySet<string> = new Set([
  'GZIP',
  'gZiP',
  'X-GZIP',
  'gzip,',
  'gzip, identity',
  'identity, gzip',
  'gzip;q=1',
  'utf-8, gzip',
  'content-encoding: gzip',
  'CONTENT-ENCODING: gzip',
  'Content-Encoding:gzip',
  'Content-Encoding: identity\r\nContent-Encoding: gzip',
])

const spelled: readonly OddResponse[] = [
  ...values.map((value): [string, string] => [value, `Content-Encoding: ${value}`]),
  ...lines.map((line): [string, string] => [line, line]),
].map(([says, line]) => ({
  says: `gzip by ${JSON.stringify(says.slice(0, 60))} of ${says.length}`,
  ...(meant.has(says) && { isValid: true as const }),
  bytes: (payload: Buffer) => withLength(`${line}\r\n`, gzipSync(payload)),
}))

/** Words that mean that nothing was done. */
const nothingDone: readonly OddResponse[] = [
  'identity',
  'none',
  'utf-8',
  'UTF8',
  'binary',
  '8bit',
  'ISO-8859-1',
  '',
].map((value) => ({
  says: `nothing done by ${JSON.stringify(value)}`,
  isValid: true as const,
  bytes: (payload: Buffer) => withLength(`Content-Encoding: ${value}\r\n`, payload),
}))

/** Said where no reader looks: what comes is a file in gzip. */
const elsewhere: readonly OddResponse[] = [
  {
    says: 'gzip said in a trailer',
    isFile: true,
    bytes: (payload) => inChunks('', gzipSync(payload), 50, '', 'Content-Encoding: gzip\r\n'),
  },
  {
    says: 'gzip said in a trailer that is announced',
    isFile: true,
    bytes: (payload) =>
      inChunks('Trailer: Content-Encoding\r\n', gzipSync(payload), 50, '', 'Content-Encoding: gzip\r\n'),
  },
  {
    says: 'gzip said in an interim response',
    isFile: true,
    bytes: (payload) =>
      join('HTTP/1.1 103 Early Hints\r\nContent-Encoding: gzip\r\n\r\n', withLength('', gzipSync(payload))),
  },
  ...[
    'Content_Encoding',
    'X-Content-Encoding',
    'Content-Encodings',
    'ContentEncoding',
    'Encoding',
    'Content-Transfer-Encoding',
  ].map(
    (name): OddResponse => ({
      says: `gzip said in ${name}`,
      isFile: true,
      bytes: (payload) => withLength(`${name}: gzip\r\n`, gzipSync(payload)),
    }),
  ),
]

export const spellingResponses = [...spelled, ...nothingDone, ...elsewhere]
