import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, test } from 'node:test'
import {
  brotliCompressSync,
  constants,
  createZstdCompress,
  deflateRawSync,
  deflateSync,
  gzipSync,
  zstdCompressSync,
} from 'node:zlib'
import { collected, recognisable } from '../kit/bodies.js'
import { decoded } from '../kit/decoded.js'
import { noSmallDisk, smallDisk } from '../kit/folders.js'
import { TestPeer } from '../kit/room.js'

const codings = [
  ['gzip', 'gzip', gzipSync],
  ['x-gzip', 'x-gzip', gzipSync],
  ['deflate with its zlib header', 'deflate', deflateSync],
  ['deflate without one', 'deflate', deflateRawSync],
  ['br', 'br', brotliCompressSync],
  ['zstd', 'zstd', zstdCompressSync],
] as const

describe('content codings', () => {
  for (const [says, name, encode] of codings) {
    for (const bytes of [1, 1000, 300_000])
      test(`${says}: ${bytes} bytes are read as they are used`, async () => {
        const body = recognisable(bytes)
        for (const pieceBytes of [1, 10_000]) {
          if (pieceBytes === 1 && bytes > 1000) continue
          const result = await decoded(encode(body), [name], { pieceBytes })
          assert.ok(result.bytes?.equals(body), `${result.because} ${result.detail}`)
        }
      })

    test(`${says}: any piece cut off its end is noticed`, async () => {
      const encoded = encode(recognisable(2000))
      for (const cut of [1, 2, 4, 8, encoded.length >> 1, encoded.length - 1])
        assert.equal((await decoded(encoded.subarray(0, -cut), [name])).because, 'undecodable', `${cut} bytes`)
    })

    for (const [what, garbage] of [
      ['text', 'EICAR behind the end'],
      ['zeros', Buffer.alloc(16)],
      ['one byte', 'x'],
    ] as const)
      test(`${says}: ${what} behind its end is noticed, in one piece or in another`, async () => {
        const encoded = Buffer.concat([encode(recognisable(2000)), Buffer.from(garbage)])
        for (const pieceBytes of [encoded.length, encoded.length - garbage.length, 7])
          assert.equal((await decoded(encoded, [name], { pieceBytes })).because, 'undecodable')
      })

    test(`${says}: what is something else is noticed`, async () => {
      for (const body of [Buffer.from('plain text, not encoded at all'), randomBytes(5000)])
        assert.equal((await decoded(body, [name])).because, 'undecodable')
    })

    test(`${says}: of a first part, as much is read as there is`, async () => {
      // zstd decodes whole blocks of 128 KiB.
      const body = recognisable(name === 'zstd' ? 1_000_000 : 200_000)
      const encoded = encode(body)
      const result = await decoded(encoded.subarray(0, encoded.length >> 1), [name], { isCut: true })
      const read = result.bytes ?? Buffer.alloc(0)
      assert.ok(read.length > 1000, `${read.length} ${result.because} ${result.detail}`)
      assert.ok(read.equals(body.subarray(0, read.length)))
    })

    test(`${says}: nothing is nothing`, async () => {
      const result = await decoded(Buffer.alloc(0), [name])
      assert.deepEqual([result.forms, result.because], [[], undefined])
    })
  }

  test('stacked codings are taken off in the reverse of their order, whatever their case', async () => {
    const body = recognisable(100_000)
    const encoded = brotliCompressSync(deflateSync(gzipSync(body)))
    const result = await decoded(encoded, ['GZip', ' identity ', 'Deflate', 'BR'])
    assert.ok(result.bytes?.equals(body))
    assert.equal((await decoded(encoded, ['br', 'deflate', 'gzip'])).because, 'undecodable')
  })

  test('identity alone is the body itself', async () => {
    assert.deepEqual((await decoded(Buffer.from('x'), ['identity'])).forms, [])
  })

  test('a coding that is unknown, and more codings than anyone means, are not decoded', async () => {
    for (const unknown of ['compress', 'zip', '', 'gzip, gzip', '__proto__'])
      assert.equal((await decoded(Buffer.from('x'), [unknown])).because, 'undecodable', unknown)
    const many = await decoded(Buffer.from('x'), ['gzip', 'gzip', 'gzip', 'gzip', 'gzip'])
    assert.deepEqual([many.because, many.detail], ['undecodable', '5 content codings'])
  })

  test('a bomb is stopped by its ratio, and leaves nothing behind', async () => {
    for (const [name, bomb] of [
      ['gzip', gzipSync(Buffer.alloc(20_000_000))],
      ['br', brotliCompressSync(Buffer.alloc(20_000_000))],
      ['zstd', zstdCompressSync(Buffer.alloc(20_000_000))],
    ] as const) {
      const result = await decoded(bomb, [name])
      assert.deepEqual([result.because, result.detail], ['undecodable', 'more than 250 times its size when decoded'])
    }
  })

  test('a bomb in a bomb', async () => {
    const bomb = gzipSync(gzipSync(Buffer.alloc(30_000_000)))
    assert.equal((await decoded(bomb, ['gzip', 'gzip'])).because, 'undecodable')
  })

  test('a frame that asks for a window of 64 MB is not given one', async () => {
    const windowLog = { params: { [constants.ZSTD_c_windowLog]: 26, [constants.ZSTD_c_contentSizeFlag]: 0 } }
    const encoder = createZstdCompress(windowLog)
    encoder.write('small')
    encoder.end(' text')
    const encoded = await collected(encoder)
    const result = await decoded(encoded, ['zstd'])
    assert.equal(result.because, 'undecodable')
    assert.match(result.detail, /memory|window/i)
  })

  test('time that runs out while decoding is told as such', async () => {
    const peer = new TestPeer()
    peer.go()
    const result = await decoded(gzipSync(recognisable(100_000)), ['gzip'], { peer })
    assert.equal(result.because, 'scan-timeout')
  })

  test('a full disk is told as such', { skip: noSmallDisk }, async () => {
    await using disk = await smallDisk(300)
    const result = await decoded(gzipSync(recognisable(900_000)), ['gzip'], {}, disk.path)
    assert.equal(result.because, 'no-space')
    assert.match(result.detail, /No space left on device/)
    assert.deepEqual(await disk.names(), [])
  })
})
