import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compare } from './compare.js'

const MESSAGES = 20_000

test(`${MESSAGES} generated messages are read as llhttp reads them, or refused by a rule of the table`, () => {
  const { agreed, accepted, disagreements } = compare(0, MESSAGES)
  assert.deepEqual(disagreements, [])
  // A generator that only made rubbish, or rules that explained everything, would prove nothing.
  assert.ok(agreed > MESSAGES * 0.8, `${agreed} read alike`)
  assert.ok(accepted > MESSAGES * 0.15, `${accepted} accepted by both`)
})
