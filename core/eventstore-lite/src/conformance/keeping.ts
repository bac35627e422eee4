/** What every driver promises of snapshots, of verifying, and of the time after it is disposed. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { collect, numbered, type OpenStore } from './store-under-test.js'

export function keepingConformance(open: OpenStore): void {
  test('the newest snapshot that is old enough is the one that is loaded', async () => {
    await using opened = await open()
    const { store } = opened
    await store.append('settings', 0, numbered(1, 30))
    await store.append('other', 0, numbered(1, 30))
    assert.equal(await store.loadSnapshot('settings'), undefined)
    await store.saveSnapshot('settings', 10, { sum: 55 })
    await store.saveSnapshot('settings', 20, { sum: 0 })
    await store.saveSnapshot('settings', 20, { sum: 210 })
    await store.saveSnapshot('other', 30, 'another')
    assert.deepEqual(await store.loadSnapshot('settings'), { version: 20, data: { sum: 210 } })
    assert.deepEqual(await store.loadSnapshot('settings', 20), { version: 20, data: { sum: 210 } })
    assert.deepEqual(await store.loadSnapshot('settings', 19), { version: 10, data: { sum: 55 } })
    assert.equal(await store.loadSnapshot('settings', 9), undefined)
  })

  test('snapshots can be deleted without a loss', async () => {
    await using opened = await open()
    const { store } = opened
    await store.append('settings', 0, numbered(1, 3))
    await store.append('other', 0, numbered(1, 3))
    await store.saveSnapshot('settings', 3, 'a')
    await store.saveSnapshot('other', 3, 'b')
    await store.deleteSnapshots('settings')
    assert.equal(await store.loadSnapshot('settings'), undefined)
    assert.deepEqual(await store.loadSnapshot('other'), { version: 3, data: 'b' })
    await store.deleteSnapshots()
    assert.equal(await store.loadSnapshot('other'), undefined)
    assert.equal((await collect(store.read('settings'))).length, 3)
  })

  test('refused: a snapshot of a version that is not there', async () => {
    await using opened = await open()
    await opened.store.append('settings', 0, numbered(1, 3))
    await assert.rejects(opened.store.saveSnapshot('settings', 4, {}), {
      code: 'EVENTSTORE_INVALID',
      message: "version is 4, which stream 'settings' does not have.",
    })
  })

  test('a sound store verifies, whole and by stream', async () => {
    await using opened = await open()
    assert.deepEqual(await opened.store.verify(), { ok: true, streams: 0, events: 0 })
    await opened.store.append('settings', 0, numbered(1, 600))
    await opened.store.append('other', 0, numbered(1, 3))
    assert.deepEqual(await opened.store.verify(), { ok: true, streams: 2, events: 603 })
    assert.deepEqual(await opened.store.verify('other'), { ok: true, streams: 1, events: 3 })
  })

  test('verifying can be broken off', async () => {
    await using opened = await open()
    await opened.store.append('settings', 0, numbered(1, 3))
    await assert.rejects(opened.store.verify(undefined, { signal: AbortSignal.abort() }), { name: 'AbortError' })
  })

  test('a disposed store refuses every call, and may be disposed again', async () => {
    await using opened = await open()
    const { store } = opened
    await store.append('settings', 0, numbered(1, 600))
    const reading = store.read('settings')[Symbol.asyncIterator]()
    await reading.next()
    await store[Symbol.asyncDispose]()
    await store[Symbol.asyncDispose]()
    const closed = { code: 'EVENTSTORE_CLOSED' }
    const { signal } = new AbortController()
    await assert.rejects(store.append('settings', 1, numbered(2, 2)), closed)
    await assert.rejects(store.version('settings'), closed)
    assert.throws(() => store.read('settings'), closed)
    assert.throws(() => store.readAll(), closed)
    await assert.rejects(
      store.subscribe('settings', 1, () => undefined, { signal }),
      closed,
    )
    await assert.rejects(store.saveSnapshot('settings', 1, {}), closed)
    await assert.rejects(store.loadSnapshot('settings'), closed)
    await assert.rejects(store.deleteSnapshots(), closed)
    await assert.rejects(store.verify(), closed)
    await assert.rejects(async () => {
      while ((await reading.next()).done !== true);
    }, closed)
  })
}
