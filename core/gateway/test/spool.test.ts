import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdir, readdir, readlink, stat, unlink } from 'node:fs/promises'
import { describe, test } from 'node:test'
import { Spool } from '../src/spool.js'
import { collected, pieces, recognisable } from './kit/bodies.js'
import { noSmallDisk, smallDisk, temporaryFolder } from './kit/folders.js'

const MEMORY = 65_536

async function filled(folder: string, chunks: readonly Buffer[]): Promise<Spool> {
  const spool = new Spool({ path: folder }, 'file.bin', 'text/plain')
  for (const chunk of chunks) await spool.write(chunk)
  await spool.finish()
  return spool
}

describe('spool', () => {
  test('a body up to 64 KiB stays in the very buffers that it came in, and touches no disk', async () => {
    await using folder = await temporaryFolder()
    const chunks = pieces(recognisable(MEMORY), 10_000)
    const spool = await filled(folder.path, chunks)
    assert.equal(spool.bytes, MEMORY)
    assert.equal(spool.path, undefined)
    assert.deepEqual(
      spool.memory?.map((chunk, at) => chunk === chunks[at]),
      chunks.map(() => true),
    )
    assert.deepEqual(await folder.names(), [])
    assert.equal(spool.release(), undefined)
    assert.equal(spool.memory, undefined)
  })

  for (const [bytes, pieceBytes] of [
    [MEMORY + 1, 1000],
    [1_000_000, 16_384],
    [1_000_000, 1_000_000],
    [393_216, 131_072],
  ] as const)
    test(`a body of ${bytes} bytes in pieces of ${pieceBytes} is kept in a private file of a random name`, async () => {
      await using folder = await temporaryFolder()
      const body = recognisable(bytes)
      const spool = await filled(folder.path, pieces(body, pieceBytes))
      const [name = '', ...others] = await folder.names()
      assert.match(name, new RegExp(`^proxytmp-${process.pid}-[0-9a-f]{32}$`))
      assert.deepEqual(others, [])
      assert.equal(spool.path, `${folder.path}/${name}`)
      assert.equal((await stat(spool.path)).mode & 0o777, 0o600)
      assert.equal(spool.memory, undefined)
      assert.equal(spool.bytes, bytes)
      assert.ok((await collected(spool.open())).equals(body))
      await spool.release()
      assert.deepEqual(await folder.names(), [])
    })

  test('a body stays in memory as far as its folder says, while the worker has room', async () => {
    await using folder = await temporaryFolder()
    const roomy = { path: folder.path, memoryBytes: 2_000_000 }
    const body = recognisable(2_000_000)
    const spools = Array.from({ length: 40 }, () => new Spool(roomy, '', ''))
    for (const spool of spools) for (const piece of pieces(body, 50_000)) await spool.write(piece)
    const inMemory = spools.filter(({ memory }) => memory !== undefined)
    // Of 64 MiB each takes what is beyond its first 64 KiB.
    assert.equal(inMemory.length, 34)
    assert.equal((await folder.names()).length, 6)
    for (const spool of spools.slice(32)) assert.ok((await collected(spool.open())).equals(body))
    for (const spool of spools) await spool.release()
    const again = new Spool(roomy, '', '')
    await again.write(body)
    assert.equal(again.path, undefined, 'what was released is there again')
    await again.write(Buffer.alloc(1))
    assert.notEqual(again.path, undefined, 'beyond what the folder says it goes to a file')
    await again.release()
    assert.deepEqual(await folder.names(), [])
  })

  test('where a group reads, it reads the file, whatever the umask says', async () => {
    await using folder = await temporaryFolder()
    const umask = process.umask(0o077)
    try {
      const spool = new Spool({ path: folder.path, groupReads: true }, '', '')
      await spool.write(recognisable(MEMORY + 1))
      assert.equal((await stat(spool.path ?? '')).mode & 0o777, 0o640)
      await spool.release()
    } finally {
      process.umask(umask)
    }
  })

  for (const bytes of [0, 1, MEMORY, MEMORY + 1, 1_000_000])
    test(`the digest of ${bytes} bytes is the same in whichever pieces they came, in memory or in a file`, async () => {
      await using folder = await temporaryFolder()
      const body = recognisable(bytes)
      const digest = createHash('sha256').update(body).digest('base64url')
      for (const pieceBytes of [999, 100_000, 2_000_000]) {
        const spool = new Spool({ path: folder.path, digests: true }, '', '')
        for (const piece of pieces(body, pieceBytes)) await spool.write(piece)
        await spool.finish()
        assert.equal(spool.digest(), digest)
        assert.equal(spool.digest(), digest)
        await spool.release()
      }
    })

  test('a file whose digest was not made has none', async () => {
    await using folder = await temporaryFolder()
    const spool = await filled(folder.path, [recognisable(MEMORY + 1)])
    assert.equal(spool.digest(), undefined)
    await spool.release()
  })

  test('it can be opened by several readers at once', async () => {
    await using folder = await temporaryFolder()
    const body = recognisable(500_000)
    const spool = await filled(folder.path, pieces(body, 7001))
    const copies = await Promise.all([1, 2, 3].map(() => collected(spool.open())))
    for (const copy of copies) assert.ok(copy.equals(body))
    await spool.release()
  })

  test('pieces that a reader keeps do not change under it', async () => {
    await using folder = await temporaryFolder()
    const body = recognisable(300_000)
    const spool = await filled(folder.path, [body])
    const kept: Buffer[] = []
    for await (const piece of spool.open()) kept.push(piece)
    assert.ok(Buffer.concat(kept).equals(body))
    assert.equal(new Set(kept.map(({ buffer }) => buffer)).size, kept.length)
    await spool.release()
  })

  test('bytes that come one by one do not pin the large buffers that they were cut from', async () => {
    await using folder = await temporaryFolder()
    const spool = new Spool(folder, '', '')
    for (let at = 0; at < 1000; at += 1) await spool.write(Buffer.alloc(65_536, at % 251).subarray(0, 1))
    await spool.finish()
    const pinned = new Set(spool.memory?.map(({ buffer }) => buffer))
    const total = [...pinned].reduce((sum, { byteLength }) => sum + byteLength, 0)
    assert.ok(total < 65 * 65_536 + 1000 * 100, `${total} bytes are held for 1000`)
    const expected = Buffer.from(Array.from({ length: 1000 }, (_, at) => at % 251))
    assert.ok((await collected(spool.open())).equals(expected))
  })

  test('released, it cannot be opened; releasing again does nothing; a reader in the middle gets an error', async () => {
    await using folder = await temporaryFolder()
    const spool = await filled(folder.path, [recognisable(300_000)])
    const reading = spool.open()[Symbol.asyncIterator]()
    await reading.next()
    await spool.release()
    await assert.rejects(async () => {
      while ((await reading.next()).done !== true) {
        // Until the descriptor is gone.
      }
    })
    assert.equal(spool.release(), undefined)
    await assert.rejects(collected(spool.open()), { code: /FSIGK_SPOOL_RELEASED|EBADF/ })
    const small = await filled(folder.path, [Buffer.from('x')])
    small.release()
    await assert.rejects(collected(small.open()), { code: 'FSIGK_SPOOL_RELEASED' })
  })

  test('a file that cannot be removed is told of, and its descriptor is given back all the same', async () => {
    await using folder = await temporaryFolder()
    const spool = await filled(folder.path, [recognisable(200_000)])
    const path = spool.path ?? ''
    await unlink(path)
    await mkdir(path)
    await assert.rejects(async () => spool.release(), { code: /EISDIR|EPERM/ })
    const names = (await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => ''))
    assert.ok(!(await Promise.all(names)).some((name) => name.startsWith(path)))
  })

  test('an abandoned reader that comes back after release reads nothing of anyone else', async () => {
    await using folder = await temporaryFolder()
    const spool = await filled(folder.path, [recognisable(200_000)])
    const late = spool.open()[Symbol.asyncIterator]()
    await spool.release()
    const next = await filled(folder.path, [Buffer.alloc(200_000, 'secret of another transfer')])
    await assert.rejects(late.next())
    await next.release()
  })

  test('a folder that is missing is told in the words of the guide', async () => {
    await using folder = await temporaryFolder()
    const spool = new Spool({ path: `${folder.path}/gone` }, '', '')
    await assert.rejects(async () => spool.write(Buffer.alloc(MEMORY + 1)), {
      code: 'FSIGK_SPOOL_OPEN_FAILED',
      message: /^spool: cannot open \[.*\/gone\/proxytmp-.*\]\/strerror\(2\)=No such file or directory$/,
    })
  })

  test('a full disk is an error, and what was taken in can still be read as a whole', {
    skip: noSmallDisk,
  }, async () => {
    await using disk = await smallDisk(400)
    const spool = new Spool(disk, '', '')
    const written: Buffer[] = []
    await assert.rejects(
      async () => {
        for (const piece of pieces(recognisable(2_000_000), 50_000)) {
          written.push(piece)
          await spool.write(piece)
        }
      },
      { code: 'FSIGK_SPOOL_FAILED', message: /\]\/strerror\(28\)=No space left on device$/ },
    )
    assert.ok(written.length > 4)
    assert.ok((await collected(spool.open())).equals(Buffer.concat(written)))
    await spool.release()
    assert.deepEqual(await disk.names(), [])
  })

  test('a disk that is full from the start', { skip: noSmallDisk }, async () => {
    await using disk = await smallDisk(8)
    const spool = new Spool(disk, '', '')
    const body = recognisable(200_000)
    await assert.rejects(async () => spool.write(body), { code: 'FSIGK_SPOOL_FAILED' })
    assert.ok((await collected(spool.open())).equals(body))
    await spool.release()
    assert.deepEqual(await disk.names(), [])
  })
})
