import assert from 'node:assert/strict'
import { test } from 'node:test'
import { settingRows } from '@fsigk/config'
import { ignoredValues, settingsSnapshot } from '../src/domain/snapshot.js'
import type { SettingsState } from '../src/domain/state.js'
import { catalogue, templates } from './sample.js'

function stateOf(values: Record<string, boolean | number | string>): SettingsState {
  return { revision: 7, changedAt: new Map(), values: new Map(Object.entries(values)) }
}

test('defaults are filled in', () => {
  const { revision, values } = settingsSnapshot(stateOf({ 'http.action': 'pass' }), catalogue, templates)
  assert.equal(revision, 7)
  assert.equal(values['http']?.['action'], 'pass')
  assert.equal(values['http']?.['svcport'], '9080')
  assert.equal(values['common']?.['drain_timeout'], 30)
})

test('templates hold the text in force: the shipped one of the language, unless one was set', () => {
  const english = settingsSnapshot(stateOf({}), catalogue, templates)
  assert.equal(english.values['template']?.['http'], templates.en.http)
  const japanese = settingsSnapshot(
    stateOf({ 'common.language': 'ja', 'template.admin': 'mine\n' }),
    catalogue,
    templates,
  )
  assert.equal(japanese.values['template']?.['http'], templates.ja.http)
  assert.equal(japanese.values['template']?.['admin'], 'mine\n')
})

test('it is frozen all through, and plain data', () => {
  const snapshot = settingsSnapshot(stateOf({}), catalogue, templates)
  for (const part of [snapshot, snapshot.values, ...Object.values(snapshot.values)]) assert.ok(Object.isFrozen(part))
  assert.deepEqual(JSON.parse(JSON.stringify(snapshot)), snapshot)
})

test('what no schema declares is left out, what breaks a rule of today gives way to the default', () => {
  const state = stateOf({ 'gone.level': 5, 'http.pre_spawn': 999_999 })
  const { values } = settingsSnapshot(state, catalogue, templates)
  assert.equal(values['gone'], undefined)
  assert.equal(values['http']?.['pre_spawn'], 2000)
  assert.deepEqual(ignoredValues(state, catalogue), [
    { key: 'http.pre_spawn', value: 999_999, rule: 'must be a whole number from 1 to 100000 connections' },
  ])
})

test('rows for a list say type, default, value, limit and words in a language', () => {
  const rows = settingRows(catalogue, settingsSnapshot(stateOf({ 'http.pre_spawn': 10 }), catalogue, templates), 'ja')
  assert.deepEqual(
    rows.map(({ key }) => key),
    catalogue.definitions().map(({ key }) => key),
  )
  assert.deepEqual(
    rows.find(({ key }) => key === 'http.pre_spawn'),
    {
      key: 'http.pre_spawn',
      type: 'integer',
      default: 2000,
      value: 10,
      unit: 'connections',
      limit: '1～100000 connections',
      effect: 'new sessions',
      label: 'Maximum connections(ja)',
      help: 'Maximum connections。',
      dangerous: false,
      secret: false,
      notInUseYet: false,
    },
  )
  assert.equal(rows.find(({ key }) => key === 'http.svcport')?.type, 'svcport')
  assert.equal(rows.find(({ key }) => key === 'http.banner')?.notInUseYet, true)
})
