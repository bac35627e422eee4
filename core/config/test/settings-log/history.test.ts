/** The settings as a service over a store. What was: rollbacks, history, differences, files as of any revision. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { projectFiles, type SettingsLog } from '@fsigk/config'
import { isFsigk } from '@fsigk/plugin-api'
import { openMemoryStore } from 'eventstore-lite'
import { catalogue } from '../sample.js'
import { openLog, set } from './kit.js'

test('a rollback appends, restores, and can be rolled back', async () => {
  await using store = openMemoryStore()
  await using log = await openLog(store)
  const first = log.current
  await log.change(set({ 'http.action': 'pass', 'http.pre_spawn': 10 }))
  const second = log.current
  assert.equal((await log.rollback({ actor: 'bert', to: 1 })).revision, 3)
  assert.deepEqual(log.current.values, first.values)
  assert.equal((await log.rollback({ actor: 'bert', to: 2 })).revision, 4)
  assert.deepEqual(log.current.values, second.values)
  assert.deepEqual(projectFiles(await log.snapshot(3), catalogue), projectFiles(await log.snapshot(1), catalogue))
  const [newest] = await log.history({ limit: 1 })
  assert.equal(newest?.origin, 'rollback')
  assert.equal(newest?.comment, 'Rollback to r2')
})

test('a rollback of one key leaves the others', async () => {
  await using store = openMemoryStore()
  await using log = await openLog(store)
  await log.change(set({ 'http.action': 'pass', 'http.pre_spawn': 10 }))
  await log.rollback({ actor: 'bert', to: 1, key: 'http.action' })
  assert.equal(log.current.values['http']?.['action'], 'delete')
  assert.equal(log.current.values['http']?.['pre_spawn'], 10)
  assert.equal((await log.history({ limit: 1 }))[0]?.comment, 'Rollback of http.action to r1')
})

test('a rollback to a revision that is not there is refused', async () => {
  await using store = openMemoryStore()
  await using log = await openLog(store)
  for (const to of [0, 2, 1.5])
    await assert.rejects(log.rollback({ actor: 'bert', to }), (error) => isFsigk(error, 'FSIGK_REVISION_UNKNOWN'))
})

test('history is newest first, and filtered', async () => {
  await using store = openMemoryStore()
  await using log = await openLog(store)
  await log.change(set({ 'http.action': 'pass' }))
  await log.change({ ...set({ 'http.pre_spawn': 10 }), actor: 'bert' })
  await log.change({ ...set({ 'http.action': 'delete' }), origin: 'console' })
  const revisions = async (filter: Parameters<SettingsLog['history']>[0]) =>
    (await log.history(filter)).map(({ revision }) => revision)
  assert.deepEqual(await revisions({}), [4, 3, 2, 1])
  assert.deepEqual(await revisions({ limit: 2 }), [4, 3])
  assert.deepEqual(await revisions({ limit: 2, before: 3 }), [2, 1])
  assert.deepEqual(await revisions({ before: 1 }), [])
  assert.deepEqual(await revisions({ actor: 'bert' }), [3])
  assert.deepEqual(await revisions({ key: 'http.action' }), [4, 2])
  assert.deepEqual(await revisions({ since: new Date('2026-01-01T00:02:00Z') }), [4, 3])
  assert.deepEqual(
    (await log.history()).map(({ state }) => state),
    ['current', 'past', 'past', 'past'],
  )
  assert.deepEqual((await log.history({ limit: 1 }))[0], {
    revision: 4,
    at: '2026-01-01T00:03:00.000Z',
    actor: 'anna',
    origin: 'console',
    comment: null,
    state: 'current',
    approvedBy: null,
    changes: [{ key: 'http.action', from: 'pass', to: 'delete' }],
  })
})

test('diff is unified and goes over ini, access lists and templates', async () => {
  await using store = openMemoryStore()
  await using log = await openLog(store)
  await log.change(set({ 'http.pre_spawn': 10, 'access.http_to': '.example.com', 'template.http': 'blocked\n' }))
  const diff = await log.diff(1)
  assert.equal(diff, await log.diff(1, 2))
  assert.match(diff, /^--- r1\/fsigk\.ini\n\+\+\+ r2\/fsigk\.ini\n@@ /)
  for (const line of ['-pre_spawn=2000', '+pre_spawn=10', '-http_to: ALL', '+http_to: .example.com', '+blocked'])
    assert.ok(diff.split('\n').includes(line), line)
  assert.doesNotMatch(diff, /template_admin/)
  assert.equal(await log.diff(2, 2), '')
  await assert.rejects(log.diff(1, 3), (error) => isFsigk(error, 'FSIGK_REVISION_UNKNOWN'))
})

test('show gives the files as of any revision', async () => {
  await using store = openMemoryStore()
  await using log = await openLog(store)
  await log.change(set({ 'http.pre_spawn': 10 }))
  assert.match((await log.show(1)).get('fsigk.ini') ?? '', /^pre_spawn=2000$/m)
  assert.match((await log.show()).get('fsigk.ini') ?? '', /^pre_spawn=10$/m)
  assert.deepEqual([...(await log.show(1, 'hosts.allow')).keys()], ['hosts.allow'])
  await assert.rejects(log.show(1, 'passwd'), (error) => isFsigk(error, 'FSIGK_PROJECTION_UNKNOWN'))
})

test('revisions are named by number, steps back, and date', async () => {
  await using store = openMemoryStore()
  await using log = await openLog(store)
  await log.change(set({ 'http.pre_spawn': 10 }))
  await log.change(set({ 'http.pre_spawn': 11 }))
  const named = { '2': 2, r2: 2, '-1': 2, '-2': 1, '2026-01-01': 1, '2026-01-01T00:01:30Z': 2, '2030-01-01': 3 }
  for (const [text, revision] of Object.entries(named)) assert.equal(await log.resolve(text), revision, text)
  for (const text of ['4', '-3', '2025-12-31', 'yesterday'])
    await assert.rejects(log.resolve(text), (error) => isFsigk(error, 'FSIGK_REVISION_UNKNOWN'), text)
})

test('projections rebuilt from events alone are the same bytes', async () => {
  await using store = openMemoryStore()
  await using log = await openLog(store, { snapshotEvery: 3 })
  for (let index = 1; index <= 10; index++)
    await log.change(set({ 'http.pre_spawn': index, 'access.http_from': `10.${index}.`, 'template.http': `v${index}` }))
  await log.rollback({ actor: 'anna', to: 4 })
  await store.deleteSnapshots()
  await using rebuilt = await openLog(store)
  for (let revision = 1; revision <= log.revision; revision++)
    assert.deepEqual(await rebuilt.show(revision), await log.show(revision), `r${revision}`)
  assert.deepEqual(await log.show(12), await log.show(4))
})
