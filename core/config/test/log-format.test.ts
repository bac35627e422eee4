/** Where a log may go (guide 9.5), and the rule that a refusal names. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Catalogue } from '@fsigk/config'
import { logSettings, settingsSchema } from '@fsigk/plugin-api'

const catalogue = Catalogue.of([{ ...settingsSchema('http', logSettings), title: 'http' }])

const accepted = [
  '',
  '/var/log/fsigk/access.log',
  '|logger -t fsigk -p local0.err',
  '|tee -a log/smtp/detect.log | logger -t fsigk -p local0.err',
] as const
for (const value of accepted)
  test(`access_log takes '${value}'`, () => assert.deepEqual(catalogue.parse('http.access_log', value), { value }))

const refused = [
  { value: '|', rule: "must name a command behind '|'" },
  { value: '| ', rule: "must name a command behind '|'" },
  { value: 'log/access.log', rule: "must be an absolute path, '|' and a command, or empty" },
  { value: '/var/log/', rule: 'must be the path of a file, not of a folder' },
  { value: '/var/../etc/x', rule: "must not contain '..'" },
  { value: `|${'a'.repeat(1999)}`, rule: 'is 2000 bytes long; at most 1999 are allowed' },
  { value: '|a\nb', rule: 'must not hold control characters; U+000A is one (character 3)' },
] as const
for (const { value, rule } of refused)
  test(`access_log refuses '${value.slice(0, 40)}'`, () =>
    assert.deepEqual(catalogue.parse('http.access_log', value), { rule }))

test('each of the four is marked dangerous, since a command runs a program', () => {
  for (const name of ['access_log', 'detect_log', 'error_log', 'info_log'])
    assert.equal(catalogue.find(`http.${name}`)?.dangerous, true, name)
})
