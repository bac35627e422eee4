/** What readers of all kinds make of a doubtful body is among its forms. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { recognisable } from '../kit/bodies.js'
import { decoded } from '../kit/decoded.js'

const body = recognisable(3000)
const large = recognisable(400_000)
const skippable = Buffer.from([0x53, 0x2a, 0x4d, 0x18, 4, 0, 0, 0, 1, 2, 3, 4])

const encoders = {
  gzip: gzipSync,
  deflate: deflateSync,
  br: brotliCompressSync,
  zstd: zstdCompressSync,
} as const
const names = Object.keys(encoders) as readonly (keyof typeof encoders)[]

function holds(forms: readonly Buffer[], wanted: Buffer): boolean {
  return forms.some((form) => form.equals(wanted))
}

/** A copy with one bit turned. */
function damaged(encoded: Buffer, at: number): Buffer {
  const copy = Buffer.from(encoded)
  copy[at < 0 ? copy.length + at : at] = (copy.at(at) ?? 0) ^ 0x10
  return copy
}

/** With a flag in the header of gzip. */
function withFlag(encoded: Buffer, flag: number): Buffer {
  const copy = Buffer.from(encoded)
  copy[3] = flag
  return copy
}

describe('forms of a body with content codings', () => {
  for (const label of names)
    for (const real of names.filter((name) => name !== label))
      test(`${real} that is labelled ${label} is found out`, async () => {
        const { forms, because } = await decoded(encoders[real](body), [label])
        assert.ok(holds(forms, body))
        // By its first bytes, or only because the label fits in no way.
        assert.equal(because, real === 'br' ? 'undecodable' : undefined)
      })

  test('codings that are listed the wrong way round are all found', async () => {
    const { forms, because } = await decoded(brotliCompressSync(gzipSync(body)), ['br', 'gzip'])
    assert.ok(holds(forms, body))
    assert.equal(because, 'undecodable')
  })

  test('every layer of stacked codings is a form', async () => {
    const inner = gzipSync(body)
    const { forms, because } = await decoded(deflateSync(inner), ['gzip', 'deflate'])
    assert.deepEqual([holds(forms, inner), holds(forms, body), because], [true, true, undefined])
  })

  test('a coding that is listed more often than it was applied hides nothing', async () => {
    const { forms, because } = await decoded(gzipSync(body), ['gzip', 'gzip', 'gzip'])
    assert.deepEqual([holds(forms, body), because], [true, 'undecodable'])
  })

  test('a coding that nobody knows is left out, and what it may hide is tried', async () => {
    for (const codings of [['zip', 'gzip'], ['gzip', 'zip'], ['compress']]) {
      const { forms, because } = await decoded(gzipSync(body), codings)
      assert.deepEqual([holds(forms, body), because], [true, 'undecodable'], codings.join())
    }
  })

  test('of several members of gzip, the first alone is a form too, as browsers show it', async () => {
    const { forms, because } = await decoded(Buffer.concat([gzipSync('first '), gzipSync('second')]), ['gzip'])
    assert.deepEqual([forms.map(String), because], [['first second', 'first '], undefined])
  })

  for (const pieceBytes of [1, 7, 29, 41, 10_000])
    test(`frames of zstd, skippable ones too, in pieces of ${pieceBytes} bytes`, async () => {
      const frames = [skippable, zstdCompressSync('first '), skippable, zstdCompressSync('second'), skippable]
      const { forms, because } = await decoded(Buffer.concat(frames), ['zstd'], { pieceBytes })
      assert.equal(because, undefined)
      assert.ok(holds(forms, Buffer.from('first second')))
    })

  test('of several frames of zstd, the first alone is a form too', async () => {
    const { forms } = await decoded(Buffer.concat([zstdCompressSync('first '), zstdCompressSync('second')]), ['zstd'])
    assert.deepEqual(forms.map(String), ['first second', 'first '])
  })

  for (const [what, label, encoded] of [
    ['gzip with a wrong checksum', 'gzip', damaged(gzipSync(large), -8)],
    ['gzip with a wrong length', 'gzip', damaged(gzipSync(large), -1)],
    ['gzip with a reserved flag', 'gzip', withFlag(gzipSync(large), 0x20)],
    ['gzip without its last bytes', 'gzip', gzipSync(large).subarray(0, -8)],
    ['gzip with text behind it', 'gzip', Buffer.concat([gzipSync(large), Buffer.from('text')])],
    ['zlib with a wrong checksum', 'deflate', damaged(deflateSync(large), -1)],
    ['deflate with text behind it', 'deflate', Buffer.concat([deflateRawSync(large), Buffer.from('text')])],
    ['br with text behind it', 'br', Buffer.concat([brotliCompressSync(large), Buffer.from('text')])],
    ['zstd with text behind it', 'zstd', Buffer.concat([zstdCompressSync(large), Buffer.from('text')])],
  ] as const)
    test(`${what} is read all the same, and known as undecodable`, async () => {
      const { forms, because } = await decoded(encoded, [label])
      assert.deepEqual([holds(forms, large), because], [true, 'undecodable'])
    })

  test('what comes before a fault in the middle is read up to it', async () => {
    for (const [label, encode] of [
      ['gzip', gzipSync],
      ['deflate', deflateSync],
      ['deflate', deflateRawSync],
    ] as const) {
      const encoded = encode(large)
      const half = encoded.length >> 1
      const broken = Buffer.concat([encoded.subarray(0, half), Buffer.alloc(500, 0xff)])
      const sound = (await decoded(encoded.subarray(0, half), [label])).forms[0] ?? Buffer.alloc(0)
      assert.ok(sound.length > 100_000)
      const { forms, because } = await decoded(broken, [label])
      assert.equal(because, 'undecodable')
      assert.ok(forms.some((form) => form.subarray(0, sound.length - 600).equals(sound.subarray(0, -600))))
    }
  })
})
