import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clearMechanisms, isClearMechanism } from '../src/clear-mechanisms.js'

test('mechanisms that bring a security layer, and those that nobody knows, are not taken', () => {
  assert.equal(isClearMechanism('Plain'), true)
  for (const mechanism of ['GSSAPI', 'DIGEST-MD5', 'SCRAM-SHA-1-PLUS', 'X', ''])
    assert.equal(isClearMechanism(mechanism), false)
  assert.deepEqual(clearMechanisms(['PLAIN', 'GSSAPI', 'login']), ['PLAIN', 'login'])
})
