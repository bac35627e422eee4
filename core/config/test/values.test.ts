/** What each type and notation accepts, and the rule that a refusal names. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isBroken } from '@fsigk/config'
import { catalogue } from './sample.js'

const accepted: readonly { key: string; given: unknown; value: unknown }[] = [
  { key: 'http.virus_check', given: 'yes', value: true },
  { key: 'http.virus_check', given: 'no', value: false },
  { key: 'http.virus_check', given: false, value: false },
  { key: 'http.pre_spawn', given: '1', value: 1 },
  { key: 'http.pre_spawn', given: 100_000, value: 100_000 },
  { key: 'http.action', given: 'pass', value: 'pass' },
  { key: 'http.svcport', given: '9081', value: '9081' },
  { key: 'http.svcport', given: 9081, value: '9081' },
  { key: 'http.parent_server_host', given: '', value: '' },
  { key: 'http.parent_server_host', given: 'proxy.example.com', value: 'proxy.example.com' },
  { key: 'http.parent_server_host', given: '[2001:db8::1]', value: '[2001:db8::1]' },
  { key: 'http.parent_server_host', given: '2001:db8::1', value: '2001:db8::1' },
  { key: 'http.pass_ext_list', given: ' .ISO, .img ', value: '.ISO, .img' },
  { key: 'http.connect_ports', given: '443, 8000-8100', value: '443, 8000-8100' },
  { key: 'http.connect_ports', given: '', value: '' },
  { key: 'http.banner', given: 'one\r\ntwo\rthree', value: 'one\ntwo\nthree' },
  { key: 'http.local_to', given: '127.0.0.1 [::1]', value: '127.0.0.1 [::1]' },
  { key: 'access.http_from', given: ' 10. \r\n\n 192.168. ', value: '10.\n192.168.' },
  { key: 'common.tmpdir', given: '/var/tmp/fsigk', value: '/var/tmp/fsigk' },
  { key: 'common.admin_mailaddr', given: 'a'.repeat(1999), value: 'a'.repeat(1999) },
  { key: 'common.product_name', given: 'あ'.repeat(21), value: 'あ'.repeat(21) },
]

for (const { key, given, value } of accepted) {
  test(`${key} takes ${show(given)}`, () => assert.deepEqual(catalogue.parse(key, given), { value }))
}

const flagRule = 'must be yes or no'
const integerRule = 'must be a whole number from 1 to 100000 connections'

const refused: readonly { key: string; given: unknown; rule: string }[] = [
  { key: 'http.virus_check', given: 'maybe', rule: flagRule },
  { key: 'http.virus_check', given: 'YES', rule: flagRule },
  { key: 'http.virus_check', given: 1, rule: flagRule },
  { key: 'http.pre_spawn', given: 'abc', rule: integerRule },
  { key: 'http.pre_spawn', given: '0', rule: integerRule },
  { key: 'http.pre_spawn', given: '100001', rule: integerRule },
  { key: 'http.pre_spawn', given: '-5', rule: integerRule },
  { key: 'http.pre_spawn', given: '007', rule: integerRule },
  { key: 'http.pre_spawn', given: '1e3', rule: integerRule },
  { key: 'http.pre_spawn', given: '0x10', rule: integerRule },
  { key: 'http.pre_spawn', given: ' 5', rule: integerRule },
  { key: 'http.pre_spawn', given: '', rule: integerRule },
  { key: 'http.pre_spawn', given: 1.5, rule: integerRule },
  { key: 'http.pre_spawn', given: '99999999999999999999', rule: integerRule },
  { key: 'http.pre_spawn', given: true, rule: integerRule },
  { key: 'http.action', given: 'deny', rule: 'must be pass or delete' },
  { key: 'http.action', given: '', rule: 'must be pass or delete' },
  { key: 'http.pass_ext_list', given: ['.iso'], rule: 'must be a text' },
  { key: 'http.pass_ext_list', given: 'a'.repeat(2010), rule: 'is 2010 bytes long; at most 1999 are allowed' },
  { key: 'common.product_name', given: 'あ'.repeat(22), rule: 'is 66 bytes long; at most 64 are allowed' },
  { key: 'common.product_name', given: 'a\nb', rule: 'must not hold control characters; U+000A is one (character 2)' },
  {
    key: 'common.product_name',
    given: 'a\u0000',
    rule: 'must not hold control characters; U+0000 is one (character 2)',
  },
  { key: 'http.banner', given: 'a\n\u001b[2J', rule: 'must not hold control characters; U+001B is one (character 3)' },
  { key: 'common.product_name', given: '\ud800', rule: 'must be valid Unicode' },
  { key: 'common.tmpdir', given: 'tmp', rule: 'must be an absolute path, or empty' },
  { key: 'common.tmpdir', given: '/tmp/../etc', rule: "must not contain '..'" },
  {
    key: 'http.parent_server_host',
    given: 'bad host',
    rule: "must be a host name or an address: a host name has letters, digits, '-', '_' and '.' only (character 4)",
  },
  {
    key: 'http.parent_server_host',
    given: 'a..b',
    rule: 'must be a host name or an address: a host name must not have an empty part (character 3)',
  },
  {
    key: 'http.parent_server_host',
    given: '300.1.1.1',
    rule: 'must be a host name or an address: an IPv4 address has four numbers from 0 to 255, without leading zeros (character 9)',
  },
  {
    key: 'http.parent_server_host',
    given: '1:2:3',
    rule: 'must be a host name or an address; this is no IPv6 address',
  },
  {
    key: 'http.connect_ports',
    given: '443,70000',
    rule: 'must be ports from 1 to 65535 or ranges like 8000-8100, joined by commas (character 5)',
  },
  {
    key: 'http.connect_ports',
    given: '9-5',
    rule: 'must be ports from 1 to 65535 or ranges like 8000-8100, joined by commas (character 1)',
  },
  {
    key: 'http.local_to',
    given: '10.\n11.',
    rule: 'must not hold control characters; U+000A is one (character 4)',
  },
  {
    key: 'access.http_from',
    given: `10.\n${'host.example.com '.repeat(130)}`,
    rule:
      'makes line 2 of hosts.allow 2220 bytes long; at most 2047 are allowed. Write the hosts to a file and name its path ' +
      'here (/etc/fsigk_http_from_list.txt), or specify several lines',
  },
  { key: 'http.pre_spwan', given: '5', rule: 'there is no such setting; did you mean http.pre_spawn?' },
  { key: 'pre_spawn', given: '5', rule: 'there is no such setting; did you mean http.pre_spawn?' },
  { key: 'weather.tomorrow', given: 'fine', rule: "there is no such setting; 'fsigk config list' shows all" },
  { key: '__proto__.x', given: '1', rule: "there is no such setting; 'fsigk config list' shows all" },
]

for (const { key, given, rule } of refused) {
  test(`${key} refuses ${show(given)}`, () => assert.deepEqual(catalogue.parse(key, given), { rule }))
}

test('what is accepted and rendered is accepted again, unchanged', () => {
  for (const { key, given } of accepted) {
    const result = catalogue.parse(key, given)
    assert.ok(!isBroken(result))
    assert.deepEqual(catalogue.parse(key, catalogue.render(key, result.value)), result)
  }
})

function show(given: unknown): string {
  const text = JSON.stringify(given)
  return text.length > 50 ? `${text.slice(0, 50)}…` : text
}
