import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addressBytes, formatAddress, normaliseAddress } from '../../src/net/address.js'

const spellings = [
  { text: '192.0.2.1', expect: '192.0.2.1' },
  { text: '::ffff:192.0.2.1', expect: '192.0.2.1' },
  { text: '::FFFF:192.0.2.1', expect: '192.0.2.1' },
  { text: '::ffff:c000:201', expect: '192.0.2.1' },
  { text: '0:0:0:0:0:ffff:c000:0201', expect: '192.0.2.1' },
  { text: '::ffff:192.0.2.1%eth0', expect: '192.0.2.1' },
  { text: '2001:DB8:0:0:0:0:0:1', expect: '2001:db8::1' },
  { text: '2001:db8:0:1:0:0:0:1', expect: '2001:db8:0:1::1' },
  { text: '2001:db8:0:0:1:0:0:1', expect: '2001:db8::1:0:0:1' },
  { text: '2001:db8:1:1:1:1:0:1', expect: '2001:db8:1:1:1:1:0:1' },
  { text: 'fe80::1%eth0', expect: 'fe80::1' },
  { text: '::', expect: '::' },
  { text: '::1', expect: '::1' },
  { text: '1::', expect: '1::' },
  { text: '64:ff9b::127.0.0.1', expect: '64:ff9b::7f00:1' },
  { text: 'proxy.example', expect: 'proxy.example' },
  { text: 'no:address', expect: 'no:address' },
  { text: '', expect: '' },
]

for (const { text, expect } of spellings) {
  test(`the address '${text}' is written '${expect}'`, () => {
    assert.equal(normaliseAddress(text), expect)
    assert.equal(normaliseAddress(expect), expect)
  })
}

test('what only getaddrinfo takes for an address has no bytes', () => {
  for (const text of ['127.1', '0x7f.0.0.1', '017700000001', '010.1.1.1', '2130706433', '1.2.3.4.', '[::1]', '::1::']) {
    assert.equal(addressBytes(text), undefined, text)
  }
})

test('bytes and text turn into each other', () => {
  assert.deepEqual([...(addressBytes('10.0.0.255') ?? [])], [10, 0, 0, 255])
  for (const text of ['255.255.255.255', 'ff02::1:ff00:42', '1:2:3:4:5:6:7:8', '0:1::', '::8']) {
    assert.equal(formatAddress(addressBytes(text) ?? new Uint8Array()), normaliseAddress(text))
  }
})
