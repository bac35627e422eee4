/** Status lines, fields that say how a body is read, and messages where none should be. */
import { gzipSync } from 'node:zlib'
import { join, type OddResponse, withLength } from './response.js'

/** Status lines before a body with a length. */
const statusLines: readonly [string, 'valid'?][] = [
  ['HTTP/1.1 200', 'valid'],
  ['HTTP/1.1 200 ', 'valid'],
  ['HTTP/1.1 200 d\xe9j\xe0 vu', 'valid'],
  ['HTTP/1.1 404 Not Found', 'valid'],
  ['HTTP/1.1 302 Found\r\nLocation: /b', 'valid'],
  ['HTTP/1.1 500 Broken', 'valid'],
  ['HTTP/1.1 999 Odd', 'valid'],
  ['HTTP/1.0 200 OK', 'valid'],
  ['HTTP/1.1  200 OK'],
  ['HTTP/1.1\t200 OK'],
  ['HTTP/1.1 200OK'],
  ['HTTP/1.1 0200 OK'],
  ['HTTP/1.1 20 OK'],
  ['HTTP/1.1 2000 OK'],
  ['HTTP/1.1 +200 OK'],
  ['HTTP/1.1 099 OK'],
  ['HTTP/1.1 OK'],
  ['HTTP/1.1'],
  ['HTTP/1.2 200 OK'],
  ['HTTP/2 200 OK'],
  ['HTTP/2.0 200 OK'],
  ['HTTP/0.9 200 OK'],
  ['HTTP/01.1 200 OK'],
  ['HTTP/1.10 200 OK'],
  ['HTTP/1,1 200 OK'],
  ['http/1.1 200 OK'],
  ['HTTP 200 OK'],
  ['ICY 200 OK'],
  ['HTTPS/1.1 200 OK'],
  [' HTTP/1.1 200 OK'],
  ['\tHTTP/1.1 200 OK'],
  ['\r\nHTTP/1.1 200 OK'],
  ['\nHTTP/1.1 200 OK'],
  ['\xef\xbb\xbfHTTP/1.1 200 OK'],
  ['\0HTTP/1.1 200 OK'],
  ['HTTP/1.1 200 OK\x00'],
  ['HTTP/1.1 200 O\rK'],
  ['HTTP/1.1 200 OK\r'],
  ['HTTP/1.1 200 OK\nX: 1'],
  ['HTTP/1.1 200 OK\r\n X: 1'],
  ['HTTP/1.1 100 Continue'],
  ['HTTP/1.1 101 Switching Protocols'],
  ['HTTP/1.1 199 Odd'],
  ['HTTP/1.1 204 No Content'],
  ['HTTP/1.1 205 Reset Content'],
  ['HTTP/1.1 304 Not Modified'],
  ['HTTP/1.1 226 IM Used\r\nIM: gzip'],
  ['HTTP/1.1 200 OK\r\nIM: vcdiff'],
]

const started: readonly OddResponse[] = statusLines.flatMap(([line, valid]) => [
  {
    says: `${JSON.stringify(line)} before plain bytes`,
    ...(valid !== undefined && { isValid: true as const }),
    bytes: (payload: Buffer) => withLength('', payload, line),
  },
  {
    says: `${JSON.stringify(line)} before gzip`,
    // Where there is no head, nothing says that it is gzip, unless a reader finds the head in the body.
    ...(valid !== undefined && { isValid: true as const }),
    ...(isNoHead(line) && { isFile: true as const }),
    bytes: (payload: Buffer) => withLength('Content-Encoding: gzip\r\n', gzipSync(payload), line),
  },
])

function isNoHead(line: string): boolean {
  return !line.startsWith('HTTP/')
}

/** Whole messages around a body in gzip. */
const messages: readonly [string, (body: Buffer) => Buffer, 'valid'?][] = [
  [
    'lines ended by LF',
    (body) => join(`HTTP/1.1 200 OK\nContent-Encoding: gzip\nContent-Length: ${body.length}\n\n`, body),
  ],
  [
    'lines ended by CR',
    (body) => join(`HTTP/1.1 200 OK\rContent-Encoding: gzip\rContent-Length: ${body.length}\r\r`, body),
  ],
  ['a head ended by LF LF', (body) => join('HTTP/1.1 200 OK\r\nContent-Encoding: gzip\n\n', body)],
  ['a head ended by CR LF LF', (body) => join('HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\n', body)],
  ['a head ended by LF CR LF', (body) => join('HTTP/1.1 200 OK\r\nContent-Encoding: gzip\n\r\n', body)],
  ['a head ended by CR CR LF', (body) => join('HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\r\n', body)],
  ['a head without an end', (body) => join('HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n', body)],
  ['a head of 20 KB', (body) => withLength(`Content-Encoding: gzip\r\nX: ${'x'.repeat(20_000)}\r\n`, body)],
  [
    '40 interim responses',
    (body) => join('HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(40), withLength('Content-Encoding: gzip\r\n', body)),
  ],
  [
    '5 interim responses',
    (body) => join('HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(5), withLength('Content-Encoding: gzip\r\n', body)),
    'valid',
  ],
  [
    'an interim response with a body',
    (body) =>
      join(
        withLength('', Buffer.from('abc'), 'HTTP/1.1 103 Early Hints'),
        withLength('Content-Encoding: gzip\r\n', body),
      ),
  ],
  [
    'an interim response in chunks',
    (body) =>
      join(
        'HTTP/1.1 103 Early Hints\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
        withLength('Content-Encoding: gzip\r\n', body),
      ),
  ],
  [
    'another response before it',
    (body) => join(withLength('', Buffer.from('abc')), withLength('Content-Encoding: gzip\r\n', body)),
  ],
  [
    'an empty response before it',
    (body) => join(withLength('', Buffer.alloc(0)), withLength('Content-Encoding: gzip\r\n', body)),
  ],
  ['204 before it', (body) => join('HTTP/1.1 204 No Content\r\n\r\n', withLength('Content-Encoding: gzip\r\n', body))],
  [
    '304 before it',
    (body) =>
      join(
        'HTTP/1.1 304 Not Modified\r\nContent-Encoding: gzip\r\n\r\n',
        withLength('Content-Encoding: gzip\r\n', body),
      ),
  ],
  ['a status line as a field', (body) => withLength('Content-Encoding: gzip\r\nHTTP/1.1 200 OK\r\n', body)],
  ['200 fields', (body) => withLength(`${'X: 1\r\n'.repeat(200)}Content-Encoding: gzip\r\n`, body), 'valid'],
]

const wholes: readonly OddResponse[] = messages.map(([what, message, valid]) => ({
  says: `gzip in a message with ${what}`,
  ...(valid !== undefined && { isValid: true as const }),
  bytes: (payload: Buffer) => message(gzipSync(payload)),
}))

/** No head at all: what comes is the body. */
const heads: readonly OddResponse[] = [
  { says: 'no head, and plain bytes', isValid: true, bytes: (payload) => payload },
  { says: 'no head, and gzip', isFile: true, bytes: (payload) => gzipSync(payload) },
]

/** Fields that are there twice, or say two things. */
const doubled: readonly [string, 'valid'?][] = [
  ['Content-Type: text/plain\r\nContent-Type: text/html\r\n', 'valid'],
  ['Content-Type: text/plain\r\nContent-Type: text/plain\r\n', 'valid'],
  ['Content-Type: text/plain, text/html\r\n', 'valid'],
  ['Content-Type:\r\n', 'valid'],
  ['Content-Type: multipart/form-data\r\n', 'valid'],
  ['Content-Disposition: attachment; filename=a.txt\r\nContent-Disposition: attachment; filename=a.txt\r\n', 'valid'],
  ['Content-Disposition: attachment; filename=a.txt; filename=a.exe\r\n', 'valid'],
  ['Content-Disposition: attachment; filename=a.txt\r\nContent-Disposition: attachment; filename=a.exe\r\n'],
  ['Location: /a\r\nLocation: /b\r\n'],
  ['Content-Range: bytes 0-1/9\r\nContent-Range: bytes 0-2/9\r\n'],
  ['Set-Cookie: a=b\r\nSet-Cookie: c=d\r\n', 'valid'],
]

const fields: readonly OddResponse[] = doubled.map(([lines, valid]) => ({
  says: `fields ${JSON.stringify(lines)}`,
  ...(valid !== undefined && { isValid: true as const }),
  bytes: (payload: Buffer) => withLength(`${lines}Content-Encoding: gzip\r\n`, gzipSync(payload)),
}))

export const headResponses = [...started, ...wholes, ...heads, ...fields]
