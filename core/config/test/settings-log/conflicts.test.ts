/** The settings as a service over a store. Writers that know of each other, and those that do not. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { isFsigk } from '@fsigk/plugin-api'
import { openMemoryStore, openSqliteStore } from 'eventstore-lite'
import { openLog, set, storedEvents } from './kit.js'

test('a change that expects an older revision meets a conflict that names revision and keys', async () => {
  await using store = openMemoryStore()
  await using log = await openLog(store)
  await log.change(set({ 'http.action': 'pass' }))
  await log.change(set({ 'http.pre_spawn': 5, 'http.virus_check': false }))
  await assert.rejects(log.change({ ...set({ 'http.pre_spawn': 7 }), expectedRevision: 1 }), (error) => {
    assert.ok(isFsigk(error, 'FSIGK_REVISION_CONFLICT'))
    assert.match(error.message, /at revision 3, not at 1 .*http\.action, http\.pre_spawn, http\.virus_check/)
    assert.deepEqual(error.details, {
      revision: 3,
      expectedRevision: 1,
      keys: ['http.action', 'http.pre_spawn', 'http.virus_check'],
    })
    return true
  })
  assert.equal((await log.change({ ...set({ 'http.pre_spawn': 7 }), expectedRevision: 3 })).revision, 4)
})

test('a change that expects a revision to come meets a conflict', async () => {
  await using store = openMemoryStore()
  await using log = await openLog(store)
  await assert.rejects(log.change({ ...set({ 'http.pre_spawn': 7 }), expectedRevision: 9 }), (error) => {
    return isFsigk(error, 'FSIGK_REVISION_CONFLICT') && /There is no revision 9 yet/.test(error.message)
  })
})

test('writers that expect the same revision: one wins, the others meet a conflict', async () => {
  await using store = openMemoryStore()
  const logs = await Promise.all(Array.from({ length: 5 }, () => openLog(store)))
  const saves = await Promise.allSettled(
    logs.map((log, index) => log.change({ ...set({ 'http.pre_spawn': index + 1 }), expectedRevision: 1 })),
  )
  assert.equal(saves.filter(({ status }) => status === 'fulfilled').length, 1)
  for (const save of saves)
    if (save.status === 'rejected') assert.ok(isFsigk(save.reason, 'FSIGK_REVISION_CONFLICT'), String(save.reason))
  assert.equal((await storedEvents(store)).length, 2)
})

test('writers that expect nothing all get in, each on top of the one before', async () => {
  await using store = openMemoryStore()
  const logs = await Promise.all(Array.from({ length: 5 }, () => openLog(store)))
  const saves = await Promise.all(logs.map((log, index) => log.change(set({ 'http.pre_spawn': index + 1 }))))
  assert.deepEqual(saves.map(({ revision }) => revision).sort(), [2, 3, 4, 5, 6])
  const events = await storedEvents(store)
  const steps = events.slice(1).map(({ data }) => (data as { changes: { from: unknown; to: unknown }[] }).changes[0])
  for (const [index, step] of steps.entries()) assert.equal(step?.from, index === 0 ? null : steps[index - 1]?.to)
})

test('two stores on one file: the append that comes second meets a conflict, or goes on top', async (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'fsigk-store-'))
  context.after(() => rmSync(folder, { recursive: true }))
  await using here = await openSqliteStore(join(folder, 'events.db'))
  await using there = await openSqliteStore(join(folder, 'events.db'))
  await using log = await openLog(here)
  await using other = await openLog(there)
  await log.change(set({ 'http.pre_spawn': 10 }))
  await assert.rejects(other.change({ ...set({ 'http.pre_spawn': 20 }), expectedRevision: 1 }), (error) =>
    isFsigk(error, 'FSIGK_REVISION_CONFLICT'),
  )
  const { revision, changes } = await other.change(set({ 'http.pre_spawn': 30 }))
  assert.equal(revision, 3)
  assert.deepEqual(changes, [{ key: 'http.pre_spawn', from: 10, to: 30 }])
})
