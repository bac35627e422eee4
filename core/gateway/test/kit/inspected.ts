import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import type { Outcome, Transfer } from '@fsigk/plugin-api'
import { inspect } from '../../src/pipeline/inspect.js'
import type { LoadedScanner } from '../../src/pipeline/loaded-scanner.js'
import type { InspectionRoom } from '../../src/pipeline/room.js'
import { collected } from './bodies.js'
import { temporaryFolder } from './folders.js'
import { TestRoom, transferOf } from './room.js'
import { TestScanners } from './scanners.js'

interface Inspected {
  readonly room: TestRoom
  readonly outcome: Outcome | undefined
  /** What the answer got of the body; undefined for a refusal. */
  readonly passed: Buffer | undefined
  readonly error: unknown
  /** `result action details` of the record. */
  readonly told: string
}

/** Inspects in a folder of its own, which must be empty afterwards. */
export async function inspected(
  transfer: Partial<Transfer>,
  scanners: readonly LoadedScanner[],
  settings: Partial<InspectionRoom['settings']> = {},
  folder?: string,
): Promise<Inspected> {
  await using own = await temporaryFolder()
  const room = new TestRoom(folder ?? own.path, new TestScanners(...scanners), settings)
  let outcome: Outcome | undefined
  let passed: Buffer | undefined
  let error: unknown
  try {
    await inspect(room, transferOf(transfer), async (answered) => {
      outcome = answered
      if ('body' in answered) passed = await collected(answered.body.open())
    })
  } catch (thrown) {
    error = thrown
  }
  assert.equal(room.reports.length, 1, 'recorded once')
  assert.equal(room.departure.waiting.size, 0, 'nothing waits for the peer any more')
  assert.deepEqual(
    (await readdir(room.tmpdir.path)).filter((name) => name.startsWith('proxytmp-')),
    [],
  )
  const { facts } = room.reports[0] ?? assert.fail()
  return { room, outcome, passed, error, told: [facts.result, facts.action, ...facts.details].join(' ') }
}
