/** The settings as a service over a store. Saves: what becomes an event, and what is refused. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isFsigk } from '@fsigk/plugin-api'
import { openMemoryStore } from 'eventstore-lite'
import { openLog, set, storedEvents } from './kit.js'

test('one save is one stored event', async () => {
  await using store = openMemoryStore()
  await using log = await openLog(store)
  assert.deepEqual(await log.change({ ...set({ 'http.pre_spawn': '10', 'http.action': 'pass' }), comment: 'try' }), {
    revision: 2,
    saved: true,
    changes: [
      { key: 'http.pre_spawn', from: null, to: 10 },
      { key: 'http.action', from: null, to: 'pass' },
    ],
  })
  const [, event] = await storedEvents(store)
  assert.equal(event?.type, 'SettingsChanged')
  assert.equal(event.schema, 2)
  assert.deepEqual(event.meta, {
    at: '2026-01-01T00:01:00.000Z',
    actor: 'anna',
    origin: 'cli',
    comment: 'try',
    machine: false,
    approvedBy: null,
  })
  assert.deepEqual(event.data, {
    changes: [
      { key: 'http.pre_spawn', from: null, to: 10 },
      { key: 'http.action', from: null, to: 'pass' },
    ],
  })
})

test('what is so already makes no revision', async () => {
  await using store = openMemoryStore()
  await using log = await openLog(store)
  await log.change(set({ 'http.action': 'pass' }))
  assert.deepEqual(await log.change(set({ 'http.action': 'pass' })), { revision: 2, saved: false, changes: [] })
  assert.equal((await storedEvents(store)).length, 2)
})

test('bad values are all reported and nothing is appended', async () => {
  await using store = openMemoryStore()
  await using log = await openLog(store)
  await assert.rejects(
    log.change(set({ 'http.pre_spawn': 'abc', 'http.action': 'pass', 'http.svcport': '70000' })),
    (error) => {
      assert.ok(isFsigk(error, 'FSIGK_SETTINGS_INVALID'))
      assert.match(
        error.message,
        /http\.pre_spawn=abc: must be a whole number from 1 to 100000 connections; http\.svcport=70000: /,
      )
      assert.deepEqual(
        (error.details as { key: string }[]).map(({ key }) => key),
        ['http.pre_spawn', 'http.svcport'],
      )
      return true
    },
  )
  assert.equal((await storedEvents(store)).length, 1)
  assert.equal(log.current.values['http']?.['action'], 'delete')
})

test('a command without an actor is refused', async () => {
  await using store = openMemoryStore()
  await using log = await openLog(store)
  await assert.rejects(log.change({ ...set({ 'http.action': 'pass' }), actor: '' }), (error) =>
    isFsigk(error, 'FSIGK_COMMAND_INVALID'),
  )
})

test('a dry run says what would change and saves nothing', async () => {
  await using store = openMemoryStore()
  await using log = await openLog(store)
  const changes = [{ key: 'http.action', from: null, to: 'pass' }]
  assert.deepEqual(await log.change({ ...set({ 'http.action': 'pass' }), dryRun: true }), {
    revision: 1,
    saved: false,
    changes,
  })
  assert.equal(log.current.values['http']?.['action'], 'delete')
  await log.change(set({ 'http.action': 'pass' }))
  assert.deepEqual(await log.rollback({ actor: 'anna', to: 1, dryRun: true }), {
    revision: 2,
    saved: false,
    changes: [{ key: 'http.action', from: 'pass', to: null }],
  })
  assert.equal((await storedEvents(store)).length, 2)
})
