/** Content codings: whole, stacked, mislabelled, and labelled in every spelling. */
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { codingLine, type Encode, inChunks, join, type OddResponse, plain, untilClose, withLength } from './response.js'

/** What bytes really are, with the name that says so. */
export const formats: readonly { readonly name: string; readonly coding: string; readonly encode: Encode }[] = [
  { name: 'plain', coding: '', encode: plain },
  { name: 'gzip', coding: 'gzip', encode: (payload) => gzipSync(payload) },
  { name: 'zlib', coding: 'deflate', encode: (payload) => deflateSync(payload) },
  { name: 'raw deflate', coding: 'deflate', encode: (payload) => deflateRawSync(payload) },
  { name: 'br', coding: 'br', encode: (payload) => brotliCompressSync(payload) },
  { name: 'zstd', coding: 'zstd', encode: (payload) => zstdCompressSync(payload) },
]
export const coded = formats.filter(({ coding }) => coding !== '')

const framings: readonly { readonly name: string; readonly frame: (fields: string, body: Buffer) => Buffer }[] = [
  { name: 'with a length', frame: withLength },
  { name: 'in chunks', frame: inChunks },
  { name: 'in chunks of one byte', frame: (fields, body) => inChunks(fields, body, 1) },
  { name: 'in chunks with extensions', frame: (fields, body) => inChunks(fields, body, 7, ';a;b=c;d="e;f"') },
  { name: 'in chunks with trailers', frame: (fields, body) => inChunks(fields, body, 20, '', 'X-Sum: 1\r\n') },
  { name: 'until the connection ends', frame: untilClose },
  { name: 'of HTTP/1.0', frame: (fields, body) => untilClose(fields, body, '1.0') },
  {
    name: 'after 103',
    frame: (fields, body) => join('HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n', withLength(fields, body)),
  },
]

const whole: readonly OddResponse[] = formats.flatMap(({ name, coding, encode }) =>
  framings.map(({ name: framing, frame }) => ({
    says: `${name} ${framing}`,
    isValid: true as const,
    bytes: (payload: Buffer) => frame(codingLine(coding), encode(payload)),
  })),
)

const stacked: readonly OddResponse[] = coded.flatMap((inner) =>
  coded.flatMap((outer): readonly OddResponse[] => {
    const encode = (payload: Buffer) => outer.encode(inner.encode(payload))
    const said = `${inner.name} in ${outer.name}`
    return [
      {
        says: `${said}, as a list`,
        isValid: true,
        bytes: (payload) => withLength(codingLine(`${inner.coding}, ${outer.coding}`), encode(payload)),
      },
      {
        says: `${said}, in two fields`,
        isValid: true,
        bytes: (payload) => withLength(codingLine(inner.coding) + codingLine(outer.coding), encode(payload)),
      },
      {
        says: `${said}, the wrong way round`,
        bytes: (payload) => withLength(codingLine(`${outer.coding}, ${inner.coding}`), encode(payload)),
      },
      {
        says: `${said}, the outer one alone said`,
        bytes: (payload) => withLength(codingLine(outer.coding), encode(payload)),
        // What is inside is a file by then.
        isFile: true,
      },
    ]
  }),
)

const [, gzip, zlib, , br, zstd] = formats.map(({ encode }) => encode) as [
  Encode,
  Encode,
  Encode,
  Encode,
  Encode,
  Encode,
]

const deep: readonly OddResponse[] = [
  {
    says: 'four codings',
    isValid: true,
    bytes: (payload) => withLength(codingLine('gzip, deflate, br, zstd'), zstd(br(zlib(gzip(payload))))),
  },
  {
    says: 'five codings',
    bytes: (payload) => withLength(codingLine('gzip, gzip, gzip, gzip, gzip'), gzip(gzip(gzip(gzip(gzip(payload)))))),
  },
  { says: 'gzip said twice, done once', bytes: (payload) => withLength(codingLine('gzip, gzip'), gzip(payload)) },
  { says: 'br said twice, done once', bytes: (payload) => withLength(codingLine('br, br'), br(payload)) },
  { says: 'gzip and zip', bytes: (payload) => withLength(codingLine('gzip, zip'), gzip(payload)) },
  { says: 'zip and gzip', bytes: (payload) => withLength(codingLine('zip, gzip'), gzip(payload)) },
  {
    says: 'gzip said, deflate and gzip done',
    bytes: (payload) => withLength(codingLine('gzip, deflate, gzip'), gzip(zlib(payload))),
  },
]

const labels = ['gzip', 'x-gzip', 'deflate', 'br', 'zstd', 'compress', 'x-compress', 'dcb', 'sdch', 'zip', 'base64']

const mislabelled: readonly OddResponse[] = labels.flatMap((label) =>
  formats
    .filter(({ coding }) => coding !== label && `x-${coding}` !== label)
    .map(({ name, encode }) => ({
      says: `${name} labelled ${label}`,
      bytes: (payload: Buffer) => withLength(codingLine(label), encode(payload)),
    })),
)

const unlabelled: readonly OddResponse[] = coded.map(({ name, encode }) => ({
  says: `${name} that nothing is said of`,
  isFile: true,
  bytes: (payload: Buffer) => withLength('Content-Type: application/octet-stream\r\n', encode(payload)),
}))

export const codingResponses = [...whole, ...stacked, ...deep, ...mislabelled, ...unlabelled]
