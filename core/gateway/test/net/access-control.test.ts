import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { SettingsSnapshot } from '@fsigk/config'
import type { Decision } from '@fsigk/plugin-api'
import { AccessControl } from '../../src/net/access-control.js'
import { OwnAddresses } from '../../src/net/own-addresses.js'

const own = new OwnAddresses(() => ['127.0.0.1', '203.0.113.7'])

/** Access control of the service `http`, with these settings and lists. */
function rules(
  http: SettingsSnapshot['values'][string],
  access: SettingsSnapshot['values'][string] = {},
  addresses = own,
): AccessControl {
  return new AccessControl({ revision: 1, values: { http, access } }, 'http', addresses)
}

function messageOf(decision: Decision): string {
  return decision.allowed ? 'allowed' : decision.message
}

test('everyone may come in while acl_from is off', () => {
  assert.deepEqual(rules({ acl_from: false }, { http_from: '10.' }).source('192.0.2.1'), { allowed: true })
})

const sources = [
  { list: '10. 192.168.0.0/16', address: '10.1.2.3', allowed: true },
  { list: '10. 192.168.0.0/16', address: '192.168.4.5', allowed: true },
  { list: '10. 192.168.0.0/16', address: '192.0.2.1', allowed: false },
  { list: 'ALL EXCEPT 10.0.0.2', address: '10.0.0.2', allowed: false },
  { list: '[2001:db8::]/32', address: '2001:db8::1', allowed: true },
  { list: '.office.example', address: '192.0.2.1', name: 'pc.office.example', allowed: true },
  { list: '.office.example', address: '192.0.2.1', allowed: false },
  { list: '', address: '127.0.0.1', allowed: false },
]
for (const { list, address, name, allowed } of sources) {
  test(`acl_from with '${list}' ${allowed ? 'lets in' : 'keeps out'} ${address} ${name ?? ''}`, () => {
    const access = rules({ acl_from: true }, { http_from: list })
    for (let again = 0; again < 2; again += 1) {
      assert.equal(messageOf(access.source(address, name)), allowed ? 'allowed' : 'Access Denied')
    }
  })
}

const targets = [
  { list: 'www.example', host: 'www.example', address: '192.0.2.1', allowed: true },
  { list: 'www.example', host: 'WWW.EXAMPLE.', address: '192.0.2.1', allowed: true },
  { list: 'www.example', host: 'other.example', address: '192.0.2.1', allowed: false },
  { list: '192.0.2.', host: 'www.example', address: '192.0.2.1', allowed: true },
  { list: '192.0.2.', host: 'www.example', address: '198.51.100.1', allowed: false },
  { list: '192.0.2.', host: '192.0.2.1', allowed: true },
  { list: '192.0.2.', host: '::ffff:192.0.2.1', allowed: true },
  { list: 'ALL EXCEPT evil.example', host: 'evil.example', address: '192.0.2.1', allowed: false },
  { list: 'ALL EXCEPT evil.example', host: 'evil.example.', address: '192.0.2.1', allowed: false },
  { list: 'ALL EXCEPT evil.example', host: '%65vil.example', allowed: false },
  { list: 'ALL EXCEPT evil.example', host: 'good.example', allowed: true },
  { list: '192.0.2.', host: 'www.example', allowed: false },
]
for (const { list, host, address, allowed } of targets) {
  test(`acl_to with '${list}' ${allowed ? 'allows' : 'inhibits'} ${host} at ${address ?? 'no address yet'}`, () => {
    const access = rules({ acl_to: true }, { http_to: list })
    const message = `CONNECT(${host.includes(':') ? `[${host}]` : host}:80)/Access Inhibited by Proxy(FSIGK)`
    for (let again = 0; again < 2; again += 1) {
      assert.equal(messageOf(access.target({ host, port: 80 }, address)), allowed ? 'allowed' : message)
    }
  })
}

test('a local destination is refused by its address, and the refusal names the setting', () => {
  const access = rules({ local_to: '' })
  assert.equal(
    messageOf(access.target({ host: 'intranet.example', port: 80 }, '127.0.0.1')),
    'CONNECT(intranet.example:80)/Access Inhibited by Proxy(FSIGK): 127.0.0.1 is a loopback address, and http.local_to does not list it',
  )
  assert.match(
    messageOf(access.target({ host: '::ffff:203.0.113.7', port: 9080 })),
    /203\.0\.113\.7 is an address of this gateway, and http\.local_to/,
  )
  assert.equal(messageOf(access.target({ host: 'www.example', port: 80 }, '192.168.1.1')), 'allowed')
})

test('what local_to lists may be reached, and nothing else local', () => {
  const access = rules({ local_to: '127.0.0.0/8 [::1]' })
  const at = (address: string) => access.target({ host: 'a.example', port: 80 }, address).allowed
  assert.deepEqual(['127.0.0.1', '127.9.9.9', '::1'].map(at), [true, true, true])
  assert.deepEqual(['203.0.113.7', '169.254.169.254', '64:ff9b::7f00:1', '0.0.0.0', '::'].map(at), Array(5).fill(false))
})

test('local_to does not open what acl_to keeps closed', () => {
  const access = rules({ acl_to: true, local_to: '127.0.0.0/8' }, { http_to: '192.0.2.' })
  assert.equal(
    messageOf(access.target({ host: '127.0.0.1', port: 80 })),
    'CONNECT(127.0.0.1:80)/Access Inhibited by Proxy(FSIGK)',
  )
})

test('a name in local_to opens nothing: whoever holds the name server could use it', () => {
  assert.equal(rules({ local_to: 'localhost' }).target({ host: 'localhost', port: 80 }, '127.0.0.1').allowed, false)
})

test('an address that becomes one of ours is refused from then on, although it was allowed before', () => {
  let now = 0
  let addresses: string[] = []
  const changing = new OwnAddresses(
    () => addresses,
    () => now,
  )
  const access = rules({}, {}, changing)
  const target = { host: 'www.example', port: 80 }
  assert.equal(access.target(target, '192.0.2.1').allowed, true)
  addresses = ['192.0.2.1']
  now += 10_000
  assert.equal(access.target(target, '192.0.2.1').allowed, false)
})

test('a list that cannot be read is an error and never "everyone"', () => {
  assert.throws(() => rules({ acl_from: true }, { http_from: '10.0.0.0/99' }), {
    code: 'FSIGK_ACCESS_LIST_INVALID',
    message: /^The access list access\.http_from cannot be used: .*10\.0\.0\.0\/99/,
  })
  assert.throws(() => rules({ local_to: '127.1' }), { message: /^The access list http\.local_to cannot be used/ })
})

test('list files are read, and one that cannot be read is an error', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fsigk-lists-'))
  try {
    const [list, fifo] = [join(folder, 'denied.txt'), join(folder, 'fifo')]
    writeFileSync(list, '10.0.0.2 10.0.0.3\n.evil.example\n')
    const access = rules({ acl_from: true }, { http_from: `ALL EXCEPT ${list}` })
    assert.deepEqual(
      ['10.0.0.2', '10.0.0.3', '10.0.0.4'].map((address) => access.source(address).allowed),
      [false, false, true],
    )

    execFileSync('mkfifo', [fifo])
    for (const path of [join(folder, 'missing.txt'), folder, fifo]) {
      assert.throws(() => rules({ acl_from: true }, { http_from: `ALL EXCEPT ${path}` }), {
        code: 'FSIGK_ACCESS_LIST_INVALID',
      })
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('a hundred thousand addresses are decided without being remembered for ever', () => {
  const access = rules({ acl_from: true }, { http_from: '10.0.0.0/8' })
  for (let i = 0; i < 100_000; i += 1) {
    const address = `${i % 2 === 0 ? 10 : 11}.${(i >> 16) & 255}.${(i >> 8) & 255}.${i & 255}`
    assert.equal(access.source(address).allowed, i % 2 === 0)
  }
})

/** Access control of the service `smtp`, with its further lists in force unless told otherwise. */
function mailRules(access: Record<string, string>, smtp: Record<string, boolean> = { acl_rcpt: true, lan: true }) {
  return new AccessControl({ revision: 1, values: { smtp, access } }, 'smtp', own)
}

const domains = [
  { list: 'domain.jp', domain: 'domain.jp', listed: true },
  { list: 'domain.jp', domain: 'DOMAIN.jp.', listed: true },
  { list: 'domain.jp', domain: 'xxx.domain.jp', listed: false },
  { list: '.domain.jp', domain: 'xxx.Domain.JP', listed: true },
  { list: '.domain.jp', domain: 'domain.jp', listed: false },
  { list: '.domain.jp', domain: 'evildomain.jp', listed: false },
  { list: 'domain.jp .domain.jp', domain: 'domain.jp', listed: true },
  { list: 'aaa.com bbb.com\nccc.com', domain: 'ccc.com', listed: true },
  { list: 'ALL EXCEPT .evil.example', domain: 'a.evil.example', listed: false },
  { list: 'ALL', domain: 'anywhere.example', listed: true },
  { list: 'UNKNOWN', domain: 'anywhere.example', listed: false },
  { list: 'KNOWN', domain: 'anywhere.example', listed: false },
  { list: '192.0.2.', domain: '192.0.2.1', listed: false },
  { list: 'domain.jp', domain: '', listed: false },
  { list: '', domain: 'domain.jp', listed: false },
]
for (const { list, domain, listed } of domains) {
  test(`the list of recipients '${list}' ${listed ? 'holds' : 'does not hold'} ${domain}`, () => {
    assert.equal(mailRules({ smtp_rcpt: list }).lists('rcpt', { name: domain, isDomain: true }), listed)
  })
}

test('the list of the LAN holds its hosts by address, and by a name that was confirmed', () => {
  const access = mailRules({ smtp_lan: '10. .office.example' })
  assert.equal(access.lists('lan', { address: '10.1.2.3' }), true)
  assert.equal(access.lists('lan', { address: '192.0.2.1', name: 'pc.office.example' }), true)
  assert.equal(access.lists('lan', { address: '192.0.2.1' }), false)
  assert.equal(access.lists('other', { address: '10.1.2.3' }), false)
})

test('a list that its setting does not put in force holds nobody', () => {
  const access = mailRules({ smtp_lan: 'ALL', smtp_rcpt: 'ALL' }, { lan: false, acl_rcpt: false })
  assert.equal(access.lists('lan', { address: '10.1.2.3' }), false)
  assert.equal(access.lists('rcpt', { name: 'domain.jp', isDomain: true }), false)
})

test('a list of recipients whose file cannot be used is an error', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fsigk-lists-'))
  try {
    const path = join(folder, 'rcpt.txt')
    assert.throws(() => mailRules({ smtp_rcpt: path }), { code: 'FSIGK_ACCESS_LIST_INVALID' })
    writeFileSync(path, 'aaa.com\n@broken\n')
    assert.throws(() => mailRules({ smtp_rcpt: `ALL EXCEPT ${path}` }), {
      message: /^The access list access\.smtp_rcpt cannot be used: .*line 2/,
    })
    writeFileSync(path, 'aaa.com\n.bbb.com # and below\n')
    const access = mailRules({ smtp_rcpt: path })
    const holds = (name: string) => access.lists('rcpt', { name, isDomain: true })
    assert.deepEqual(['aaa.com', 'x.bbb.com', 'bbb.com'].map(holds), [true, true, false])
  } finally {
    rmSync(folder, { recursive: true })
  }
})
