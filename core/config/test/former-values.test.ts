import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Catalogue, coreSections, SettingsLog } from '@fsigk/config'
import { choice, flag, integer, settingsSchema, text } from '@fsigk/plugin-api'
import { openMemoryStore } from 'eventstore-lite'

const about = { label: { en: 'x', ja: 'x' }, help: { en: 'x', ja: 'x' } }
const templates = { en: {}, ja: {} } as never
const section = (shape: Parameters<typeof settingsSchema>[1]) => ({
  ...settingsSchema('finder', shape),
  title: 'finder',
})
const before = section({
  wait_ms: integer(1_000, { min: 0, max: 60_000 }, about),
  action: choice('deny', ['deny', 'pass'], about),
  word: text('', { maxBytes: 20 }, about),
})
const after = section({
  wait: integer(1, { min: 0, max: 60 }, { ...about, formerly: [{ name: 'wait_ms', factor: 0.001 }] }),
  action: choice('block', ['block', 'pass'], { ...about, formerly: [{ name: 'action', values: { deny: 'block' } }] }),
  threat: text('', { maxBytes: 20 }, { ...about, formerly: [{ name: 'word' }] }),
  fresh: flag(false, about),
})

async function saved(changes: Readonly<Record<string, unknown>>, now = after) {
  const store = await openMemoryStore()
  const catalogue = Catalogue.of([...coreSections, before])
  const log = await SettingsLog.open({ store, catalogue, templates })
  const wishes = Object.entries(changes).map(([key, to]) => ({ key: `finder.${key}`, to }))
  await log.change({ actor: 'anna', origin: 'cli', changes: wishes })
  catalogue.become(Catalogue.of([...coreSections, now]))
  await log.reinterpret()
  return log
}

describe('a plugin whose settings have another shape now', () => {
  test('reads what was saved under earlier names, values and units, at any revision', async () => {
    await using log = await saved({ wait_ms: 12_000, action: 'deny', word: 'Eicar' })
    const wanted = { wait: 12, action: 'block', threat: 'Eicar', fresh: false }
    assert.deepEqual(log.current.values['finder'], wanted)
    assert.deepEqual((await log.snapshot(2)).values['finder'], wanted)
    assert.deepEqual((await log.snapshot(1)).values['finder'], { wait: 1, action: 'block', threat: '', fresh: false })
  })

  test('a change clears the earlier name, so that to unset it brings back the default', async () => {
    await using log = await saved({ wait_ms: 12_000 })
    const same = await log.change({ actor: 'anna', origin: 'cli', changes: [{ key: 'finder.wait', to: 12 }] })
    assert.equal(same.saved, false, 'that is what is in force')
    const { changes } = await log.change({ actor: 'anna', origin: 'cli', changes: [{ key: 'finder.wait', to: 1 }] })
    assert.deepEqual(changes, [
      { key: 'finder.wait', from: null, to: 1 },
      { key: 'finder.wait_ms', from: 12_000, to: null },
    ])
    await log.change({ actor: 'anna', origin: 'cli', changes: [{ key: 'finder.wait' }] })
    assert.equal(log.current.values['finder']?.['wait'], 1)
  })

  test('to unset it takes the earlier name out of force too', async () => {
    await using log = await saved({ word: 'Eicar' })
    const { changes } = await log.change({ actor: 'anna', origin: 'cli', changes: [{ key: 'finder.threat' }] })
    assert.deepEqual(changes, [{ key: 'finder.word', from: 'Eicar', to: null }])
    assert.equal(log.current.values['finder']?.['threat'], '')
  })

  test('what cannot be read in today’s shape is its default', async () => {
    const narrow = section({ wait: integer(5, { min: 0, max: 10 }, { ...about, formerly: [{ name: 'wait_ms' }] }) })
    await using log = await saved({ wait_ms: 60_000 }, narrow)
    assert.deepEqual(log.current.values['finder'], { wait: 5 })
  })
})
