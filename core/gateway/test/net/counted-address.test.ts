import assert from 'node:assert/strict'
import { test } from 'node:test'
import { countedAddress } from '../../src/net/counted-address.js'

test('an IPv4 address counts for itself, an IPv6 address for its /64', () => {
  assert.equal(countedAddress('192.0.2.7'), '192.0.2.7')
  assert.equal(countedAddress('2001:db8:1:2:3:4:5:6'), '2001:db8:1:2::/64')
  assert.equal(countedAddress('2001:db8:1:2::'), countedAddress('2001:db8:1:2:ffff::1'))
  assert.notEqual(countedAddress('2001:db8:1:2::1'), countedAddress('2001:db8:1:3::1'))
  assert.equal(countedAddress('::1'), '::/64')
})
