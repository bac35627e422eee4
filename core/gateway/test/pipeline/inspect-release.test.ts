import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { inspect } from '../../src/pipeline/inspect.js'
import { collected, pieces, recognisable, TestSource } from '../kit/bodies.js'
import { temporaryFolder } from '../kit/folders.js'
import { inspected } from '../kit/inspected.js'
import { TestRoom, transferOf } from '../kit/room.js'
import {
  ObservedScanner,
  scannerFinding,
  scannerFindingNothing,
  scannerLookingFor,
  TestScanners,
} from '../kit/scanners.js'

const finding = scannerFinding('Eicar')

describe('beyond', () => {
  const release = { mode: 'beyond', bytes: 100_000 } as const
  const body = recognisable(300_000)

  test('the first part is scanned, and the rest flows after it', async () => {
    const observed = new ObservedScanner(scannerFindingNothing)
    for (const pieceBytes of [7_000, 100_000, 300_000]) {
      const { passed, told, outcome } = await inspected(
        { body: new TestSource(pieces(body, pieceBytes)), release, bytes: body.length },
        [observed.loaded],
      )
      assert.ok(passed?.equals(body))
      assert.equal(told, 'UNSCANNED NONE OVER_FILESIZE')
      assert.deepEqual(outcome?.verdict, { is: 'unscanned', because: 'over-filesize' })
      assert.ok(outcome !== undefined && 'body' in outcome)
      assert.equal(outcome.body.bytes, 300_000)
      assert.equal(observed.calls.at(-1)?.content.bytes, 100_000)
    }
  })

  test('the source is not read ahead of the answer', async () => {
    await using folder = await temporaryFolder()
    const source = new TestSource(pieces(body, 10_000))
    const room = new TestRoom(folder.path, new TestScanners(scannerFindingNothing))
    await inspect(room, transferOf({ body: source, release }), async (outcome) => {
      assert.ok('body' in outcome)
      assert.equal(source.taken, 11)
      let bytes = 0
      for await (const chunk of outcome.body.open()) {
        bytes += chunk.length
        if (bytes > 110_000) assert.ok(source.taken * 10_000 <= bytes)
      }
    })
  })

  test('a body that is no longer than the first part is held, and clean', async () => {
    for (const bytes of [99_999, 100_000]) {
      const { told } = await inspected({ body: new TestSource(pieces(body.subarray(0, bytes), 7000)), release }, [
        scannerFindingNothing,
      ])
      assert.equal(told, 'CLEAN NONE')
    }
  })

  test('a detection in the first part lets nothing through, and leaves the source', async () => {
    const source = new TestSource(pieces(body, 10_000))
    const { outcome, passed } = await inspected({ body: source, release }, [finding])
    assert.equal(outcome?.disposition, 'block')
    assert.equal(passed, undefined)
    assert.ok(source.wasLeft)
    assert.equal(source.taken, 11)
  })

  test('a virus in an encoded first part is found, and its end in the middle is no fault', async () => {
    const text = `${recognisable(50_000)}EICAR${recognisable(900_000)}`
    const encoded = gzipSync(text)
    const half = { mode: 'beyond', bytes: encoded.length >> 1 } as const
    for (const [looking, expected] of [
      ['EICAR', 'block'],
      ['no such text', 'pass'],
    ] as const) {
      const { outcome } = await inspected({ body: new TestSource([encoded]), codings: ['gzip'], release: half }, [
        scannerLookingFor(looking, 'Eicar'),
      ])
      assert.equal(outcome?.disposition, expected)
    }
  })

  test('a source that breaks in the rest breaks the answer', async () => {
    const failure = new Error('the server closed')
    const { error, told } = await inspected({ body: new TestSource(pieces(body, 50_000), failure), release }, [
      scannerFindingNothing,
    ])
    assert.equal(error, failure)
    assert.equal(told, 'UNSCANNED NONE OVER_FILESIZE')
  })

  test('the body streams once', async () => {
    const source = new TestSource([body])
    await using folder = await temporaryFolder()
    const room = new TestRoom(folder.path, new TestScanners(scannerFindingNothing))
    await inspect(room, transferOf({ body: source, release }), async (outcome) => {
      assert.ok('body' in outcome)
      assert.equal((await collected(outcome.body.open())).length, 300_000)
      await assert.rejects(collected(outcome.body.open()), { code: 'FSIGK_BODY_REOPENED' })
    })
  })
})

describe('live', () => {
  test('everything flows unscanned and unheld, and is told with its reason', async () => {
    const source = new TestSource(pieces(recognisable(500_000), 10_000))
    const observed = new ObservedScanner(finding)
    await using folder = await temporaryFolder()
    const room = new TestRoom(folder.path, new TestScanners(observed.loaded))
    const release = { mode: 'live', because: 'skipped', detail: 'PASS_EXT' } as const
    await inspect(room, transferOf({ body: source, release, bytes: 500_000 }), async (outcome) => {
      assert.ok(outcome.disposition === 'pass')
      assert.equal(source.taken, 0)
      assert.equal(outcome.body.bytes, 500_000)
      assert.ok((await collected(outcome.body.open())).equals(recognisable(500_000)))
    })
    assert.deepEqual(observed.calls, [])
    assert.deepEqual(room.reports[0]?.facts, {
      result: 'UNSCANNED',
      names: [],
      file: 'file.bin',
      quarantined: '',
      action: 'NONE',
      details: ['PASS_EXT'],
    })
    assert.deepEqual(room.reports[0]?.verdict, { is: 'unscanned', because: 'skipped', detail: 'PASS_EXT' })
    assert.equal(room.reports[0]?.cost.checks, 0)
  })

  test('a tunnel', async () => {
    const { told } = await inspected({ release: { mode: 'live', because: 'tunnel' } }, [finding])
    assert.equal(told, 'UNSCANNED NONE PASS_TUNNEL')
  })

  test('virus_check off is told as the reason, unless there is a better one', async () => {
    for (const [release, word] of [
      [{ mode: 'live', because: 'skipped' }, 'PASS_VIRUS_CHECK'],
      [{ mode: 'live', because: 'tunnel' }, 'PASS_TUNNEL'],
      [{ mode: 'live', because: 'skipped', detail: 'PASS_TO' }, 'PASS_TO'],
    ] as const)
      assert.equal((await inspected({ release }, [finding], { virus_check: false })).told, `UNSCANNED NONE ${word}`)
  })

  test('an answer that stops reading leaves the source', async () => {
    const source = new TestSource(pieces(recognisable(100_000), 10_000))
    await using folder = await temporaryFolder()
    const room = new TestRoom(folder.path, new TestScanners())
    await inspect(room, transferOf({ body: source, release: { mode: 'live', because: 'tunnel' } }), async (outcome) => {
      assert.ok('body' in outcome)
      for await (const chunk of outcome.body.open()) if (chunk.length > 0) break
    })
    assert.ok(source.wasLeft)
  })
})

describe('block_filesize', () => {
  const settings = { block_filesize: true, block_filesize_len: 50_000 }

  test('an announced length is refused without a look at the body', async () => {
    const source = new TestSource([recognisable(60_000)])
    const { outcome, told, room } = await inspected({ body: source, bytes: 60_000 }, [scannerFindingNothing], settings)
    assert.equal(outcome?.disposition, 'block')
    assert.equal(told, 'INFECTED DELETE OVER_BLOCK_FILESIZE')
    assert.deepEqual(room.reports[0]?.facts.names, ['FSIGK/POLICY_BLOCK_FILESIZE'])
    assert.equal(source.taken, 0)
  })

  test('a length that turns out is refused as soon as it does', async () => {
    const source = new TestSource(pieces(recognisable(500_000), 10_000))
    const { outcome } = await inspected({ body: source }, [scannerFindingNothing], settings)
    assert.equal(outcome?.disposition, 'block')
    assert.equal(source.taken, 6)
    assert.ok(source.wasLeft)
  })

  test('under action=pass the body is scanned and passes, told as a detection', async () => {
    const body = recognisable(60_000)
    const { passed, told } = await inspected({ body: new TestSource([body]) }, [scannerFindingNothing], {
      ...settings,
      action: 'pass',
    })
    assert.ok(passed?.equals(body))
    assert.equal(told, 'INFECTED PASS OVER_BLOCK_FILESIZE')
  })

  test('what is no larger passes', async () => {
    const { told } = await inspected(
      { body: new TestSource([recognisable(50_000)]), bytes: 50_000 },
      [scannerFindingNothing],
      settings,
    )
    assert.equal(told, 'CLEAN NONE')
  })

  test('a body that flows and grows too large is broken off', async () => {
    const release = { mode: 'beyond', bytes: 10_000 } as const
    const { error } = await inspected(
      { body: new TestSource(pieces(recognisable(90_000), 8_000)), release },
      [scannerFindingNothing],
      settings,
    )
    assert.match(String(error), /grew beyond what is allowed \(50000 bytes\)/)
  })
})
