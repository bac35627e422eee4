import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { inspect } from '../../src/pipeline/inspect.js'
import { pieces, recognisable, TestSource } from '../kit/bodies.js'
import { noSmallDisk, smallDisk, temporaryFolder } from '../kit/folders.js'
import { inspected } from '../kit/inspected.js'
import { TestRoom, transferOf } from '../kit/room.js'
import {
  loaded,
  ObservedScanner,
  scannerFinding,
  scannerFindingNothing,
  scannerHanging,
  scannerLookingFor,
  scannerReporting,
  scannerThrowing,
  TestScanners,
} from '../kit/scanners.js'

const finding = scannerFinding('Eicar')

describe('held', () => {
  test('a clean body in memory passes in the very buffers that it came in', async () => {
    await using folder = await temporaryFolder()
    const chunks = pieces(recognisable(23_000), 16_384)
    const room = new TestRoom(folder.path, new TestScanners(scannerFindingNothing))
    let memory: readonly Buffer[] = []
    await inspect(room, transferOf({ body: new TestSource(chunks) }), async (outcome) => {
      assert.ok(outcome.disposition === 'pass')
      assert.equal(outcome.body.bytes, 23_000)
      memory = [...(outcome.body.memory ?? [])]
    })
    assert.deepEqual(
      memory.map((chunk, at) => chunk === chunks[at]),
      [true, true],
    )
  })

  for (const bytes of [0, 1, 65_536, 65_537, 1_000_000])
    test(`a clean body of ${bytes} bytes passes whole`, async () => {
      const body = recognisable(bytes)
      const { passed, told, room, outcome } = await inspected({ body: new TestSource(pieces(body, 9000)) }, [
        scannerFindingNothing,
      ])
      assert.ok(passed?.equals(body))
      assert.equal(told, 'CLEAN NONE')
      assert.deepEqual(outcome?.verdict, { is: 'clean' })
      assert.equal(room.reports[0]?.cost.checks, 1)
    })

  test('a detection is refused with a notice, and has no body', async () => {
    const { outcome, passed, told, room } = await inspected({ body: new TestSource([recognisable(500)]) }, [finding])
    assert.ok(outcome?.disposition === 'block')
    assert.equal(outcome.notice, 'notice of block for Eicar in 500 bytes')
    assert.ok(!('body' in outcome))
    assert.equal(passed, undefined)
    assert.equal(told, 'INFECTED DELETE')
    assert.deepEqual(room.reports[0]?.facts.file, 'file.bin')
  })

  test('a detection under action=pass passes whole', async () => {
    const body = recognisable(100_000)
    const { outcome, passed, told } = await inspected({ body: new TestSource([body]) }, [finding], { action: 'pass' })
    assert.equal(outcome?.verdict.is, 'infected')
    assert.ok(passed?.equals(body))
    assert.equal(told, 'INFECTED PASS')
  })

  test('a source that breaks is never answered, and what it threw is thrown after the record', async () => {
    const failure = new Error('the server closed')
    for (const bytes of [100, 200_000]) {
      const { outcome, error, told, room } = await inspected({ body: new TestSource([recognisable(bytes)], failure) }, [
        scannerFindingNothing,
      ])
      assert.equal(outcome, undefined)
      assert.equal(error, failure)
      assert.equal(room.reports[0]?.failure, failure)
      assert.equal(room.reports[0]?.verdict, undefined)
      assert.equal(told, 'UNSCANNED NONE INCOMPLETE')
    }
  })

  test('an answer that fails is recorded with its verdict, and thrown', async () => {
    await using folder = await temporaryFolder()
    const room = new TestRoom(folder.path, new TestScanners(scannerFindingNothing))
    const failure = new Error('the peer reset')
    await assert.rejects(
      inspect(room, transferOf({ body: new TestSource([recognisable(100_000)]) }), async () => {
        throw failure
      }),
      failure,
    )
    assert.deepEqual(room.reports[0]?.verdict, { is: 'clean' })
    assert.equal(room.reports[0]?.failure, failure)
    assert.deepEqual(await folder.names(), [])
  })
})

describe('each cause of unscanned', () => {
  for (const { says, scanners, settings, transfer, disposition, told } of [
    { says: 'no scanner', scanners: [], disposition: 'defer', told: 'UNSCANNED DEFER VSD_DOWN' },
    {
      says: 'no scanner, fail_open',
      scanners: [],
      settings: { fail_open: true },
      disposition: 'pass',
      told: 'UNSCANNED NONE VSD_DOWN',
    },
    { says: 'a scanner throws', scanners: [scannerThrowing], disposition: 'defer', told: 'UNSCANNED DEFER VSD_ERROR' },
    {
      says: 'a scanner throws, fail_open',
      scanners: [scannerThrowing],
      settings: { fail_open: true },
      disposition: 'pass',
      told: 'UNSCANNED NONE VSD_ERROR',
    },
    {
      says: 'a scanner hangs',
      scanners: [scannerHanging],
      settings: { vsd_scantimeout: 0.05 },
      disposition: 'block',
      told: 'INFECTED DELETE VSD_SCANTIMEOUT',
    },
    {
      says: 'a scanner hangs, block_scantimeout off',
      scanners: [scannerHanging],
      settings: { vsd_scantimeout: 0.05, block_scantimeout: false },
      disposition: 'pass',
      told: 'UNSCANNED NONE VSD_SCANTIMEOUT',
    },
    {
      says: 'nested too deep',
      scanners: [scannerReporting('max-nested')],
      disposition: 'block',
      told: 'INFECTED DELETE VSD_MAXNESTED',
    },
    {
      says: 'encrypted',
      scanners: [scannerReporting('encrypted')],
      disposition: 'pass',
      told: 'UNSCANNED NONE VSD_ENCRYPTED',
    },
    {
      says: 'encrypted, block_encrypted',
      scanners: [scannerReporting('encrypted')],
      settings: { block_encrypted: true },
      disposition: 'block',
      told: 'INFECTED DELETE VSD_ENCRYPTED',
    },
    {
      says: 'a coding that does not decode',
      scanners: [scannerFindingNothing],
      transfer: { codings: ['gzip'] },
      disposition: 'block',
      told: 'INFECTED DELETE VSD_UNDECODABLE',
    },
    {
      says: 'a coding that does not decode, block_undecodable off',
      scanners: [scannerFindingNothing],
      transfer: { codings: ['gzip'] },
      settings: { block_undecodable: false },
      disposition: 'pass',
      told: 'UNSCANNED NONE VSD_UNDECODABLE',
    },
    {
      says: 'a part of a file',
      scanners: [scannerFindingNothing],
      transfer: { partial: true },
      disposition: 'block',
      told: 'INFECTED DELETE PARTIAL_CONTENT',
    },
    {
      says: 'virus_check off',
      scanners: [finding],
      settings: { virus_check: false },
      disposition: 'pass',
      told: 'UNSCANNED NONE PASS_VIRUS_CHECK',
    },
  ] as const)
    test(says, async () => {
      const body = recognisable(20_000)
      const result = await inspected({ body: new TestSource([body]), ...transfer }, scanners, settings)
      assert.equal(result.error, undefined)
      assert.equal(result.outcome?.disposition, disposition)
      assert.equal(result.told, told)
      if (disposition === 'pass') assert.ok(result.passed?.equals(body))
    })

  test('the peer goes while scanners are at work: nothing is answered', async () => {
    await using folder = await temporaryFolder()
    const observed = new ObservedScanner(scannerHanging)
    const room = new TestRoom(folder.path, new TestScanners(observed.loaded), { vsd_scantimeout: 0 })
    const inspecting = inspect(room, transferOf({ body: new TestSource([recognisable(100_000)]) }), () => assert.fail())
    while (observed.calls.length === 0) await new Promise((resolve) => setImmediate(resolve))
    room.departure.go()
    await assert.rejects(inspecting, { code: 'FSIGK_CONNECTION_GONE' })
    assert.equal(room.reports[0]?.verdict, undefined)
    assert.equal(observed.calls[0]?.call.signal.aborted, true)
    assert.deepEqual(await folder.names(), [])
  })

  test('a scanner that is abandoned with a file in its hands gets errors from it, not bytes of others', async () => {
    await using folder = await temporaryFolder()
    const seen: unknown[] = []
    const reading = loaded('scanner-reading', async (content) => {
      const chunks = content.open()[Symbol.asyncIterator]()
      await chunks.next()
      await new Promise((resolve) => setTimeout(resolve, 100))
      seen.push(await chunks.next().catch((error: unknown) => error))
      return { findings: [] }
    })
    const room = new TestRoom(folder.path, new TestScanners(reading), { vsd_scantimeout: 0.02 })
    await inspect(room, transferOf({ body: new TestSource([recognisable(300_000)]) }), async () => {})
    while (seen.length === 0) await new Promise((resolve) => setTimeout(resolve, 20))
    assert.ok(seen[0] instanceof Error)
  })
})

describe('content codings', () => {
  test('both readings are scanned: as it came and as it decodes', async () => {
    const observed = new ObservedScanner(scannerLookingFor('EICAR', 'Eicar'))
    const encoded = gzipSync('here is EICAR')
    const { outcome } = await inspected({ body: new TestSource([encoded]), codings: ['gzip'] }, [observed.loaded])
    assert.equal(outcome?.disposition, 'block')
    assert.deepEqual(
      observed.calls.map(({ content }) => content.bytes),
      [encoded.length, 13],
    )
    assert.deepEqual(observed.calls[1]?.content.name, 'file.bin')
  })

  test('a clean body passes as it came', async () => {
    const encoded = gzipSync(recognisable(300_000))
    const { passed, told } = await inspected({ body: new TestSource([encoded]), codings: ['gzip'] }, [
      scannerFindingNothing,
    ])
    assert.ok(passed?.equals(encoded))
    assert.equal(told, 'CLEAN NONE')
  })

  test('what cannot be decoded is scanned as it came', async () => {
    const { outcome, room } = await inspected(
      { body: new TestSource([Buffer.from('EICAR in the clear')]), codings: ['gzip'] },
      [scannerLookingFor('EICAR', 'Eicar')],
      { block_undecodable: false },
    )
    assert.equal(outcome?.disposition, 'block')
    assert.deepEqual(room.reports[0]?.facts.names, ['Eicar'])
  })
})

describe('a full disk', { skip: noSmallDisk }, () => {
  const body = recognisable(2_000_000)

  test('refuses for now, tells why, and leaves the source and no file', async () => {
    await using disk = await smallDisk(500)
    const source = new TestSource(pieces(body, 30_000))
    const { outcome, told, room } = await inspected({ body: source }, [scannerFindingNothing], {}, disk.path)
    assert.deepEqual(outcome?.verdict, { is: 'unscanned', because: 'no-space' })
    assert.equal(outcome?.disposition, 'defer')
    assert.equal(told, 'UNSCANNED DEFER TMPDIR_FULL')
    assert.match(String(room.spoolFaults[0]), /strerror\(28\)=No space left on device/)
    assert.ok(source.wasLeft)
  })

  test('with fail_open the whole body passes: what was stored, what was not, and the rest', async () => {
    for (const release of [{ mode: 'held' }, { mode: 'beyond', bytes: 700_001 }] as const) {
      await using disk = await smallDisk(500)
      const { passed, told } = await inspected(
        { body: new TestSource(pieces(body, 30_000)), release },
        [finding],
        { fail_open: true },
        disk.path,
      )
      assert.ok(passed?.equals(body))
      assert.equal(told, 'UNSCANNED NONE TMPDIR_FULL')
    }
  })

  test('is over when there is room again', async () => {
    await using disk = await smallDisk(3000)
    const filler = join(disk.path, 'filler')
    await writeFile(filler, Buffer.alloc(2_800_000))
    assert.equal(
      (await inspected({ body: new TestSource([body]) }, [scannerFindingNothing], {}, disk.path)).told,
      'UNSCANNED DEFER TMPDIR_FULL',
    )
    await writeFile(filler, '')
    assert.equal(
      (await inspected({ body: new TestSource([body]) }, [scannerFindingNothing], {}, disk.path)).told,
      'CLEAN NONE',
    )
  })
})

describe('quarantine', () => {
  test('keeps a detection, of whatever size, and the record names the file', async () => {
    for (const bytes of [68, 500_000]) {
      await using folder = await temporaryFolder()
      const body = recognisable(bytes)
      const { room } = await inspected({ body: new TestSource([body]) }, [finding], { quarantine: true }, folder.path)
      const name = room.reports[0]?.facts.quarantined ?? ''
      assert.ok((await readFile(join(room.quarantineFolder, name))).equals(body))
    }
  })

  test('keeps the first part of a body that would have flowed, and says that it is no more', async () => {
    await using folder = await temporaryFolder()
    const release = { mode: 'beyond', bytes: 1000 } as const
    const { room } = await inspected(
      { body: new TestSource([recognisable(5000)]), release },
      [finding],
      { quarantine: true },
      folder.path,
    )
    const path = join(room.quarantineFolder, room.reports[0]?.facts.quarantined ?? '')
    assert.ok((await readFile(path)).equals(recognisable(1000)))
    assert.equal(JSON.parse(await readFile(`${path}.json`, 'utf8')).complete, false)
  })

  test('nothing is kept of what is clean, and nothing without the setting', async () => {
    for (const [scanner, quarantine] of [
      [scannerFindingNothing, true],
      [finding, false],
    ] as const) {
      await using folder = await temporaryFolder()
      const { room } = await inspected({}, [scanner], { quarantine }, folder.path)
      assert.equal(room.reports[0]?.facts.quarantined, '')
      assert.deepEqual(await folder.names(), [])
    }
  })

  test('that fails lets nothing through', { skip: noSmallDisk }, async () => {
    await using folder = await temporaryFolder()
    await writeFile(join(folder.path, 'quarantine'), 'in the way')
    const { outcome, told, room } = await inspected({}, [finding], { quarantine: true }, folder.path)
    assert.equal(outcome?.disposition, 'block')
    assert.equal(told, 'INFECTED DELETE')
    assert.equal(room.reports[0]?.facts.quarantined, '')
  })
})

describe('a transfer that outlives its peer', () => {
  test('is judged to its end when the peer goes, in a file whatever its size', async () => {
    await using folder = await temporaryFolder()
    const room = new TestRoom(
      folder.path,
      new TestScanners(
        loaded('scanner-late', async () => {
          room.departure.go()
          return { findings: [] }
        }),
      ),
    )
    let said: Buffer | undefined
    await inspect(room, transferOf({ lasting: true }), async (outcome) => {
      assert.ok('body' in outcome && outcome.body.path !== undefined)
      said = await readFile(outcome.body.path)
    })
    assert.deepEqual(said, recognisable(1000))
    assert.equal(room.ending.waiting.size, 0)
  })

  test('ends when the gateway gives it up', async () => {
    await using folder = await temporaryFolder()
    const hanging = new ObservedScanner(scannerHanging)
    const room = new TestRoom(folder.path, new TestScanners(hanging.loaded))
    const inspection = inspect(room, transferOf({ lasting: true }), async () => assert.fail('answered'))
    setTimeout(() => room.ending.go(), 20)
    await assert.rejects(inspection, { code: 'FSIGK_CONNECTION_GONE' })
  })
})
