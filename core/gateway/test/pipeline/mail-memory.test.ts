import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Envelope, Finding, Reading, Transfer } from '@fsigk/plugin-api'
import { inspect } from '../../src/pipeline/inspect.js'
import { VerdictCache } from '../../src/verdicts/verdict-cache.js'
import { verdictKeys } from '../../src/verdicts/verdict-key.js'
import { recognisable } from '../kit/bodies.js'
import { temporaryFolder } from '../kit/folders.js'
import { oneChunk, TestRoom, transferOf } from '../kit/room.js'
import { ObservedScanner, scannerFinding, scannerFindingNothing, TestScanners } from '../kit/scanners.js'

const mail: Envelope = { mailFrom: 'from@site.example', rcptTo: ['to@site.example'] }

/** A mail of 100 KB with a part of as many: neither fits into the memory of other bodies. */
function mailWith(part: Partial<Reading> = {}, body = recognisable(100_000)): Partial<Transfer> {
  return {
    mail,
    type: 'message/rfc822',
    body: oneChunk(body),
    async *readings() {
      yield { name: 'part.bin', type: '', codings: [], body: oneChunk(recognisable(100_001)), ...part }
    },
  }
}

/** Inspects one mail after the other under one memory, and tells how many scans there were after each. */
async function scansAfter(
  mails: readonly Partial<Transfer>[],
  { underOf = () => 'smtp r1', finds = [] }: { underOf?: (at: number) => string; finds?: readonly Finding[] } = {},
): Promise<readonly number[]> {
  await using folder = await temporaryFolder()
  const [first] = finds
  const answering = first === undefined ? scannerFindingNothing : scannerFinding(first.threat)
  const observed = new ObservedScanner({ ...answering, judgesBy: 'bytes' })
  const cache = new VerdictCache(undefined)
  cache.limit({ bytes: 1_000_000, ttlMs: 60_000, isShared: false })
  const keys = verdictKeys([observed.loaded], () => ({})) ?? assert.fail()
  const counts: number[] = []
  for (const [at, each] of mails.entries()) {
    const memory = { cache, loaded: [observed.loaded], keys, under: underOf(at) }
    const room = new TestRoom(folder.path, Object.assign(new TestScanners(observed.loaded), { memory }))
    await inspect(room, transferOf(each), async () => {})
    assert.deepEqual(await folder.names(), [], 'nothing went to a file')
    counts.push(observed.calls.length)
  }
  return counts
}

describe('a mail that comes again', () => {
  test('is not taken apart when it was clean', async () => {
    let opened = 0
    const counted = (): Partial<Transfer> => {
      const one = mailWith()
      const { readings } = one
      return {
        ...one,
        readings: (content, signal) => {
          opened += 1
          return readings?.(content, signal) ?? assert.fail()
        },
      }
    }
    assert.deepEqual(await scansAfter([counted(), counted()]), [2, 2])
    assert.equal(opened, 1)
  })

  test('is taken apart under other settings, and of its pieces none is scanned again', async () => {
    const other = mailWith({ body: oneChunk(recognisable(100_002)) })
    assert.deepEqual(await scansAfter([mailWith(), other], { underOf: (at) => `smtp r${at}` }), [2, 3])
  })

  test('is looked at again when something was found, or was said of its form', async () => {
    const finding: Finding = { threat: 'Eicar', category: 'malware' }
    const parts = [mailWith(), mailWith({ body: oneChunk(recognisable(100_003)) })]
    assert.deepEqual(await scansAfter(parts, { finds: [finding] }), [2, 3])
    const odd = mailWith({ findings: [{ threat: 'FSIGK/POLICY_FORMAT_MIME_BOUNDARY', category: 'policy' }] })
    assert.deepEqual(await scansAfter([odd, mailWith({ body: oneChunk(recognisable(100_003)) })]), [2, 3])
    const unread = mailWith({ unscanned: [{ because: 'encrypted', detail: 'nobody can' }] })
    assert.deepEqual(await scansAfter([unread, mailWith({ body: oneChunk(recognisable(100_003)) })]), [2, 3])
  })

  test('with other bytes is another one', async () => {
    assert.deepEqual(await scansAfter([mailWith(), mailWith({}, recognisable(100_004))]), [2, 3])
  })
})
