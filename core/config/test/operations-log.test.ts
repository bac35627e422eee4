import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OPERATIONS_STREAM, OperationsLog } from '@fsigk/config'
import { openMemoryStore } from 'eventstore-lite'
import { collect } from './collect.js'

test('facts of several writers all get in, with their time', async () => {
  await using store = openMemoryStore()
  const now = () => new Date('2026-01-01T00:00:00Z')
  const logs = Array.from({ length: 4 }, () => new OperationsLog(store, now))
  await Promise.all(logs.map((log, worker) => log.append({ type: 'WorkerCrashed', data: { worker } })))
  const facts = await collect(store.read(OPERATIONS_STREAM))
  assert.equal(facts.length, 4)
  assert.deepEqual(facts[0]?.meta, { at: '2026-01-01T00:00:00.000Z' })
  assert.equal(await store.version('settings'), 0)
})
