import assert from 'node:assert/strict'
import { networkInterfaces } from 'node:os'
import { test } from 'node:test'
import { isLocalDestination, localKind } from '../../src/net/local-destinations.js'
import { OwnAddresses, ownAddresses } from '../../src/net/own-addresses.js'

const own = new OwnAddresses(() => ['203.0.113.7', '2001:db8::7', 'fe80::7%eth0'])

const local = [
  { kind: 'a loopback address', addresses: ['127.0.0.1', '127.255.255.254', '127.0.0.0', '::1'] },
  { kind: 'an unspecified address', addresses: ['0.0.0.0', '0.1.2.3', '::'] },
  {
    kind: 'a link-local address',
    addresses: ['169.254.0.1', '169.254.169.123', 'fe80::1', 'febf::1', 'fec0::1', 'fe80::1%eth0'],
  },
  {
    kind: 'a metadata address',
    addresses: [
      '169.254.169.254',
      '169.254.170.2',
      '100.100.100.200',
      '168.63.129.16',
      '192.0.0.192',
      'fd00:ec2::254',
      'fd00:ec2::23',
      'fd20:ce::254',
    ],
  },
  { kind: 'a multicast address', addresses: ['224.0.0.1', '239.255.255.255', 'ff02::1', 'ff0e::1'] },
  { kind: 'a broadcast address', addresses: ['255.255.255.255'] },
  { kind: 'a reserved address', addresses: ['240.0.0.1', '192.0.0.8', '64:ff9b:1::1', '100::1'] },
  { kind: 'an address of this gateway', addresses: ['203.0.113.7', '2001:db8::7', '2001:db8:0::0:7'] },
  {
    kind: 'a loopback address',
    addresses: [
      '::ffff:127.0.0.1',
      '::ffff:7f00:1',
      '::127.0.0.1',
      '::ffff:0:127.0.0.1',
      '64:ff9b::127.0.0.1',
      '2002:7f00:1::',
      '2002:7f00:0001:1::9',
      '2001:0:7f00:1::1',
      '2001:0:4136:e378::80ff:fffe',
      '2001:db8::5efe:127.0.0.1',
      '2001:db8::200:5efe:127.0.0.1',
    ],
  },
  { kind: 'a metadata address', addresses: ['::ffff:169.254.169.254', '64:ff9b::a9fe:a9fe', '2002:a9fe:a9fe::1'] },
  {
    kind: 'an address of this gateway',
    addresses: ['::ffff:203.0.113.7', '64:ff9b::203.0.113.7', '2002:cb00:7107::1'],
  },
] as const

for (const { kind, addresses } of local) {
  for (const address of addresses) {
    test(`${address} is ${kind}`, () => assert.equal(localKind(address, own), kind))
  }
}

const ordinary = [
  '10.0.0.1',
  '172.16.0.1',
  '192.168.1.1',
  '100.64.0.1',
  '1.1.1.1',
  '126.255.255.255',
  '128.0.0.1',
  '223.255.255.255',
  '203.0.113.8',
  '2001:db8::8',
  '2606:4700::1111',
  'fd12:3456::1',
  '64:ff9b::8.8.8.8',
  '2002:808:808::1',
  '::ffff:8.8.8.8',
]

for (const address of ordinary) {
  test(`${address} is an ordinary destination`, () => assert.equal(isLocalDestination(address, own), false))
}

test('a name is no address and therefore no local one: it has to be resolved first', () => {
  assert.equal(localKind('localhost', own), undefined)
})

test('every address of this host is its own', () => {
  for (const { address } of Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? [])) {
    assert.ok(isLocalDestination(address, ownAddresses), address)
  }
})

test('the interfaces are read again after a few seconds, not at every question', () => {
  let now = 0
  let reads = 0
  let addresses = ['203.0.113.7']
  const changing = new OwnAddresses(
    () => {
      reads += 1
      return addresses
    },
    () => now,
  )
  for (let i = 0; i < 1000; i += 1) assert.ok(changing.has('203.0.113.7'))
  assert.equal(reads, 1)
  const before = changing.generation

  now = 2_999
  addresses = ['203.0.113.9']
  assert.ok(!changing.has('203.0.113.9'))
  now = 3_000
  assert.ok(changing.has('203.0.113.9'))
  assert.ok(!changing.has('203.0.113.7'))
  assert.notEqual(changing.generation, before)

  now = 6_000
  assert.equal(changing.generation, before + 1, 'the same addresses are no change')
})
