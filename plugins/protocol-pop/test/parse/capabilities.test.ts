import assert from 'node:assert/strict'
import { test } from 'node:test'
import { passableCapabilities, passableMechanisms } from '../../src/capabilities.js'

test('CAPA is passed without what would hide the traffic [POP-03]', () => {
  const lines = [
    'TOP',
    'stls',
    'SASL GSSAPI plain DIGEST-MD5 CRAM-MD5',
    'PIPELINING',
    'EXPIRE 60',
    'XCLIENT',
    'IMPLEMENTATION x',
  ]
  const passed = ['TOP', 'SASL plain CRAM-MD5', 'PIPELINING', 'EXPIRE 60', 'IMPLEMENTATION x']
  assert.deepEqual(passableCapabilities(lines, false), passed)
  assert.deepEqual(passableCapabilities(lines, true), passed.slice(1))
  assert.deepEqual(passableCapabilities(['SASL GSSAPI', 'UIDL'], false), ['UIDL'])
})

test('mechanisms that bring a security layer are not offered', () => {
  assert.deepEqual(passableMechanisms(['PLAIN', ' GSSAPI ', 'x-unknown', 'login']), ['PLAIN', 'login'])
})
