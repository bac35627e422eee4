/** Access lists: every example of guide 7.2, the rest of hosts_access(5), and what is refused. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { type AccessQuestion, accessListAllows, parseAccessList } from '@fsigk/config'

/** `name/address`, or either alone. */
type Host = string

interface Case {
  readonly list: string
  readonly yes: readonly Host[]
  readonly no: readonly Host[]
}

const guide: readonly Case[] = [
  { list: '12.34.56.78 99.88.77.66', yes: ['12.34.56.78', '99.88.77.66'], no: ['12.34.56.79'] },
  {
    list: 'host.domain.jp',
    yes: ['host.domain.jp/10.0.0.1', 'HOST.Domain.JP/10.0.0.1'],
    no: ['xxx.host.domain.jp/10.0.0.1', '10.0.0.1'],
  },
  {
    list: '.domain.jp',
    yes: ['xxx.domain.jp/10.0.0.1', 'a.b.domain.jp/10.0.0.1'],
    no: ['domain.jp/10.0.0.1', 'xdomain.jp/10.0.0.1'],
  },
  {
    list: 'domain.jp .domain.jp',
    yes: ['xxx.domain.jp/10.0.0.1', 'domain.jp/10.0.0.1'],
    no: ['domain.jp.evil.com/10.0.0.1'],
  },
  { list: '192.168.', yes: ['192.168.3.4'], no: ['192.169.3.4', '1.192.168.3'] },
  { list: '192.168.0.0/255.255.0.0', yes: ['192.168.3.4'], no: ['192.169.3.4'] },
  { list: 'ALL', yes: ['1.2.3.4', 'any.host/1.2.3.4', '2001:db8::1'], no: [] },
  { list: 'ALL EXCEPT 10.0.0.2 192.168.0.2', yes: ['10.0.0.3'], no: ['10.0.0.2', '192.168.0.2'] },
  { list: 'ALL EXCEPT 192.168.0.0/255.255.0.0', yes: ['10.0.0.3'], no: ['192.168.200.1'] },
  {
    list: '.domain.jp EXCEPT 10.0.0.2 192.168.0.2',
    yes: ['xxx.domain.jp/10.0.0.3'],
    no: ['xxx.domain.jp/10.0.0.2', 'xxx.domain.jp/192.168.0.2', '10.0.0.3'],
  },
]

const hostsAccess: readonly Case[] = [
  { list: '', yes: [], no: ['1.2.3.4', 'host/1.2.3.4'] },
  { list: '10.,192.168.0.1\t172.16.', yes: ['10.9.9.9', '192.168.0.1', '172.16.0.1'], no: ['172.17.0.1'] },
  { list: '131.155.72.0/255.255.254.0', yes: ['131.155.73.255'], no: ['131.155.74.0'] },
  { list: '10.0.0.0/255.0.255.0', yes: ['10.9.0.7'], no: ['10.9.1.7'] },
  { list: '10.0.0.0/8 192.0.2.1/32', yes: ['10.255.0.1', '192.0.2.1'], no: ['11.0.0.1', '192.0.2.2'] },
  { list: '255.255.255.255', yes: ['255.255.255.255'], no: ['255.255.255.254'] },
  { list: '[2001:db8::]/32', yes: ['2001:db8:1::5'], no: ['2001:db9::1', '10.0.0.1'] },
  { list: '[3ffe:505:2:1::]/64', yes: ['3ffe:505:2:1:ffff:ffff:ffff:ffff'], no: ['3ffe:505:2:2::'] },
  { list: '[fe80::1]/10', yes: ['fe80::99', 'febf::1'], no: ['fec0::1'] },
  { list: '[::1]', yes: ['::1', '0:0:0:0:0:0:0:1'], no: ['::2'] },
  { list: '[2001:db8::1]/128', yes: ['2001:db8::1'], no: ['2001:db8::2'] },
  { list: 'ALL EXCEPT 10. EXCEPT 10.0.0.2', yes: ['11.0.0.1', '10.0.0.2'], no: ['10.0.0.3'] },
  {
    list: '10. EXCEPT 10.0. EXCEPT 10.0.0. EXCEPT 10.0.0.1',
    yes: ['10.1.0.0', '10.0.0.2'],
    no: ['10.0.1.1', '10.0.0.1', '11.0.0.0'],
  },
  { list: 'all except 10.0.0.2', yes: ['10.0.0.3'], no: ['10.0.0.2'] },
  { list: 'LOCAL', yes: ['mailhost/10.0.0.1'], no: ['mail.host/10.0.0.1', '10.0.0.1'] },
  { list: 'KNOWN', yes: ['mail.host/10.0.0.1'], no: ['10.0.0.1'] },
  { list: 'UNKNOWN', yes: ['10.0.0.1'], no: ['mail.host/10.0.0.1'] },
  {
    list: 'w*.domain.jp 10.0.?.1',
    yes: ['www.domain.jp/1.1.1.1', 'w.x.domain.jp/1.1.1.1', '10.0.7.1'],
    no: ['xw.domain.jp/1.1.1.1', '10.0.77.1'],
  },
  { list: '10.\n192.168. EXCEPT 192.168.0.1', yes: ['10.0.0.1', '192.168.0.2'], no: ['192.168.0.1'] },
]

/** Where ours answers otherwise than tcp_wrappers, on purpose. */
const ours: readonly Case[] = [
  { list: '0.0.0.0/0', yes: ['1.2.3.4'], no: ['2001:db8::1'] },
  { list: '[::]/0', yes: ['2001:db8::1'], no: ['1.2.3.4'] },
  { list: '10.', yes: [], no: ['10.evil.com/1.2.3.4'] },
  { list: '10.*', yes: ['10.1.1.1'], no: ['10.evil.com/1.2.3.4'] },
  { list: '[::ffff:10.0.0.1]', yes: ['10.0.0.1', '::ffff:10.0.0.1'], no: ['10.0.0.2'] },
  { list: '10. EXCEPT evil.com', yes: ['10.0.0.1'], no: ['evil.com./10.0.0.1'] },
  { list: '10.\n10. EXCEPT 10.0.0.1', yes: ['10.0.0.1'], no: ['11.0.0.1'] },
  { list: 'ALL', yes: [''], no: [] },
]

for (const { list, yes, no } of [...guide, ...hostsAccess, ...ours]) {
  test(`access list '${list.replaceAll('\n', '\\n')}'`, () => {
    for (const host of yes) assert.equal(allows(list, host), true, `should hold ${host}`)
    for (const host of no) assert.equal(allows(list, host), false, `should not hold ${host}`)
  })
}

const hasTcpdmatch = spawnSync('tcpdmatch', { stdio: 'ignore' }).error === undefined

test('tcpdmatch answers the same', { skip: hasTcpdmatch ? false : 'tcpdmatch (package tcpd) is not installed' }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'fsigk-access-'))
  after(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'hosts.deny'), 'ALL: ALL\n')
  for (const { list, yes, no } of [...guide, ...hostsAccess]) {
    const entries = list
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => `http_from: ${line}\n`)
    writeFileSync(join(folder, 'hosts.allow'), entries.join(''))
    for (const address of [...yes, ...no]) {
      // It resolves names itself, which tests do without.
      if (address.includes('/') || list.includes('KNOWN')) continue
      const { stdout } = spawnSync('tcpdmatch', ['-d', 'http_from', address], { cwd: folder, encoding: 'utf8' })
      assert.match(stdout, yes.includes(address) ? /access: +granted/ : /access: +denied/, `${list} and ${address}`)
    }
  }
})

const refused: Record<string, string> = {
  '10.0.0.300': "'10.0.0.300' is no address: four numbers from 0 to 255, without leading zeros (character 1)",
  '10.0.0.1 999.999.999.999':
    "'999.999.999.999' is no address: four numbers from 0 to 255, without leading zeros (character 10)",
  '10.0.0.01': "'10.0.0.01' is no address: four numbers from 0 to 255, without leading zeros (character 1)",
  '10.0.0': "'10.0.0' is no address: four numbers from 0 to 255, without leading zeros (character 1)",
  '10.0.0.0.':
    "'10.0.0.0.' is no beginning of an address: one to three numbers from 0 to 255, each with a dot (character 1)",
  '300.': "'300.' is no beginning of an address: one to three numbers from 0 to 255, each with a dot (character 1)",
  '10.0.0.0/33':
    "'10.0.0.0/33' is no network: after the slash stands a mask like 255.255.0.0 or a length from 0 to 32 (character 1)",
  '10/8': "'10/8' is no network: before the slash stands an address of four numbers (character 1)",
  '10.0.0.1/255.255.255.255':
    "'10.0.0.1/255.255.255.255' cannot have the mask 255.255.255.255; write the address alone (character 1)",
  '192.168.3.4/255.255.0.0':
    "'192.168.3.4/255.255.0.0' has bits outside its mask and would match nobody; the network is 192.168.0.0/255.255.0.0 (character 1)",
  '::1': "'::1' must stand in brackets if it is an IPv6 address: [::1] (character 1)",
  'fe80::/10': "'fe80::/10' must stand in brackets if it is an IPv6 address: [fe80::] (character 1)",
  '[::1]/129':
    "'[::1]/129' is no IPv6 address or network: [address] or [address]/length, length from 0 to 128 (character 1)",
  '[::1': "'[::1' is no IPv6 address or network: [address] or [address]/length, length from 0 to 128 (character 1)",
  '[::ffff:10.0.0.0]/104':
    "'[::ffff:10.0.0.0]/104' is an IPv4 network in the clothes of IPv6; write it as a.b.c.d/length (character 1)",
  'ALL EXCEPT': 'EXCEPT needs patterns after it (character 5)',
  'EXCEPT 10.': 'EXCEPT needs patterns before it (character 1)',
  'ALL EXCEPT EXCEPT 10.': 'EXCEPT needs patterns before it (character 12)',
  '10.\nALL EXCEPT': 'EXCEPT needs patterns after it (character 9)',
  'root@host': "'root@host' names a user or netgroup, which are not looked up; name hosts (character 1)",
  '@group': "'@group' names a user or netgroup, which are not looked up; name hosts (character 1)",
  PARANOID: "'PARANOID' is not needed: a name that does not fit its address counts as UNKNOWN (character 1)",
  ho$t: "'ho$t' is no host name or address: a host name has letters, digits, '-', '_' and '.' only (character 1)",
  '# comment': "'#' is no host name or address: a host name has letters, digits, '-', '_' and '.' only (character 1)",
  '.*.jp':
    "'.*.jp' mixes '*' or '?' with a leading or final dot or a mask, which hosts_access(5) rules out (character 1)",
}

for (const [list, rule] of Object.entries(refused)) {
  test(`access list refuses '${list.replaceAll('\n', '\\n')}'`, () => assert.deepEqual(parseAccessList(list), { rule }))
}

const files: Record<string, string> = {
  '/etc/fsigk_allow_list.txt': '10.0.0.1 10.0.0.2\nhost.domain.jp # the branch office\n\n192.168.\n',
  '/etc/fsigk_deny_list.txt': '10.0.0.66\n.evil.com',
  '/etc/broken.txt': '10.0.0.1\n10.0.0.1/40\n',
  '/etc/nested.txt': '/etc/fsigk_allow_list.txt\n',
}

function readFixture(path: string): string {
  const text = files[path]
  if (text === undefined) throw new Error('ENOENT: no such file')
  return text
}

test('a list file holds who stands in it, on lines or between blanks', () => {
  const list = parseAccessList('/etc/fsigk_allow_list.txt', readFixture)
  assert.ok(!('rule' in list))
  assert.deepEqual(list.files, ['/etc/fsigk_allow_list.txt'])
  for (const address of ['10.0.0.1', '10.0.0.2', '192.168.7.7']) assert.ok(accessListAllows(list, { address }))
  assert.ok(accessListAllows(list, { address: '1.1.1.1', name: 'host.domain.jp' }))
  assert.ok(!accessListAllows(list, { address: '1.1.1.1', name: 'office' }))
})

test('a list file may follow EXCEPT', () => {
  const list = parseAccessList('ALL EXCEPT /etc/fsigk_deny_list.txt', readFixture)
  assert.ok(!('rule' in list))
  assert.ok(accessListAllows(list, { address: '10.0.0.1' }))
  assert.ok(!accessListAllows(list, { address: '10.0.0.66' }))
  assert.ok(!accessListAllows(list, { address: '1.1.1.1', name: 'www.evil.com' }))
})

test('a list file that is away, broken or nested breaks the list and is named', () => {
  assert.deepEqual(parseAccessList('ALL EXCEPT /etc/gone.txt', readFixture), {
    rule: 'list file /etc/gone.txt cannot be read: ENOENT: no such file',
  })
  assert.deepEqual(parseAccessList('/etc/broken.txt', readFixture), {
    rule: "'10.0.0.1/40' is no network: after the slash stands a mask like 255.255.0.0 or a length from 0 to 32 (/etc/broken.txt, line 2)",
  })
  assert.deepEqual(parseAccessList('/etc/nested.txt', readFixture), {
    rule: "a list file holds hosts only, not '/etc/fsigk_allow_list.txt' (/etc/nested.txt, line 1)",
  })
})

test('without a reader a list file is taken as written and holds nobody', () => {
  const list = parseAccessList('/etc/gone.txt 10.0.0.1')
  assert.ok(!('rule' in list))
  assert.ok(accessListAllows(list, { address: '10.0.0.1' }))
  assert.ok(!accessListAllows(list, { address: '10.0.0.2' }))
})

test('a list of 100,000 hosts answers as quickly as a short one', () => {
  const hosts = Array.from({ length: 100_000 }, (_, index) => `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`)
  const list = parseAccessList('/big', () => hosts.join('\n'))
  assert.ok(!('rule' in list))
  const begun = process.cpuUsage()
  for (let asked = 0; asked < 100_000; asked++)
    accessListAllows(list, { address: '10.200.1.1', name: 'a.b.example.com' })
  const { user, system } = process.cpuUsage(begun)
  assert.ok(user + system < 2_000_000, `more than 20 µs a question: ${(user + system) / 100_000}`)
})

test('a pattern of many stars costs no exponential time', () => {
  assert.equal(allows(`${'*a'.repeat(30)}*b`, `${'a'.repeat(250)}/1.1.1.1`), false)
})

function allows(text: string, host: Host): boolean {
  const list = parseAccessList(text)
  assert.ok(!('rule' in list), JSON.stringify(list))
  return accessListAllows(list, question(host))
}

function question(host: Host): AccessQuestion {
  const [left, right] = host.split('/')
  if (host === '') return {}
  return right === undefined ? { address: left } : { name: left, address: right }
}
