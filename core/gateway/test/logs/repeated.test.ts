import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RepeatedMessages } from '../../src/logs/repeated.js'

test('a fault that meets every transfer is told once a period, with how often it came', () => {
  const repeated = new RepeatedMessages()
  assert.equal(repeated.of('spool', 'full', 0), 'full')
  assert.equal(repeated.of('spool', 'full', 1), undefined)
  assert.equal(repeated.of('scanner-a', 'down', 2), 'down')
  assert.equal(repeated.of('spool', 'full', 9999), undefined)
  assert.equal(repeated.of('spool', 'full', 10_000), 'full (and 2 more like this since the last such line)')
  assert.equal(repeated.of('spool', 'full', 30_000), 'full')
})
