import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { SETTINGS_EVENT_SCHEMA, upcastSettingsEvent } from '../src/index.js'
import { migrationErrorCodes } from '../src/migration-error.js'
import type { Step } from '../src/settings/step.js'
import { settingsSteps } from '../src/settings/steps.js'
import { upcast } from '../src/settings/upcast.js'

const rename: Step = { from: 1, upcast: ({ data }) => ({ type: 'PortsChanged', data }) }
const wrap: Step = { from: 2, upcast: ({ type, data }) => ({ type, data: { ports: [data] } }) }
const steps = [rename, wrap]

test("an event of today's schema comes back as it is", () => {
  const event = { type: 'SettingsChanged', schema: SETTINGS_EVENT_SCHEMA, data: { changes: [] }, version: 7 }
  assert.equal(upcastSettingsEvent(event), event)
})

test('an old event goes through every step from its schema on, and keeps all else', () => {
  const event = { type: 'PortChanged', schema: 1, data: 9080, version: 7, meta: { actor: 'admin' } }
  assert.deepEqual(upcast(event, steps), { ...event, type: 'PortsChanged', schema: 3, data: { ports: [9080] } })
  assert.deepEqual(upcast({ ...event, schema: 2 }, steps), { ...event, schema: 3, data: { ports: [9080] } })
  assert.deepEqual(event.data, 9080)
})

test('an event of a newer release is refused', () => {
  assert.throws(() => upcastSettingsEvent({ type: 'X', schema: SETTINGS_EVENT_SCHEMA + 1, data: {} }), {
    code: 'FSIGK_EVENT_SCHEMA_NEWER',
    message: `The event was written by a newer release: its schema is ${SETTINGS_EVENT_SCHEMA + 1}, this release knows up to ${SETTINGS_EVENT_SCHEMA}.`,
  })
})

for (const schema of [0, -1, 1.5, Number.NaN, '1' as unknown as number]) {
  test(`refused: schema ${JSON.stringify(schema)} (${typeof schema})`, () => {
    assert.throws(() => upcastSettingsEvent({ type: 'X', schema, data: {} }), { code: 'FSIGK_EVENT_SCHEMA_INVALID' })
  })
}

test('steps follow one another from schema 1 on', () => {
  assert.deepEqual(
    settingsSteps.map(({ from }) => from),
    settingsSteps.map((_, index) => index + 1),
  )
})

test('every error code is documented, and every documented code exists', async () => {
  const page = await readFile(new URL('../../../core/docs/errors/migrations.md', import.meta.url), 'utf8')
  const documented = [...page.matchAll(/^\| `(\w+)` +\|/gm)].map(([, code]) => code)
  assert.deepEqual(documented.sort(), [...migrationErrorCodes].sort())
})
