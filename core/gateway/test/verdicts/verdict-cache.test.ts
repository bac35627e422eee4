import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { ScanReport, SharedState, SharedValue } from '@fsigk/plugin-api'
import { Deadline } from '../../src/pipeline/deadline.js'
import type { NoReport } from '../../src/pipeline/loaded-scanner.js'
import { VerdictCache, type Wanted } from '../../src/verdicts/verdict-cache.js'
import { TestPeer } from '../kit/room.js'

const clean: ScanReport = { findings: [] }
const infected: ScanReport = { findings: [{ threat: 'A', category: 'malware', member: 'a.txt' }] }
const LIMITS = { bytes: 1_000_000, ttlMs: 60_000, isShared: true }

/** What all workers share, in one process: a value, once there, is everybody's. */
class TestSharedState implements Pick<SharedState, 'once' | 'delete'> {
  readonly values = new Map<string, SharedValue>()
  asked = 0

  async once(key: string, _ttlMs: number, compute: () => Promise<SharedValue>): Promise<SharedValue> {
    this.asked += 1
    const known = this.values.get(key)
    if (known !== undefined) return known
    const value = await compute()
    this.values.set(key, value)
    return value
  }

  async delete(key: string): Promise<void> {
    this.values.delete(key)
  }
}

function cacheOf(shared?: TestSharedState, now?: () => number): VerdictCache {
  const cache = new VerdictCache(shared as SharedState | undefined, now)
  cache.limit(LIMITS)
  return cache
}

/** Somebody who wants a report, and how often the scanner was asked for him. */
function asker(
  answer: ScanReport | NoReport | Promise<ScanReport | NoReport>,
  options: Partial<Wanted> & { limitMs?: number } = {},
) {
  const peer = new TestPeer()
  const asked = { times: 0 }
  const { limitMs = 60_000, ...given } = options
  const deadline = new Deadline(limitMs, peer)
  const wanted: Wanted = {
    deadline,
    isCostly: true,
    scan: async () => {
      asked.times += 1
      return await answer
    },
    isStillSo: () => true,
    ...given,
  }
  return { wanted, asked, peer, [Symbol.dispose]: () => deadline.close() }
}

describe('remembered verdicts', () => {
  test('the only worker of a host asks no others, and remembers all the same', async () => {
    const shared = new TestSharedState()
    const cache = cacheOf(shared)
    cache.limit({ ...LIMITS, isShared: false })
    using one = asker(infected)
    assert.deepEqual(await cache.report('k', one.wanted), infected)
    assert.deepEqual(cache.known('k'), infected)
    assert.equal(shared.asked, 0)
  })

  for (const [says, report] of [
    ['clean', clean],
    ['infected', infected],
  ] as const)
    test(`a report that says ${says} is asked for once, here and in other workers`, async () => {
      const shared = new TestSharedState()
      const here = cacheOf(shared)
      const there = cacheOf(shared)
      using one = asker(report)
      assert.deepEqual(await here.report('k', one.wanted), report)
      assert.deepEqual(here.known('k'), report)
      using other = asker('failed')
      assert.deepEqual(await there.report('k', other.wanted), report)
      assert.deepEqual(there.known('k'), report)
      assert.equal(one.asked.times + other.asked.times, 1)
      assert.deepEqual([here.figures.misses, there.figures.hits], [1, 1])
    })

  for (const { says, answer, options } of [
    {
      says: 'a part that nobody looked into',
      answer: { findings: [], unscanned: [{ because: 'encrypted' }] } as const,
    },
    { says: 'a failure', answer: 'failed' as const },
    { says: 'nothing in time', answer: 'late' as const },
    { says: 'clean under definitions that have changed meanwhile', answer: clean, options: { isStillSo: () => false } },
    {
      says: 'more than it costs to scan again',
      answer: { findings: [{ threat: 'x'.repeat(20_000), category: 'malware' }] } as const,
    },
    {
      says: 'what no report may hold',
      answer: { findings: [{ threat: 'A', category: 'odd' }] } as unknown as ScanReport,
    },
  ])
    test(`${says} is remembered by nobody`, async () => {
      const shared = new TestSharedState()
      const cache = cacheOf(shared)
      for (const times of [1, 2]) {
        using each = asker(answer, options)
        assert.deepEqual(await cache.report('k', each.wanted), answer)
        assert.equal(each.asked.times, 1, `time ${times}`)
      }
      assert.equal(cache.known('k'), undefined)
      await new Promise(setImmediate)
      assert.equal(shared.values.size, 0)
    })

  for (const value of [
    '',
    'clean',
    '{}',
    '{"clean":true}',
    '{"clean":true,"at":"now"}',
    '{"clean":true,"at":1,"findings":[]}',
    '{"clean":false,"at":1}',
    `{"clean":false,"at":${Date.now()},"findings":[]}`,
    `{"clean":false,"at":${Date.now()},"findings":[{"threat":""}]}`,
    `{"clean":true,"at":${Date.now() - 60_001}}`,
    true,
    1,
  ])
    test(`what others left is not taken for clean when it is ${JSON.stringify(value)}`, async () => {
      const shared = new TestSharedState()
      shared.values.set('k', value)
      using one = asker(infected)
      assert.deepEqual(await cacheOf(shared).report('k', one.wanted), infected)
      assert.equal(one.asked.times, 1)
      assert.equal(shared.values.has('k'), false)
    })

  test('what another worker has known for long is remembered for the rest of its time', async () => {
    let now = 0
    const shared = new TestSharedState()
    shared.values.set('k', JSON.stringify({ clean: true, at: Date.now() - 50_000 }))
    const cache = cacheOf(shared, () => now)
    using one = asker('failed')
    assert.deepEqual(await cache.report('k', one.wanted), clean)
    now = 9_000
    assert.deepEqual(cache.known('k'), clean)
    now = 10_001
    assert.equal(cache.known('k'), undefined)
  })

  test('it holds no more than it may, and forgets what was not met for longest', async () => {
    const cache = cacheOf()
    cache.limit({ ...LIMITS, bytes: 10_000 })
    for (let at = 0; at < 100; at += 1) {
      using each = asker(clean)
      await cache.report(`k${at}`, each.wanted)
      cache.known('k0')
    }
    const { entries, bytes } = cache.figures
    assert.ok(entries > 20 && entries < 40, `${entries}`)
    assert.ok(bytes <= 10_000)
    assert.deepEqual(cache.known('k0'), clean)
    assert.equal(cache.known('k1'), undefined)
  })

  test('what was being scanned when all was forgotten is not remembered', async () => {
    const cache = cacheOf()
    const scanning = Promise.withResolvers<ScanReport>()
    using one = asker(scanning.promise)
    const answer = cache.report('k', one.wanted)
    cache.forget()
    scanning.resolve(clean)
    assert.deepEqual(await answer, clean)
    assert.equal(cache.known('k'), undefined)
  })

  test('shared state that fails keeps nobody from scanning', async () => {
    const broken = { once: () => Promise.reject(new Error('gone')) } as unknown as TestSharedState
    using one = asker(infected)
    assert.deepEqual(await cacheOf(broken).report('k', one.wanted), infected)
  })

  test('to scan a content that costs little, nobody else is asked', async () => {
    const shared = new TestSharedState()
    using one = asker(clean, { isCostly: false })
    assert.deepEqual(await cacheOf(shared).report('k', one.wanted), clean)
    assert.equal(shared.asked, 0)
  })
})

describe('what is being scanned', () => {
  test('is waited for, and when it holds for nobody else, each asks for himself at once', async () => {
    const cache = cacheOf()
    const scanning = Promise.withResolvers<ScanReport | NoReport>()
    using first = asker(scanning.promise)
    using second = asker(infected)
    using third = asker(clean)
    const answers = [first, second, third].map(({ wanted }) => cache.report('k', wanted))
    scanning.resolve('failed')
    assert.deepEqual(await Promise.all(answers), ['failed', infected, clean])
  })

  test('is another one’s to scan when the first leaves, even when his scan never ends', async () => {
    const cache = cacheOf()
    using first = asker(new Promise<ScanReport>(() => {}))
    const scanning = Promise.withResolvers<ScanReport>()
    using second = asker(scanning.promise)
    using third = asker('failed')
    void cache.report('k', first.wanted)
    const answers = [second, third].map(({ wanted }) => cache.report('k', wanted))
    first.peer.go()
    scanning.resolve(infected)
    assert.deepEqual(await Promise.all(answers), [infected, infected])
    assert.deepEqual([second.asked.times, third.asked.times], [1, 0])
    assert.equal(cache.figures.waits, 1)
  })

  test('that takes half of somebody’s time is scanned by one more, and the first answer counts for all', async () => {
    const cache = cacheOf()
    using first = asker(new Promise<ScanReport>(() => {}))
    void cache.report('k', first.wanted)
    const others = [1, 2, 3].map(() => asker(infected, { limitMs: 200 }))
    const answers = await Promise.all(others.map(({ wanted }) => cache.report('k', wanted)))
    assert.deepEqual(answers, [infected, infected, infected])
    assert.equal(
      others.reduce((sum, { asked }) => sum + asked.times, 0),
      1,
    )
    for (const each of others) each[Symbol.dispose]()
  })

  test('is not waited for beyond one’s own time', async () => {
    const cache = cacheOf()
    using first = asker(new Promise<ScanReport>(() => {}))
    using second = asker(clean)
    void cache.report('k', first.wanted)
    const answer = cache.report('k', second.wanted)
    second.peer.go()
    first.peer.go()
    assert.equal(await answer, 'late')
    assert.equal(second.asked.times, 0)
  })
})
