import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pluginNames } from '../../src/plugin/scaffold/plugin-name.js'

test('a name gives id, section and title', () => {
  assert.deepEqual(pluginNames('my-scanner2'), { id: 'my-scanner2', section: 'my_scanner2', title: 'My scanner2' })
})

for (const bad of [
  '',
  'Upper',
  '-x',
  'x-',
  'x--y',
  '../x',
  'x/y',
  '1x',
  'common',
  'layout',
  'constructor',
  'x'.repeat(49),
])
  test(`'${bad}' is no name for a plugin`, () => {
    assert.throws(() => pluginNames(bad), { code: 'FSIGK_PLUGIN_NAME' })
  })
