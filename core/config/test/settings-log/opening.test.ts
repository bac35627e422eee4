/** The settings as a service over a store. What opening finds: a first start, a history of any length, events that it cannot read. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type EventStore, openMemoryStore } from 'eventstore-lite'
import { openLog, set } from './kit.js'

test('the first start is revision 1, all defaults', async () => {
  await using store = openMemoryStore()
  await using log = await openLog(store)
  assert.equal(log.revision, 1)
  assert.equal(log.current.values['http']?.['svcport'], '9080')
  assert.deepEqual(await log.history(), [
    {
      revision: 1,
      at: '2026-01-01T00:00:00.000Z',
      actor: 'fsigk',
      origin: 'install',
      comment: 'First start',
      state: 'current',
      approvedBy: null,
      changes: [],
    },
  ])
})

test('opened again, there is no second first start', async () => {
  await using store = openMemoryStore()
  await using first = await openLog(store)
  await first.change(set({ 'http.pre_spawn': '10' }))
  await using second = await openLog(store)
  assert.equal(second.revision, 2)
  assert.deepEqual(second.current, first.current)
})

test('two that open a new store at once find one first start', async () => {
  await using store = openMemoryStore()
  const logs = await Promise.all([openLog(store), openLog(store), openLog(store)])
  assert.deepEqual(
    logs.map(({ revision }) => revision),
    [1, 1, 1],
  )
})

test('opening reads a bounded number of events, however long the history', async () => {
  await using store = openMemoryStore()
  await using log = await openLog(store, { snapshotEvery: 10 })
  for (let index = 1; index <= 57; index++) await log.change(set({ 'http.pre_spawn': index }))
  const counter = counting(store)
  await using reopened = await openLog(counter.store, { snapshotEvery: 10 })
  assert.deepEqual(reopened.current, log.current)
  assert.ok(counter.events <= 10, `read ${counter.events}`)
  await reopened.snapshot(31)
  assert.ok(counter.events <= 20, `read ${counter.events}`)
})

test('a snapshot of another shape is passed over', async () => {
  await using store = openMemoryStore()
  await using log = await openLog(store)
  await log.change(set({ 'http.pre_spawn': 10 }))
  await store.saveSnapshot('settings', 2, { schema: 99, values: 'strange' })
  await using reopened = await openLog(store)
  assert.deepEqual(reopened.current, log.current)
})

test('an event of a newer release, and one of no known shape, stop the opening with their place', async () => {
  for (const [event, reason] of [
    [{ type: 'SettingsChanged', schema: 99, data: {}, meta: {} }, /newer release/],
    [{ type: 'SettingsMelted', schema: 1, data: {}, meta: {} }, /Event 2 of stream 'settings' cannot be read/],
    [{ type: 'SettingsChanged', schema: 1, data: { changes: [{ key: 1 }] }, meta: {} }, /Event 2 .*data\.changes/],
  ] as const) {
    await using store = openMemoryStore()
    await using log = await openLog(store)
    await store.append('settings', log.revision, [event])
    await assert.rejects(openLog(store), reason)
  }
})

/** Counts the events that are read through it. */
function counting(store: EventStore): { readonly store: EventStore; events: number } {
  const counter = { store, events: 0 }
  counter.store = new Proxy(store, {
    get(target, member) {
      if (member !== 'read') {
        const found: unknown = Reflect.get(target, member)
        return typeof found === 'function' ? found.bind(target) : found
      }
      return async function* (...args: Parameters<EventStore['read']>) {
        for await (const event of target.read(...args)) {
          counter.events++
          yield event
        }
      }
    },
  })
  return counter
}
