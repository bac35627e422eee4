/** The settings as a service over a store. Who hears of changes. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PublishedSettings } from '@fsigk/config'
import { openMemoryStore } from 'eventstore-lite'
import { openLog, set } from './kit.js'

test('listeners hear of every change, with the keys; also of changes by others', async () => {
  await using store = openMemoryStore()
  await using log = await openLog(store)
  await using other = await openLog(store)
  const heard: PublishedSettings[] = []
  const { promise: foreign, resolve } = Promise.withResolvers<void>()
  const stop = log.subscribe((published) => {
    heard.push(published)
    if (published.snapshot.revision === 3) resolve()
  })
  await log.change(set({ 'http.pre_spawn': 10 }))
  assert.deepEqual(
    heard.map(({ snapshot, keys }) => [snapshot.revision, keys]),
    [[2, ['http.pre_spawn']]],
  )
  await other.change(set({ 'http.action': 'pass' }))
  await foreign
  assert.deepEqual(heard.map(({ snapshot, keys }) => [snapshot.revision, keys]).at(-1), [3, ['http.action']])
  assert.equal(log.revision, 3)
  stop()
  await log.change(set({ 'http.pre_spawn': 11 }))
  assert.equal(heard.length, 2)
})

test('a listener that throws harms neither the save nor the other listeners', async () => {
  await using store = openMemoryStore()
  const faults: unknown[] = []
  await using log = await openLog(store, { onFault: (error) => faults.push(error) })
  let heard = 0
  log.subscribe(() => {
    throw new Error('deaf')
  })
  log.subscribe(() => heard++)
  assert.equal((await log.change(set({ 'http.pre_spawn': 10 }))).revision, 2)
  assert.equal(heard, 1)
  assert.equal(faults.length, 1)
})

test('refresh takes in what others saved', async () => {
  await using store = openMemoryStore()
  await using log = await openLog(store)
  await using other = await openLog(store)
  await other.change(set({ 'http.pre_spawn': 10 }))
  assert.equal(log.revision, 1)
  assert.equal((await log.refresh()).revision, 2)
})
