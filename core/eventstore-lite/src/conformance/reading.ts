/** What every driver promises of a read: order, both ends, limits, and a picture of one moment. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ReadOptions } from '../event-store.js'
import { collect, numbered, type OpenStore, upTo, versionsOf } from './store-under-test.js'

const down = (from: number, to: number) => [...upTo(from, to)].reverse()

const reads: readonly { options: ReadOptions; gives: readonly number[] }[] = [
  { options: {}, gives: upTo(1000) },
  { options: { direction: 'forward', from: 1 }, gives: upTo(1000) },
  { options: { from: 990 }, gives: upTo(1000, 990) },
  { options: { from: 1000 }, gives: [1000] },
  { options: { from: 1001 }, gives: [] },
  { options: { from: Number.MAX_SAFE_INTEGER, limit: Number.MAX_SAFE_INTEGER }, gives: [] },
  { options: { limit: 0 }, gives: [] },
  { options: { limit: 3 }, gives: [1, 2, 3] },
  { options: { from: 255, limit: 3 }, gives: [255, 256, 257] },
  { options: { from: 999, limit: 10 }, gives: [999, 1000] },
  { options: { direction: 'backward' }, gives: down(1000, 1) },
  { options: { direction: 'backward', limit: 0 }, gives: [] },
  { options: { direction: 'backward', limit: 3 }, gives: [1000, 999, 998] },
  { options: { direction: 'backward', from: 258, limit: 4 }, gives: [258, 257, 256, 255] },
  { options: { direction: 'backward', from: 2, limit: 10 }, gives: [2, 1] },
  { options: { direction: 'backward', from: 5000, limit: 1 }, gives: [1000] },
]

export function readingConformance(open: OpenStore): void {
  test('a stream that nobody wrote to has nothing to read', async () => {
    await using opened = await open()
    assert.deepEqual(await collect(opened.store.read('settings')), [])
    assert.deepEqual(await collect(opened.store.read('settings', { direction: 'backward' })), [])
    assert.deepEqual(await collect(opened.store.readAll()), [])
    assert.deepEqual(await collect(opened.store.readAll({ direction: 'backward' })), [])
  })

  test('a stream of 1,000 events is read from any version, both ways, within any limit', async () => {
    await using opened = await open()
    await opened.store.append('other', 0, numbered(1, 10))
    await opened.store.append('settings', 0, numbered(1, 1000))
    await opened.store.append('other', 10, numbered(11, 20))
    for (const { options, gives } of reads) {
      assert.deepEqual(await versionsOf(opened.store.read('settings', options)), gives, JSON.stringify(options))
    }
  })

  test('all streams are read in the order in which they were written', async () => {
    await using opened = await open()
    const written = [
      ...(await opened.store.append('b', 0, numbered(1, 300))),
      ...(await opened.store.append('a', 0, numbered(1, 300))),
      ...(await opened.store.append('b', 300, numbered(301, 301))),
    ]
    const last = written[600]
    assert.deepEqual(await collect(opened.store.readAll()), written)
    assert.deepEqual(await collect(opened.store.readAll({ direction: 'backward' })), [...written].reverse())
    assert.deepEqual(await collect(opened.store.readAll({ direction: 'backward', limit: 1 })), [last])
    assert.deepEqual(await collect(opened.store.readAll({ from: last?.position ?? 0 })), [last])
    assert.deepEqual(
      await collect(opened.store.readAll({ from: written[299]?.position ?? 0, limit: 2 })),
      written.slice(299, 301),
    )
    assert.deepEqual(await collect(opened.store.readAll({ limit: 0 })), [])
  })

  test('a read ends with the event that was the last when it began', async () => {
    await using opened = await open()
    await opened.store.append('settings', 0, numbered(1, 3))
    const seen: number[] = []
    for await (const { version } of opened.store.read('settings')) {
      seen.push(version)
      await opened.store.append('settings', 2 + seen.length, numbered(9, 9))
    }
    assert.deepEqual(seen, [1, 2, 3])
    assert.equal(await opened.store.version('settings'), 6)
  })

  test('a read can be left at any time', async () => {
    await using opened = await open()
    await opened.store.append('settings', 0, numbered(1, 600))
    for await (const { version } of opened.store.read('settings')) if (version === 300) break
    await opened.store.append('settings', 600, numbered(601, 601))
    assert.equal(await opened.store.version('settings'), 601)
  })

  const refusals: readonly { says: string; options: ReadOptions }[] = [
    { says: 'from is 0; it must be a whole number of at least 1.', options: { from: 0 } },
    { says: 'limit is -1; it must be a whole number of at least 0.', options: { limit: -1 } },
    {
      says: "direction is 'sideways'; it must be 'forward' or 'backward'.",
      options: { direction: 'sideways' as 'forward' },
    },
  ]
  for (const { says, options } of refusals) {
    test(`refused: ${says}`, async () => {
      await using opened = await open()
      const refusal = { code: 'EVENTSTORE_INVALID', message: says }
      assert.throws(() => opened.store.read('settings', options), refusal)
      assert.throws(() => opened.store.readAll(options), refusal)
    })
  }
}
