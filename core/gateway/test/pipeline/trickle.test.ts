import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Body, isFsigk, type Outcome, type OutgoingBody, type TrickleMode } from '@fsigk/plugin-api'
import { inspect } from '../../src/pipeline/inspect.js'
import type { LoadedScanner } from '../../src/pipeline/loaded-scanner.js'
import { Spool } from '../../src/spool.js'
import { pieces, recognisable } from '../kit/bodies.js'
import { temporaryFolder } from '../kit/folders.js'
import { TestRoom, transferOf } from '../kit/room.js'
import { loaded, scannerFinding, scannerFindingNothing, TestScanners } from '../kit/scanners.js'

const KEPT_BACK = 50_000
const WHOLE = recognisable(300_000)

interface Trickled {
  readonly room: TestRoom
  readonly said: readonly Outcome[]
  /** What was given out, before the verdict and in all; undefined when nothing began. */
  readonly given: Buffer | undefined
  readonly early: number
  readonly error: unknown
}

/**
 * Inspects a body of which a first part is there, and the rest comes once something was given out (or nothing will be).
 *
 * @param send takes the body that begins to trickle, in place of reading it to its end
 */
async function trickled(
  scanner: LoadedScanner,
  options: {
    readonly body?: Buffer
    readonly firstBytes?: number
    readonly failure?: Error
    readonly send?: (body: OutgoingBody) => Promise<void>
    readonly waitMs?: number
    readonly delayMs?: number
  } = {},
): Promise<Trickled> {
  await using folder = await temporaryFolder()
  const { body = WHOLE, firstBytes = 200_000, waitMs = 30_000, delayMs = 5 } = options
  const going = Promise.withResolvers<void>()
  const room = new TestRoom(folder.path, new TestScanners(scanner))
  const said: Outcome[] = []
  let given: Buffer | undefined
  let early = 0
  let error: unknown
  const release: TrickleMode = {
    mode: 'trickle',
    delayMs,
    intervalMs: 5,
    bytes: 40_000,
    keepBack: KEPT_BACK,
    async begin(outgoing) {
      given = Buffer.alloc(0)
      if (options.send !== undefined) return await options.send(outgoing)
      for await (const chunk of outgoing.open()) {
        given = Buffer.concat([given, chunk])
        if (room.rulings.length === 0) early = given.length
        if (early >= firstBytes - KEPT_BACK) going.resolve()
      }
    },
  }
  setTimeout(() => going.resolve(), waitMs).unref()
  const source = stopping(body, firstBytes, going.promise, options.failure)
  await inspect(room, transferOf({ body: source, bytes: body.length, release }), async (outcome) => {
    said.push(outcome)
  }).catch((thrown: unknown) => {
    error = thrown
  })
  assert.equal(room.reports.length, 1, 'recorded once')
  return { room, said, given, early, error }
}

async function* stopping(body: Buffer, first: number, going: Promise<void>, failure?: Error): Body {
  yield* pieces(body.subarray(0, first), 10_000)
  await going
  if (failure !== undefined) throw failure
  yield* pieces(body.subarray(first), 10_000)
}

describe('trickle', () => {
  test('gives all but what is kept back before the verdict, and the rest after it', async () => {
    const { given, early, said, room, error } = await trickled(scannerFindingNothing)
    assert.ok(given?.equals(WHOLE))
    assert.ok(early >= 150_000 && early <= WHOLE.length - KEPT_BACK, `${early}`)
    assert.deepEqual([said, error, room.reports[0]?.failure], [[], undefined, undefined])
  })

  test('what is detected is withheld, and that is no failure of the transfer', async () => {
    const { given, said, room, error } = await trickled(scannerFinding('Eicar'))
    assert.ok(given !== undefined && given.length >= 150_000 && given.length <= WHOLE.length - KEPT_BACK)
    assert.ok(given.equals(WHOLE.subarray(0, given.length)))
    assert.ok(isFsigk(error, 'FSIGK_BODY_WITHHELD'))
    assert.deepEqual(said, [])
    const [report] = room.reports
    assert.deepEqual([report?.facts.result, report?.facts.action, report?.failure], ['INFECTED', 'DELETE', undefined])
  })

  test('a body no longer than what is kept back does not begin, and nor does one that is quick', async () => {
    const small = await trickled(scannerFindingNothing, {
      body: WHOLE.subarray(0, KEPT_BACK),
      firstBytes: 40_000,
      waitMs: 60,
    })
    const quick = await trickled(scannerFindingNothing, { waitMs: 0, delayMs: 60_000 })
    for (const { given, said } of [small, quick]) {
      assert.ok(given === undefined)
      assert.deepEqual(
        said.map(({ disposition }) => disposition),
        ['pass'],
      )
    }
  })

  test('a source that fails breaks it off, and is what the record tells', async () => {
    const failure = new Error('the server went away')
    const { given, room, error } = await trickled(scannerFindingNothing, { failure })
    assert.ok(given !== undefined && given.length <= 150_000)
    assert.deepEqual([error, room.reports[0]?.failure, room.reports[0]?.verdict], [failure, failure, undefined])
  })

  test('a peer that fails to take it is what the record tells, whatever comes of the source then', async () => {
    const stalled = new Error('the client took no data')
    const send = () => Promise.reject(stalled)
    const afterwards = await trickled(scannerFindingNothing, { send, waitMs: 50 })
    const meanwhile = await trickled(scannerFindingNothing, { send, waitMs: 50, failure: new Error('closed by us') })
    for (const { error, room } of [afterwards, meanwhile])
      assert.deepEqual([error, room.reports[0]?.failure], [stalled, stalled])
  })

  test('a peer that throws at once harms nobody', async () => {
    const thrown = new Error('at once')
    const { error } = await trickled(scannerFindingNothing, {
      waitMs: 50,
      send: () => {
        throw thrown
      },
    })
    assert.equal(error, thrown)
  })

  test('it goes on while scanners are at work', async () => {
    const slow = loaded('scanner-slow', async () => {
      await new Promise((resolve) => setTimeout(resolve, 100))
      return { findings: [] }
    })
    const { given, early } = await trickled(slow, { waitMs: 0 })
    assert.ok(given?.equals(WHOLE))
    assert.ok(early > 0 && early <= WHOLE.length - KEPT_BACK)
  })
})

test('a part of a spool is the same from memory, from the file and across both, while it is being written', async () => {
  await using folder = await temporaryFolder()
  const spool = new Spool(folder, '', '')
  for (const chunk of pieces(WHOLE, 10_007)) {
    const storing = spool.write(chunk)
    const { bytes } = spool
    const ranges = [
      [0, bytes],
      [Math.max(0, bytes - 20_000), bytes],
      [Math.floor(bytes / 3), Math.floor(bytes / 2)],
    ] as const
    const parts = ranges.map(([from, to]) => spool.part(from, to))
    await storing
    for (const [index, [from, to]] of ranges.entries())
      assert.ok((await parts[index])?.equals(WHOLE.subarray(from, to)), `${from} to ${to} of ${bytes}`)
  }
  await spool.release()
  await assert.rejects(spool.part(0, 1), (error) => isFsigk(error, 'FSIGK_SPOOL_RELEASED'))
})
