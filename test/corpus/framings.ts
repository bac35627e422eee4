/** Lengths, transfer codings and chunks that two readers read differently (RFC 9112, 6 and 7). */
import { deflateSync, gzipSync } from 'node:zlib'
import { join, type OddResponse } from './response.js'

const HEAD = 'HTTP/1.1 200 OK\r\n'

/** Values of Content-Length, `N` standing for the right number, `H` for it in hexadecimal. */
const lengths = [
  '0N',
  '000000N',
  '+N',
  '-N',
  ' N ',
  'N\t',
  '\tN',
  '0xH',
  'H',
  'N, N',
  'N,N',
  'N, 3',
  '3, N',
  'N;',
  'N;a',
  'N a',
  '"N"',
  'N.0',
  'N.',
  'Ne0',
  '1_N',
  '\xa0N',
  'N\x00',
  '',
  ' ',
  '0',
  '-1',
  '3',
  '999',
  '18446744073709551684',
  '99999999999999999999',
  '4294967364',
  'NaN',
  'N\x0b',
  'N,',
  ',N',
  'N N',
] as const

const lengthResponses: readonly OddResponse[] = [
  ...lengths.map((value) => ({
    says: `a length of ${JSON.stringify(value)}`,
    ...(['0N', '000000N', ' N '].includes(value) && { isValid: true as const }),
    bytes: (payload: Buffer) => {
      const said = value.replaceAll('N', `${payload.length}`).replaceAll('H', payload.length.toString(16))
      return join(`${HEAD}Content-Length: ${said}\r\n\r\n`, payload)
    },
  })),
  ...(
    [
      ['twice the same', 'Content-Length: N\r\nContent-Length: N\r\n'],
      ['twice, the second shorter', 'Content-Length: N\r\nContent-Length: 3\r\n'],
      ['twice, the first shorter', 'Content-Length: 3\r\nContent-Length: N\r\n'],
      ['with a space before the colon', 'Content-Length : N\r\n'],
      ['folded', 'Content-Length:\r\n N\r\n'],
      ['behind a folded line', 'X: 1\r\n y\r\nContent-Length: N\r\n'],
      ['named content_length', 'Content_Length: N\r\n'],
      ['beside chunked', 'Content-Length: N\r\nTransfer-Encoding: chunked\r\n'],
      ['behind chunked', 'Transfer-Encoding: chunked\r\nContent-Length: N\r\n'],
      ['beside identity', 'Transfer-Encoding: identity\r\nContent-Length: N\r\n'],
      ['beside an empty coding', 'Transfer-Encoding:\r\nContent-Length: N\r\n'],
      ['named by Connection', 'Connection: Content-Length\r\nContent-Length: N\r\n'],
    ] as const
  ).map(([what, fields]) => ({
    says: `a length ${what}`,
    bytes: (payload: Buffer) => join(HEAD, fields.replaceAll('N', `${payload.length}`), '\r\n', payload),
  })),
]

/** Values of Transfer-Encoding for a body in chunks. */
const transferCodings = [
  'Chunked',
  'CHUNKED',
  ' chunked ',
  'chunked\t',
  '\tchunked',
  'chunked, chunked',
  'chunked, identity',
  'identity, chunked',
  'xchunked',
  'chunked;q=1',
  'chunked; a=b',
  '"chunked"',
  'chunked,',
  ',chunked',
  'chunked gzip',
  '\xa0chunked',
  'chunked\x00',
  'chunke',
  'chunkedd',
  'trailers, chunked',
  'identity',
  '',
  'chunked\x0b',
] as const

function chunk(data: Buffer, size = data.length.toString(16)): Buffer {
  return join(`${size}\r\n`, data, '\r\n')
}

const transferResponses: readonly OddResponse[] = [
  ...transferCodings.map((value) => ({
    says: `a transfer coding of ${JSON.stringify(value)}`,
    ...(['Chunked', 'CHUNKED', ' chunked '].includes(value) && { isValid: true as const }),
    bytes: (payload: Buffer) => join(`${HEAD}Transfer-Encoding: ${value}\r\n\r\n`, chunk(payload), '0\r\n\r\n'),
  })),
  ...(
    [
      ['gzip, chunked', (payload) => join(chunk(gzipSync(payload)), '0\r\n\r\n')],
      ['deflate, chunked', (payload) => join(chunk(deflateSync(payload)), '0\r\n\r\n')],
      ['chunked, gzip', (payload) => gzipSync(join(chunk(payload), '0\r\n\r\n'))],
      ['gzip', (payload) => gzipSync(payload)],
      ['deflate', (payload) => deflateSync(payload)],
      ['gzip, identity', (payload) => gzipSync(payload)],
      ['chunked\r\nTransfer-Encoding: chunked', (payload) => join(chunk(payload), '0\r\n\r\n')],
      ['gzip\r\nTransfer-Encoding: chunked', (payload) => join(chunk(gzipSync(payload)), '0\r\n\r\n')],
      ['chunked\r\nTransfer-Encoding: identity', (payload) => join(chunk(payload), '0\r\n\r\n')],
      ['\r\n chunked', (payload) => join(chunk(payload), '0\r\n\r\n')],
      ['chunked\r\nConnection: Transfer-Encoding', (payload) => join(chunk(payload), '0\r\n\r\n'), 'valid'],
    ] as readonly [string, (payload: Buffer) => Buffer, 'valid'?][]
  ).map(([value, body, valid]) => ({
    says: `transfer codings ${JSON.stringify(value)}`,
    ...(valid !== undefined && { isValid: true as const }),
    bytes: (payload: Buffer) => join(`${HEAD}Transfer-Encoding: ${value}\r\n\r\n`, body(payload)),
  })),
  {
    says: 'chunks from HTTP/1.0',
    bytes: (payload) => join('HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n', chunk(payload), '0\r\n\r\n'),
  },
]

/** Chunked bodies, `H` standing for the size of the payload, `P` for the payload. */
const chunked: readonly [string, string, 'valid'?][] = [
  ['size with a leading zero', '0H\r\nP\r\n0\r\n\r\n', 'valid'],
  ['size with many zeros', '0000000000000000000H\r\nP\r\n0\r\n\r\n'],
  ['size with 0x', '0xH\r\nP\r\n0\r\n\r\n'],
  ['size with a sign', '+H\r\nP\r\n0\r\n\r\n'],
  ['size below zero', '-H\r\nP\r\n0\r\n\r\n'],
  ['size that wraps', '100000000000000H\r\nP\r\n0\r\n\r\n'],
  ['size that wraps at 32 bits', '1000000H\r\nP\r\n0\r\n\r\n'],
  ['size with a space behind it', 'H \r\nP\r\n0\r\n\r\n'],
  ['size with a tab behind it', 'H\t\r\nP\r\n0\r\n\r\n'],
  ['size with a space before it', ' H\r\nP\r\n0\r\n\r\n'],
  ['size with an underscore', '0_H\r\nP\r\n0\r\n\r\n'],
  ['size with NUL', 'H\x00\r\nP\r\n0\r\n\r\n'],
  ['size with letters behind it', 'Hz\r\nP\r\n0\r\n\r\n'],
  ['size in quotes', '"H"\r\nP\r\n0\r\n\r\n'],
  ['no size', '\r\nP\r\n0\r\n\r\n'],
  ['size of zero before data', '0\r\n\r\nH\r\nP\r\n0\r\n\r\n'],
  ['size that is too small', '5\r\nP\r\n0\r\n\r\n'],
  ['size that is too large', 'fff\r\nP\r\n0\r\n\r\n'],
  ['size line ended by LF', 'H\nP\r\n0\r\n\r\n'],
  ['size line ended by CR', 'H\rP\r\n0\r\n\r\n'],
  ['size line ended by CR CR LF', 'H\r\r\nP\r\n0\r\n\r\n'],
  ['data ended by LF', 'H\r\nP\n0\r\n\r\n'],
  ['data ended by CR', 'H\r\nP\r0\r\n\r\n'],
  ['data ended by nothing', 'H\r\nP0\r\n\r\n'],
  ['data ended by two bytes that are no line end', 'H\r\nPXX0\r\n\r\n'],
  ['all lines ended by LF', 'H\nP\n0\n\n'],
  ['no last chunk', 'H\r\nP\r\n'],
  ['no end of the last chunk', 'H\r\nP\r\n0\r\n'],
  ['nothing behind the data', 'H\r\nP'],
  ['a last chunk of many zeros', 'H\r\nP\r\n00000\r\n\r\n', 'valid'],
  ['a last chunk of too many zeros', 'H\r\nP\r\n000000000000000000\r\n\r\n'],
  ['a last chunk with an extension', 'H\r\nP\r\n0;last\r\n\r\n', 'valid'],
  ['an extension', 'H;a=b\r\nP\r\n0\r\n\r\n', 'valid'],
  ['a quoted extension', 'H;a="b\\"c"\r\nP\r\n0\r\n\r\n', 'valid'],
  ['an extension without a name', 'H;\r\nP\r\n0\r\n\r\n'],
  ['an extension with spaces', 'H ; a = b\r\nP\r\n0\r\n\r\n'],
  ['an extension with LF in it', 'H;a\nb\r\nP\r\n0\r\n\r\n'],
  ['an extension with CR in it', 'H;a\rb\r\nP\r\n0\r\n\r\n'],
  ['an extension with a line end in quotes', 'H;a="\r\n"\r\nP\r\n0\r\n\r\n'],
  ['an extension that does not end', `H;${'a'.repeat(20_000)}\r\nP\r\n0\r\n\r\n`],
  ['a trailer', 'H\r\nP\r\n0\r\nX-Sum: 1\r\n\r\n', 'valid'],
  ['a trailer that is a length', 'H\r\nP\r\n0\r\nContent-Length: 3\r\n\r\n', 'valid'],
  ['a trailer that is a type', 'H\r\nP\r\n0\r\nContent-Type: text/html\r\n\r\n', 'valid'],
  ['a trailer that is no field', 'H\r\nP\r\n0\r\nnonsense\r\n\r\n'],
  ['a trailer that is folded', 'H\r\nP\r\n0\r\nX: 1\r\n 2\r\n\r\n'],
  ['a trailer that does not end', 'H\r\nP\r\n0\r\nX: 1\r\n'],
  ['a trailer of 20 KB', `H\r\nP\r\n0\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`],
  ['a second body behind it', '3\r\nabc\r\n0\r\n\r\nH\r\nP\r\n0\r\n\r\n'],
  ['a second response behind it', '3\r\nabc\r\n0\r\n\r\nHTTP/1.1 200 OK\r\n\r\nP'],
]

const chunkedResponses: readonly OddResponse[] = chunked.map(([what, form, valid]) => ({
  says: `chunks with ${what}`,
  ...(valid !== undefined && { isValid: true as const }),
  bytes: (payload: Buffer) => {
    const text = form.replace('P', '\0P').replace('H', payload.length.toString(16))
    return join(`${HEAD}Transfer-Encoding: chunked\r\n\r\n`, text.replace('\0P', payload.toString('latin1')))
  },
}))

export const framingResponses = [...lengthResponses, ...transferResponses, ...chunkedResponses]
