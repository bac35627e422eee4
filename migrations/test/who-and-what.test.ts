import assert from 'node:assert/strict'
import { test } from 'node:test'
import { whoAndWhat } from '../src/settings/002-who-and-what.js'

const meta = { at: '2026-11-24T08:00:00.000Z', actor: 'anna', origin: 'cli', comment: null }

test("schema 2: the first revision was the gateway's own, every other a person's, and none was approved", () => {
  const data = { changes: [] }
  assert.deepEqual(whoAndWhat.upcast({ type: 'GatewayInstalled', schema: 1, data, meta }), {
    type: 'GatewayInstalled',
    data,
    meta: { ...meta, machine: true, approvedBy: null },
  })
  assert.deepEqual(whoAndWhat.upcast({ type: 'SettingsChanged', schema: 1, data, meta }), {
    type: 'SettingsChanged',
    data,
    meta: { ...meta, machine: false, approvedBy: null },
  })
})

test('schema 2: an event without meta stays as it is', () => {
  assert.deepEqual(whoAndWhat.upcast({ type: 'SettingsChanged', schema: 1, data: {} }), {
    type: 'SettingsChanged',
    data: {},
  })
})
