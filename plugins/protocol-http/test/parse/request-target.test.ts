import assert from 'node:assert/strict'
import { test } from 'node:test'
import { absoluteTarget, authorityTarget } from '../../src/message/request-target.js'

const targets: readonly { url: string; host: string; port?: number; authority?: string; path: string }[] = [
  { url: 'http://site.example/a?b=c', host: 'site.example', path: '/a?b=c' },
  { url: 'HTTP://Site.Example:8080/', host: 'site.example', port: 8080, authority: 'Site.Example:8080', path: '/' },
  { url: 'http://site.example', host: 'site.example', path: '/' },
  { url: 'http://site.example?b', host: 'site.example', path: '/?b' },
  { url: 'http://site.example:/', host: 'site.example', path: '/' },
  { url: 'http://site.example./', host: 'site.example', authority: 'site.example.', path: '/' },
  { url: 'http://site.example/a#b', host: 'site.example', path: '/a' },
  { url: 'http://[2001:DB8::1]:81/', host: '2001:db8::1', port: 81, authority: '[2001:DB8::1]:81', path: '/' },
  { url: 'http://[::1]/', host: '::1', authority: '[::1]', path: '/' },
  { url: 'http://a_b.example/', host: 'a_b.example', path: '/' },
  { url: 'http://a/%zz/../', host: 'a', path: '/%zz/../' },
]

for (const { url, host, port = 80, authority = host, path } of targets) {
  test(`${url} goes to ${host} port ${port}`, () =>
    assert.deepEqual(absoluteTarget(url, 'GET'), { host, port, authority, path }))
}

const noTargets = [
  '/a',
  '*',
  'a',
  'site.example:80',
  'http:/a',
  'http:///a',
  'http://:80/',
  'http://./',
  'http://a../',
  'ftp://a/',
  'https://a/',
  'http://user@a/',
  'http://user:password@a/',
  'http://a@b:80/',
  'http://a:0/',
  'http://a:65536/',
  'http://a:+80/',
  'http://a:8 0/',
  'http://a:080000/',
  'http://a%2eb/',
  'http://a\\b/',
  'http://site.example#a',
  'http://site.example#@evil.example/',
  'http://[::1/',
  'http://[::1]x/',
  'http://[fe80::1%25eth0]/',
  'http://[1.2.3.4]/',
  'http://[]/',
  `http://${'a'.repeat(256)}/`,
]

for (const url of noTargets) {
  test(`${url.slice(0, 40)} is no absolute URL of ours`, () => assert.equal(absoluteTarget(url, 'GET'), undefined))
}

test('CONNECT needs a host and a port, and nothing else', () => {
  assert.deepEqual(authorityTarget('a:443'), { host: 'a', port: 443, authority: 'a:443' })
  assert.deepEqual(authorityTarget('[::1]:443'), { host: '::1', port: 443, authority: '[::1]:443' })
  for (const url of ['a', 'a:', ':443', 'a:443/', 'http://a:443', '::1:443', 'u@a:443', 'a:99999', ''])
    assert.equal(authorityTarget(url), undefined, url)
})
