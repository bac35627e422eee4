import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readTargetHost } from '../../src/net/target-host.js'

const addresses = [
  { host: '192.0.2.1', address: '192.0.2.1' },
  { host: '::1', address: '::1' },
  { host: '0:0:0:0:0:0:0:1', address: '::1' },
  { host: '::ffff:127.0.0.1', address: '127.0.0.1' },
  { host: 'fe80::1%eth0', address: 'fe80::1' },
]
for (const { host, address } of addresses) {
  test(`${host} is the address ${address}`, () => {
    assert.deepEqual(readTargetHost(host), { is: 'address', address, dial: host })
  })
}

const names = [
  { host: 'www.example', name: 'www.example' },
  { host: 'WWW.Example.', name: 'www.example' },
  { host: 'localhost', name: 'localhost' },
  { host: 'xn--bcher-kva.example', name: 'xn--bcher-kva.example' },
  { host: '_dmarc.1.example', name: '_dmarc.1.example' },
  { host: '1and1.com', name: '1and1.com' },
  { host: '0xcafe.com', name: '0xcafe.com' },
  { host: 'a.0xg', name: 'a.0xg' },
]
for (const { host, name } of names) {
  test(`${host} is the name ${name}`, () => assert.deepEqual(readTargetHost(host), { is: 'name', name }))
}

const refused = [
  '127.1',
  '127.0.0.1.',
  '0x7f.1',
  '0x7f.0.0.1',
  '0X7F000001',
  '0x7f000001',
  '017700000001',
  '2130706433',
  '0177.0.0.1',
  '010.1.1.1',
  '1.2.3.4.5',
  '999.1.1.1',
  'example.0x',
  'example.1',
  '[::1]',
  '::1::2',
  '127.0.0.1\0.example',
  'evil.example\r\nX: y',
  '\uff45vil.example',
  '\uff11\uff12\uff17.0.0.1',
  'a..b',
  '.example',
  '',
  '.',
  'a'.repeat(254),
  'user@example',
  '%65vil.example',
]
for (const host of refused) {
  test(`${JSON.stringify(host.slice(0, 40))} is refused before anything resolves it`, () => {
    assert.equal(readTargetHost(host).is, 'refused')
  })
}
