/** What every driver promises whose events several processes can share. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { EventStore } from '../event-store.js'
import { collect, numbered, type OpenStore, Received, upTo } from './store-under-test.js'

export function sharingConformance(open: OpenStore): void {
  test('what one appends the other reads, and must expect', async (context) => {
    await using opened = await open()
    if (opened.openAnother === undefined) return context.skip('events of this driver cannot be shared')
    await using another = await opened.openAnother()
    const events = await opened.store.append('settings', 0, numbered(1, 3))
    assert.deepEqual(await collect(another.read('settings')), events)
    await assert.rejects(another.append('settings', 2, numbered(3, 3)), { expected: 2, actual: 3 })
    await another.append('settings', 3, numbered(4, 4))
    assert.equal(await opened.store.version('settings'), 4)
    assert.deepEqual(await opened.store.verify(), { ok: true, streams: 1, events: 4 })
  })

  test('a subscriber is told what others append', async (context) => {
    await using opened = await open()
    if (opened.openAnother === undefined) return context.skip('events of this driver cannot be shared')
    await using another = await opened.openAnother()
    await another.append('settings', 0, numbered(1, 2))
    const received = new Received()
    const stop = new AbortController()
    const subscription = opened.store.subscribe('settings', 1, received.handler, stop)
    await received.first(2)
    await another.append('settings', 2, numbered(3, 4))
    await received.first(4)
    await opened.store.append('settings', 4, numbered(5, 5))
    await another.append('settings', 5, numbered(6, 6))
    assert.deepEqual(await received.first(6), upTo(6))
    stop.abort()
    await subscription
  })

  test('writers that take turns at random share one stream without a gap', async (context) => {
    await using opened = await open()
    if (opened.openAnother === undefined) return context.skip('events of this driver cannot be shared')
    await using another = await opened.openAnother()
    const won = await Promise.all([winVersions(opened.store, 50), winVersions(another, 50)])
    assert.deepEqual(
      won.flat().sort((a, b) => a - b),
      upTo(100),
    )
    assert.deepEqual(await opened.store.verify(), { ok: true, streams: 1, events: 100 })
  })
}

/** Appends until so many appends have won, beginning anew after each conflict. */
async function winVersions(store: EventStore, count: number): Promise<readonly number[]> {
  const won: number[] = []
  while (won.length < count) {
    const version = await store.version('settings')
    try {
      await store.append('settings', version, numbered(version + 1, version + 1))
      won.push(version + 1)
    } catch (error) {
      assert.equal((error as { code?: unknown }).code, 'EVENTSTORE_VERSION_CONFLICT')
    }
  }
  return won
}
