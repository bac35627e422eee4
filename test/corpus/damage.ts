/** Coded bodies that end too early, go on behind their end, or are put together in ways that readers read differently. */
import {
  brotliCompressSync,
  constants,
  crc32,
  deflateRawSync,
  deflateSync,
  gzipSync,
  zstdCompressSync,
} from 'node:zlib'
import { coded } from './codings.js'
import { codingLine, join, type OddResponse, withLength } from './response.js'

const harmless = Buffer.from('Nothing to see here, in a few words.')

const damages: readonly { readonly what: string; readonly damage: (encoded: Buffer) => Buffer }[] = [
  ...[1, 2, 4, 8].map((bytes) => ({
    what: `without its last ${bytes}`,
    damage: (encoded: Buffer) => encoded.subarray(0, -bytes),
  })),
  { what: 'with text behind it', damage: (encoded) => join(encoded, 'more text') },
  { what: 'with zeros behind it', damage: (encoded) => join(encoded, Buffer.alloc(32)) },
  { what: 'with a line end behind it', damage: (encoded) => join(encoded, '\r\n') },
  { what: 'with a line end before it', damage: (encoded) => join('\r\n', encoded) },
  { what: 'with a byte order mark before it', damage: (encoded) => join('\xef\xbb\xbf', encoded) },
  { what: 'with its last byte changed', damage: (encoded) => changed(encoded, -1) },
  { what: 'with its eighth byte from the end changed', damage: (encoded) => changed(encoded, -8) },
  { what: 'twice', damage: (encoded) => join(encoded, encoded) },
]

/** Without it the payload cannot be reached by anyone, whatever the label says. */
const damaged: readonly OddResponse[] = coded.flatMap(({ name, coding, encode }) =>
  damages.map(({ what, damage }) => ({
    says: `${name} ${what}`,
    bytes: (payload: Buffer) => withLength(codingLine(coding), damage(encode(join(payload, ' ', harmless, harmless)))),
  })),
)

function changed(encoded: Buffer, at: number): Buffer {
  const copy = Buffer.from(encoded)
  const index = copy.length + at
  copy[index] = (copy[index] ?? 0) ^ 0xff
  return copy
}

/** A member of gzip with the header that is wanted. */
function member(payload: Buffer, header: { flags?: number; method?: number; fields?: string | Buffer } = {}): Buffer {
  const { flags = 0, method = 8, fields = '' } = header
  const tail = Buffer.alloc(8)
  tail.writeUInt32LE(crc32(payload), 0)
  tail.writeUInt32LE(payload.length, 4)
  return join(Buffer.from([0x1f, 0x8b, method, flags, 0, 0, 0, 0, 2, 3]), fields, deflateRawSync(payload), tail)
}

const half = (payload: Buffer) => payload.length >> 1

/** Bodies of gzip. */
const members: readonly [string, (payload: Buffer) => Buffer, 'valid'?][] = [
  ['a file name', (payload) => member(payload, { flags: 8, fields: 'name.txt\0' }), 'valid'],
  ['a long file name', (payload) => member(payload, { flags: 8, fields: `${'n'.repeat(70_000)}\0` }), 'valid'],
  ['a comment', (payload) => member(payload, { flags: 16, fields: 'why\0' }), 'valid'],
  ['an extra field', (payload) => member(payload, { flags: 4, fields: '\x04\0AB\0\0' }), 'valid'],
  ['a wrong header checksum', (payload) => member(payload, { flags: 2, fields: 'xx' })],
  ['a reserved flag', (payload) => member(payload, { flags: 0x20 })],
  ['all reserved flags', (payload) => member(payload, { flags: 0xe0 })],
  ['another method', (payload) => member(payload, { method: 7 })],
  ['text flag', (payload) => member(payload, { flags: 1 }), 'valid'],
  ['an empty member before it', (payload) => join(gzipSync(''), gzipSync(payload)), 'valid'],
  ['an empty member behind it', (payload) => join(gzipSync(payload), gzipSync('')), 'valid'],
  ['a harmless member before it', (payload) => join(gzipSync(harmless), gzipSync(payload)), 'valid'],
  ['a harmless member behind it', (payload) => join(gzipSync(payload), gzipSync(harmless)), 'valid'],
  [
    'two halves in two members',
    (payload) => join(gzipSync(payload.subarray(0, half(payload))), gzipSync(payload.subarray(half(payload)))),
    'valid',
  ],
  ['a member with a wrong checksum before it', (payload) => join(changed(gzipSync(harmless), -8), gzipSync(payload))],
  ['zeros between its members', (payload) => join(gzipSync(harmless), Buffer.alloc(16), gzipSync(payload))],
  ['no trailer', (payload) => gzipSync(payload).subarray(0, -8)],
  ['stored blocks', (payload) => gzipSync(payload, { level: 0 }), 'valid'],
  ['a block for each byte', (payload) => join(...[...payload].map((byte) => gzipSync(Buffer.from([byte])))), 'valid'],
]

const others: readonly [string, string, (payload: Buffer) => Buffer, 'valid'?][] = [
  ['zlib with the smallest window', 'deflate', (payload) => deflateSync(payload, { windowBits: 9 }), 'valid'],
  ['zlib with stored blocks', 'deflate', (payload) => deflateSync(payload, { level: 0 }), 'valid'],
  [
    'zlib that asks for a dictionary',
    'deflate',
    (payload) => deflateSync(payload, { dictionary: payload.subarray(0, 9) }),
  ],
  ['zlib without its checksum', 'deflate', (payload) => deflateSync(payload).subarray(0, -4)],
  ['raw deflate with stored blocks', 'deflate', (payload) => deflateRawSync(payload, { level: 0 }), 'valid'],
  [
    'raw deflate without an end',
    'deflate',
    (payload) => deflateRawSync(payload, { finishFlush: constants.Z_SYNC_FLUSH }),
  ],
  ['zlib in zlib, once said', 'deflate', (payload) => join(deflateSync(payload), deflateSync(harmless))],
  ['raw deflate behind two bytes', 'deflate', (payload) => join('\x78\x9d', deflateRawSync(payload))],
  ['gzip as deflate with zlib behind', 'deflate', (payload) => join(gzipSync(payload), deflateSync(harmless))],
  ...[10, 16, 24].map((window): [string, string, (payload: Buffer) => Buffer, 'valid'] => [
    `br with a window of 2^${window}`,
    'br',
    (payload) => brotliCompressSync(payload, { params: { [constants.BROTLI_PARAM_LGWIN]: window } }),
    'valid',
  ]),
  [
    'br of the lowest quality',
    'br',
    (payload) => brotliCompressSync(payload, { params: { [constants.BROTLI_PARAM_QUALITY]: 0 } }),
    'valid',
  ],
  [
    'br with a large window',
    'br',
    (payload) =>
      brotliCompressSync(payload, {
        params: { [constants.BROTLI_PARAM_LARGE_WINDOW]: 1, [constants.BROTLI_PARAM_LGWIN]: 28 },
      }),
  ],
  ['br before gzip', 'br', (payload) => join(brotliCompressSync(harmless), gzipSync(payload))],
  [
    'zstd with a checksum',
    'zstd',
    (payload) => zstdCompressSync(payload, { params: { [constants.ZSTD_c_checksumFlag]: 1 } }),
    'valid',
  ],
  [
    'zstd without its size',
    'zstd',
    (payload) => zstdCompressSync(payload, { params: { [constants.ZSTD_c_contentSizeFlag]: 0 } }),
    'valid',
  ],
  [
    'zstd of the highest level',
    'zstd',
    (payload) => zstdCompressSync(payload, { params: { [constants.ZSTD_c_compressionLevel]: 19 } }),
    'valid',
  ],
  ['zstd behind a skippable frame', 'zstd', (payload) => join(skippable, zstdCompressSync(payload)), 'valid'],
  ['zstd before a skippable frame', 'zstd', (payload) => join(zstdCompressSync(payload), skippable), 'valid'],
  [
    'zstd behind another frame',
    'zstd',
    (payload) => join(zstdCompressSync(harmless), zstdCompressSync(payload)),
    'valid',
  ],
  [
    'zstd before another frame',
    'zstd',
    (payload) => join(zstdCompressSync(payload), zstdCompressSync(harmless)),
    'valid',
  ],
  [
    'zstd in two halves',
    'zstd',
    (payload) =>
      join(
        zstdCompressSync(payload.subarray(0, half(payload))),
        skippable,
        zstdCompressSync(payload.subarray(half(payload))),
      ),
    'valid',
  ],
  ['zstd before gzip', 'zstd', (payload) => join(zstdCompressSync(harmless), gzipSync(payload))],
  ['gzip before zstd', 'gzip', (payload) => join(gzipSync(harmless), zstdCompressSync(payload))],
]

const skippable = Buffer.from([0x5f, 0x2a, 0x4d, 0x18, 5, 0, 0, 0, 1, 2, 3, 4, 5])

const built: readonly OddResponse[] = [
  ...members.map(([what, encode, valid]) => ({ says: `gzip with ${what}`, coding: 'gzip', encode, valid })),
  ...others.map(([says, coding, encode, valid]) => ({ says, coding, encode, valid })),
].map(({ says, coding, encode, valid }) => ({
  says,
  ...(valid !== undefined && { isValid: true as const }),
  bytes: (payload: Buffer) => withLength(codingLine(coding), encode(payload)),
}))

export const damageResponses = [...damaged, ...built]
