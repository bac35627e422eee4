import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fields } from '../../src/message/fields.js'
import { hasLooped, viaName } from '../../src/message/via-loop.js'

const own = viaName('gate.example', 9080, 'fsigk')

function via(...values: readonly string[]): Fields {
  const fields = new Fields()
  for (const value of values) fields.add('Via', value)
  return fields
}

test('two gateways of one name in a chain are no loop, a third pass is', () => {
  assert.equal(hasLooped(via(`1.1 ${own}, 1.1 ${own}`), own), false)
  assert.equal(hasLooped(via(`1.1 ${own}`, `1.1 other, 1.0 ${own}`, `1.1 ${own}`), own), true)
})

test('others, and the same host at another port, do not count', () => {
  const others = via(Array.from({ length: 20 }, (_, at) => `1.1 gate.example:${at} (fsigk)`).join(', '))
  assert.equal(hasLooped(others, own), false)
})
