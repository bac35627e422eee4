/** The settings as a service over a store: saves, conflicts, rollbacks, history, differences, rebuilding. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { type PublishedSettings, projectFiles, SettingsLog, type SettingsLogOptions } from '@fsigk/config'
import { isFsigk } from '@fsigk/plugin-api'
import { type EventStore, openMemoryStore, openSqliteStore, type StoredEvent } from 'eventstore-lite'
import { collect } from './collect.js'
import { catalogue, templates } from './sample.js'

/** One minute later at each look. */
function clock(): () => Date {
  let minutes = 0
  return () => new Date(Date.UTC(2026, 0, 1, 0, minutes++))
}

async function openLog(store: EventStore, options: Partial<SettingsLogOptions> = {}): Promise<SettingsLog> {
  return await SettingsLog.open({ store, catalogue, templates, now: clock(), ...options })
}

function set(settings: Record<string, unknown>) {
  const changes = Object.entries(settings).map(([key, to]) => ({ key, to }))
  return { actor: 'anna', origin: 'cli', changes } as const
}

async function storedEvents(store: EventStore): Promise<StoredEvent[]> {
  return await collect(store.read('settings'))
}

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
