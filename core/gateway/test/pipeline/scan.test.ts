import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Deadline } from '../../src/pipeline/deadline.js'
import type { LoadedScanner } from '../../src/pipeline/loaded-scanner.js'
import { scan } from '../../src/pipeline/scan.js'
import { Spool } from '../../src/spool.js'
import { TestPeer } from '../kit/room.js'
import {
  loaded,
  ObservedScanner,
  scannerFinding,
  scannerFindingNothing,
  scannerHanging,
  scannerReporting,
  scannerSaying,
  scannerThrowing,
  scannerThrowingAtOnce,
  TestScanners,
} from '../kit/scanners.js'

/** Scans a small content once, or as often as there are readings. */
async function scanned(scanners: TestScanners, options: { limitMs?: number; readings?: number; peer?: TestPeer } = {}) {
  const peer = options.peer ?? new TestPeer()
  const deadline = new Deadline(options.limitMs ?? 10_000, peer)
  const readings = Array.from({ length: options.readings ?? 1 }, () => {
    const spool = new Spool({ path: '/nonexistent' }, 'file', '')
    void spool.write(Buffer.from('content'))
    return spool
  })
  const judgement = await scan(scanners, readings, deadline)
  deadline.close()
  return {
    threats: judgement.findings.map(({ threat }) => threat),
    causes: judgement.unscanned.map(({ because }) => because),
    deadline,
    peer,
  }
}

describe('scanning', () => {
  test('each scanner gets the content, its own settings, a signal and its log', async () => {
    const observed = new ObservedScanner(scannerFindingNothing)
    const { deadline, peer } = await scanned(new TestScanners(observed.loaded))
    const [only] = observed.calls
    assert.deepEqual(only?.call.settings, { of: 'scanner_nothing' })
    assert.equal(only.call.signal, deadline.signal)
    assert.equal(only.call.log, scannerFindingNothing.log)
    assert.equal(only.content.bytes, 7)
    assert.equal(only.call.signal.aborted, false)
    assert.equal(peer.waiting.size, 0)
  })

  for (const { says, scanners, threats, causes, readings = 1 } of [
    { says: 'nothing found', scanners: [scannerFindingNothing], threats: [], causes: [] },
    {
      says: 'all that was found, in the order of the scanners',
      scanners: [scannerFinding('A'), scannerFindingNothing, scannerFinding('B')],
      threats: ['A', 'B'],
      causes: [],
    },
    { says: 'no scanner', scanners: [], threats: [], causes: ['engine-down'] },
    { says: 'one that throws', scanners: [scannerThrowing], threats: [], causes: ['engine-error'] },
    { says: 'one that throws at once', scanners: [scannerThrowingAtOnce], threats: [], causes: ['engine-error'] },
    {
      says: 'one that throws beside one that finds',
      scanners: [scannerThrowing, scannerFinding('A')],
      threats: ['A'],
      causes: ['engine-error'],
    },
    {
      says: 'what a scanner could not look into',
      scanners: [scannerReporting('encrypted', 'max-nested'), scannerReporting('undecodable')],
      threats: [],
      causes: ['encrypted', 'max-nested', 'undecodable'],
    },
    { says: 'every reading', scanners: [scannerFinding('A')], threats: ['A', 'A'], causes: [], readings: 2 },
  ] as const satisfies readonly {
    says: string
    scanners: readonly LoadedScanner[]
    threats: readonly string[]
    causes: readonly string[]
    readings?: number
  }[])
    test(says, async () => {
      const result = await scanned(new TestScanners(...scanners), { readings })
      assert.deepEqual([result.threats, result.causes], [threats, causes])
    })

  test('what was thrown is told, with the scanner that threw', async () => {
    const scanners = new TestScanners(scannerFindingNothing, scannerThrowing)
    await scanned(scanners)
    assert.equal(scanners.failures.length, 1)
    assert.equal(scanners.failures[0]?.id, 'scanner-throwing')
    assert.match(String(scanners.failures[0]?.cause), /the engine broke/)
  })

  for (const [what, report] of [
    ['nothing', undefined],
    ['null', null],
    ['a text', 'clean'],
    ['no findings', {}],
    ['findings that are no list', { findings: 'none' }],
    ['a finding without a name', { findings: [{ category: 'malware' }] }],
    ['a finding with an empty name', { findings: [{ threat: '', category: 'malware' }] }],
    ['a hole among the findings', { findings: [undefined] }],
    ['causes that are no list', { findings: [], unscanned: 'encrypted' }],
    ['a cause that does not exist', { findings: [], unscanned: [{ because: 'toString' }] }],
    ['a cause that is missing', { findings: [], unscanned: [{}] }],
    ['that it skipped the content', { findings: [], unscanned: [{ because: 'skipped' }] }],
    ['that it is a tunnel', { findings: [], unscanned: [{ because: 'tunnel' }] }],
    ['that it is too large to be scanned', { findings: [], unscanned: [{ because: 'over-filesize' }] }],
  ] as const)
    test(`a scanner that says ${what} has failed`, async () => {
      const scanners = new TestScanners(scannerSaying(report))
      assert.deepEqual((await scanned(scanners)).causes, ['engine-error'])
      assert.match(String(scanners.failures[0]?.cause), /Scanner 'scanner-saying' gave a report with/)
    })

  test('one that hangs costs its deadline and hides nothing that others find', async () => {
    const began = performance.now()
    const { threats, causes, deadline } = await scanned(
      new TestScanners(scannerHanging, scannerFinding('A'), scannerFindingNothing),
      { limitMs: 50 },
    )
    assert.ok(performance.now() - began >= 45)
    assert.deepEqual([threats, causes], [['A'], ['scan-timeout']])
    assert.deepEqual([deadline.over, deadline.signal.aborted], ['time', true])
  })

  test('the deadline is one for all readings', async () => {
    const began = performance.now()
    const { causes } = await scanned(new TestScanners(scannerHanging), { limitMs: 1_000, readings: 4 })
    assert.ok(performance.now() - began < 3_000)
    assert.deepEqual(causes, ['scan-timeout'])
  })

  test('one that obeys its signal by throwing was late, and did not fail', async () => {
    const obedient = loaded('scanner-obedient', (_content, { signal }) => {
      return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
    })
    const scanners = new TestScanners(obedient)
    assert.deepEqual((await scanned(scanners, { limitMs: 20 })).causes, ['scan-timeout'])
    await new Promise((resolve) => setImmediate(resolve))
    assert.deepEqual(scanners.failures, [])
  })

  test('one that fails or finds long after its deadline disturbs nobody', async () => {
    let fail: (error: Error) => void = () => {}
    const late = loaded('scanner-late', () => new Promise((_resolve, reject) => (fail = reject)))
    const unhandled: unknown[] = []
    const listen = (error: unknown) => unhandled.push(error)
    process.on('unhandledRejection', listen)
    try {
      const scanners = new TestScanners(late)
      await scanned(scanners, { limitMs: 10 })
      fail(new Error('too late'))
      await new Promise((resolve) => setTimeout(resolve, 10))
      assert.deepEqual([unhandled, scanners.failures], [[], []])
    } finally {
      process.off('unhandledRejection', listen)
    }
  })

  test('without a limit of time it ends when the peer goes', async () => {
    const peer = new TestPeer()
    const scanning = scanned(new TestScanners(scannerHanging), { limitMs: 0, peer })
    await new Promise((resolve) => setTimeout(resolve, 30))
    peer.go()
    const { deadline, causes } = await scanning
    assert.deepEqual([deadline.over, causes], ['gone', ['scan-timeout']])
  })

  test('for a peer that is gone already no time is spent', async () => {
    const peer = new TestPeer()
    peer.go()
    const { deadline } = await scanned(new TestScanners(scannerHanging), { limitMs: 0, peer })
    assert.equal(deadline.over, 'gone')
  })
})
