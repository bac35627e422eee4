/** The text of the projections: where every setting stands, and that nothing but the settings is in them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { projectFiles } from '@fsigk/config'
import { settingsSnapshot } from '../src/domain/snapshot.js'
import { catalogue, templates } from './sample.js'

function project(values: Record<string, boolean | number | string>, revision = 1): ReadonlyMap<string, string> {
  const state = { revision, changedAt: new Map(), values: new Map(Object.entries(values)) }
  const files = projectFiles(settingsSnapshot(state, catalogue, templates), catalogue)
  return new Map([...files].map(([name, bytes]) => [name, bytes.toString('utf8')]))
}

function file(name: string, values: Record<string, boolean | number | string> = {}): string {
  return project(values).get(name) ?? ''
}

test('the files of conf/', () => {
  assert.deepEqual(
    [...project({}).keys()],
    [
      'fsigk.ini',
      'hosts.allow',
      'template_http.html',
      'template_http_error.html',
      'template_smtp.txt',
      'template_smtp_lan.txt',
      'template_pop.txt',
      'template_admin.txt',
      'spam/custom.txt',
      'spam/files.txt',
      'dbupdate.conf',
    ],
  )
})

test('the ini has every setting of its sections with value, help, default and limit', () => {
  const [head = '', http = ''] = file('fsigk.ini', { 'http.pre_spawn': 10, 'http.virus_check': false }).split('\n\n')
  assert.match(head, /^(# .+\n)+# .+$/)
  assert.equal(
    http,
    [
      '[http]',
      '# Proxy port. Default: 9080. Values: at most 80 bytes.',
      'svcport=9080',
      '# Action. Default: delete. Values: pass, delete.',
      'action=delete',
      '# Virus check. Default: yes. Values: yes, no.',
      'virus_check=no',
      '# Maximum connections. Default: 2000. Values: 1 to 100000 connections.',
      'pre_spawn=10',
      '# Parent server. Default: (empty). Values: at most 255 bytes.',
      'parent_server_host=',
      '# Extensions. Default: (empty). Values: at most 1999 bytes.',
      'pass_ext_list=',
      '# Ports of CONNECT. Default: 443. Values: at most 200 bytes.',
      'connect_ports=443',
      '# Local destinations. Default: (empty). Values: at most 1999 bytes.',
      'local_to=',
      '# Banner. Default: (empty). Values: at most 200 bytes. Not in use yet.',
      'banner=',
    ].join('\n'),
  )
})

test('every setting stands in exactly one file', () => {
  const inis = file('fsigk.ini').split(/^(?=\[)/m)
  const hosts = file('hosts.allow')
  for (const { key, section, name, place } of catalogue.definitions()) {
    const ini = inis.find((lines) => lines.startsWith(`[${section}]`)) ?? ''
    assert.equal(new RegExp(`^${name}=`, 'm').test(ini), place === 'fsigk.ini', key)
    if (section === 'access') assert.match(hosts, new RegExp(`^${name}:`, 'm'))
  }
})

test('a text of several lines stays on one line of the ini', () => {
  assert.match(file('fsigk.ini', { 'http.banner': 'a\\b\n[http]\nx=y' }), /^banner=a\\\\b\\n\[http\]\\nx=y$/m)
})

test('hosts.allow has a line for each line of a list', () => {
  const hosts = file('hosts.allow', { 'access.http_from': '10.\n192.168. EXCEPT 192.168.0.1' })
  const lines = hosts.split('\n').filter((line) => line.startsWith('http_'))
  assert.deepEqual(lines, ['http_from: 10.', 'http_from: 192.168. EXCEPT 192.168.0.1', 'http_to: ALL', 'http_pass_to:'])
})

test('templates are the bytes that were set, or the shipped ones', () => {
  const files = project({ 'template.http': '<b>mine</b>' })
  assert.equal(files.get('template_http.html'), '<b>mine</b>')
  assert.equal(files.get('template_http_error.html'), templates.en.http_error)
})

test('comments and templates follow the language', () => {
  const files = project({ 'common.language': 'ja' })
  assert.match(files.get('fsigk.ini') ?? '', /^# Proxy port。 既定値: 9080。設定値: 最大80バイト。$/m)
  assert.equal(files.get('template_http.html'), templates.ja.http)
})

test('equal settings give equal bytes, whatever the revision', () => {
  assert.deepEqual(project({ 'http.pre_spawn': 10 }, 2), project({ 'http.pre_spawn': 10 }, 99))
})
