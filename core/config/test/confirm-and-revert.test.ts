import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Catalogue, type ChangeCommand, OperationsLog, SettingsLog } from '@fsigk/config'
import { integer, settingsSchema } from '@fsigk/plugin-api'
import { type EventStore, openMemoryStore } from 'eventstore-lite'
import { catalogue, templates } from './sample.js'

const until = '2026-11-24T10:10:00.000Z'
const confirm = { until, guards: ['listeners'] }

function openLog(store: EventStore): Promise<SettingsLog> {
  return SettingsLog.open({ store, catalogue, templates, now: () => new Date('2026-11-24T10:00:00.000Z') })
}

function set(values: Readonly<Record<string, string>>, actor = 'anna'): ChangeCommand {
  return { actor, origin: 'cli', changes: Object.entries(values).map(([key, to]) => ({ key, to })) }
}

/** A release that allows so many connections. */
function limited(max: number): Catalogue {
  const said = { label: { en: 'C', ja: 'C' }, help: { en: 'C.', ja: 'C。' } }
  return Catalogue.of([{ ...settingsSchema('http', { pre_spawn: integer(20, { min: 1, max }, said) }), title: 'http' }])
}

describe('a revision that must be confirmed', () => {
  test('nothing else is saved while it waits, and whoever tries is told whose it is and until when', async () => {
    await using store = openMemoryStore()
    await using log = await openLog(store)
    await log.change({ ...set({ 'http.pre_spawn': '10' }), confirm })
    const pending = { ...confirm, revision: 2, actor: 'anna', at: '2026-11-24T10:00:00.000Z' }
    assert.deepEqual(await log.pending(), pending)
    for (const save of [log.change(set({ 'http.pre_spawn': '20' }, 'bert')), log.rollback({ actor: 'bert', to: 1 })])
      await assert.rejects(save, {
        code: 'FSIGK_REVISION_PENDING',
        message: /r2 by anna waits to be confirmed until 2026-11-24T10:10:00\.000Z/,
        details: pending,
      })
    assert.equal(log.revision, 2)
  })

  test('confirmed it stays, also for whoever opens the store later', async () => {
    await using store = openMemoryStore()
    await using log = await openLog(store)
    await log.change({ ...set({ 'http.pre_spawn': '10' }), confirm })
    assert.equal((await log.confirm('bert')).revision, 2)
    assert.equal(await log.pending(), undefined)
    await using later = await openLog(store)
    assert.equal(await later.pending(), undefined)
    assert.equal((await later.history())[0]?.state, 'confirmed')
    await later.change(set({ 'http.pre_spawn': '20' }))
    await assert.rejects(later.confirm('bert'), { code: 'FSIGK_CONFIRM_NOTHING' })
  })

  test('given up, all is as it was before, and the history says why', async () => {
    await using store = openMemoryStore()
    await using first = await openLog(store)
    await first.change(set({ 'http.action': 'pass' }))
    await first.change({ ...set({ 'http.pre_spawn': '10', 'http.action': 'delete' }), confirm })
    await using log = await openLog(store)
    const { revision, changes } = await log.giveUp('fsigk', 'time', true)
    assert.equal(revision, 4)
    assert.deepEqual(changes, [
      { key: 'http.action', from: 'delete', to: 'pass' },
      { key: 'http.pre_spawn', from: 10, to: null },
    ])
    assert.equal(await log.pending(), undefined)
    assert.deepEqual(
      (await log.history({ all: true })).map(({ state, comment }) => [state, comment]),
      [
        ['current', 'Back to r2 (time)'],
        ['reverted (time)', null],
        ['past', null],
        ['past', 'First start'],
      ],
    )
    await log.change(set({ 'http.pre_spawn': '30' }))
    assert.deepEqual(
      (await log.history()).map((entry) => entry.revision),
      [5, 3, 2, 1],
    )
    assert.equal((await log.history({ before: 4 }))[0]?.state, 'reverted (time)')
  })

  test('a clock that is set back after it was confirmed brings nothing back', async () => {
    await using store = openMemoryStore()
    await using log = await openLog(store)
    await log.change({ ...set({ 'http.pre_spawn': '10' }), confirm })
    const operations = new OperationsLog(store, () => new Date('2026-11-20T10:00:00.000Z'))
    await operations.append({ type: 'PluginTripped', data: {} })
    assert.equal((await log.pending())?.revision, 2)
    await log.confirm('bert')
    await operations.append({ type: 'PluginTripped', data: {} })
    await using later = await openLog(store)
    assert.equal(await later.pending(), undefined)
  })

  test('a confirmation of a revision that a repair cut away confirms none that has its number now', async () => {
    await using store = openMemoryStore()
    await using log = await openLog(store)
    const cutAway = { revision: 2, saved: '2026-11-24T09:00:00.000Z', actor: 'anna' }
    await new OperationsLog(store).append({ type: 'RevisionConfirmed', data: cutAway })
    await log.change({ ...set({ 'http.pre_spawn': '10' }), confirm })
    assert.equal((await log.pending())?.revision, 2)
  })

  test('given up, a value comes back that the rules of today refuse', async () => {
    await using store = openMemoryStore()
    {
      await using wide = await SettingsLog.open({ store, catalogue: limited(99_999), templates })
      await wide.change(set({ 'http.pre_spawn': '50000' }))
      await wide.change({ ...set({ 'http.pre_spawn': '10' }), confirm })
    }
    await using log = await SettingsLog.open({ store, catalogue: limited(100), templates })
    await assert.rejects(log.rollback({ actor: 'bert', to: 2 }), { code: 'FSIGK_SETTINGS_INVALID' })
    const { changes } = await log.giveUp('fsigk', 'time', true)
    assert.deepEqual(changes, [{ key: 'http.pre_spawn', from: 10, to: 50_000 }])
    assert.equal(await log.pending(), undefined)
    assert.equal(log.current.values['http']?.['pre_spawn'], 20)
  })
})

describe('revert', () => {
  test('one revision is undone, and what came later stays', async () => {
    await using store = openMemoryStore()
    await using log = await openLog(store)
    await log.change(set({ 'http.pre_spawn': '10', 'http.action': 'pass' }))
    await log.change(set({ 'http.banner': 'later' }))
    const { changes } = await log.revert({ actor: 'bert', of: 2, key: 'http.action' })
    assert.deepEqual(changes, [{ key: 'http.action', from: 'pass', to: null }])
    assert.equal((await log.revert({ actor: 'bert', of: 2 })).changes.length, 1)
    assert.equal((await log.revert({ actor: 'bert', of: 2 })).saved, false)
    assert.equal(log.current.values['http']?.['banner'], 'later')
    assert.equal((await log.history())[0]?.comment, 'Revert of r2')
  })

  test('what was changed again is not undone, and the later revision is named', async () => {
    await using store = openMemoryStore()
    await using log = await openLog(store)
    await log.change(set({ 'http.pre_spawn': '10', 'http.action': 'pass' }))
    await log.change(set({ 'http.pre_spawn': '20' }))
    await assert.rejects(log.revert({ actor: 'bert', of: 2 }), {
      code: 'FSIGK_REVERT_CONFLICT',
      message: /http\.pre_spawn: was changed later, by r3/,
    })
    await assert.rejects(log.revert({ actor: 'bert', of: 3, key: 'http.action' }), /r3 did not change it/)
    await assert.rejects(log.revert({ actor: 'bert', of: 9 }), { code: 'FSIGK_REVISION_UNKNOWN' })
  })
})

test('blame names who gave each setting its value, also over snapshots of the fold', async () => {
  await using store = openMemoryStore()
  await using log = await SettingsLog.open({ store, catalogue, templates, snapshotEvery: 2 })
  await log.change({ ...set({ 'http.pre_spawn': '10' }), comment: 'few' })
  await log.change(set({ 'http.action': 'pass' }, 'bert'))
  await log.change(set({ 'http.banner': 'one' }))
  await log.change({ actor: 'cora', origin: 'cli', changes: [{ key: 'http.banner' }] })
  await using later = await SettingsLog.open({ store, catalogue, templates, snapshotEvery: 2 })
  assert.deepEqual(
    (await later.blame()).map(({ key, value, revision, actor, comment }) => [key, value, revision, actor, comment]),
    [
      ['http.action', 'pass', 3, 'bert', null],
      ['http.banner', null, 5, 'cora', null],
      ['http.pre_spawn', 10, 2, 'anna', 'few'],
    ],
  )
  assert.deepEqual(await later.blame(['http.svcport']), [])
})
