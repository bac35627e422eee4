import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from '@fsigk/plugin-api'
import { Fields } from '../../src/message/fields.js'
import { NO_BODY, type Version } from '../../src/message/framing.js'
import { routeOf } from '../../src/route.js'
import { type HttpSettings, settings as shape } from '../../src/settings.js'

const direct = z.strictObject(shape).parse({}) as HttpSettings
const parent: HttpSettings = { ...direct, self_proxy: true, parent_server_host: 'web.test', parent_server_port: 8080 }

function routed(settings: HttpSettings, method: string, url: string, host?: string, version: Version = '1.1') {
  const fields = new Fields()
  if (host !== undefined) fields.add('Host', host)
  const route = routeOf({ method, url, version, fields, framing: NO_BODY }, settings)
  return typeof route === 'string' ? route : `${route.by} ${route.key} ${route.line} ${route.target.authority}`
}

/** Without a parent a request goes where its URL says, and Host is not looked at. */
for (const { ask, to } of [
  { ask: ['GET', 'http://A.test/x?y#z', 'other.test'], to: 'direct a.test:80 /x?y A.test' },
  { ask: ['GET', 'http://a.test:81', undefined], to: 'direct a.test:81 / a.test:81' },
  { ask: ['OPTIONS', 'http://a.test', undefined], to: 'direct a.test:80 * a.test' },
  { ask: ['CONNECT', 'a.test:443', undefined], to: 'direct a.test:443 a.test:443 a.test:443' },
  { ask: ['CONNECT', 'http://a.test/', 'a.test'], to: 'urlFormat' },
  { ask: ['GET', '/x', 'a.test'], to: 'urlFormat' },
  { ask: ['OPTIONS', '*', 'a.test'], to: 'urlFormat' },
] as const)
  test(`without a parent: ${ask.join(' ')} → ${to}`, () => {
    assert.equal(routed(direct, ask[0], ask[1], ask[2]), to)
  })

/** With a parent everything goes to it, in the form that the client chose. */
for (const { ask, to } of [
  { ask: ['GET', 'http://A.test/x?y#z', 'other.test'], to: 'proxy web.test:8080 http://A.test/x?y A.test' },
  { ask: ['GET', 'http://a.test', undefined], to: 'proxy web.test:8080 http://a.test/ a.test' },
  { ask: ['OPTIONS', 'HTTP://a.test', undefined], to: 'proxy web.test:8080 http://a.test a.test' },
  { ask: ['CONNECT', 'a.test:443', undefined], to: 'proxy web.test:8080 a.test:443 a.test:443' },
  { ask: ['CONNECT', '/x', 'a.test'], to: 'urlFormat' },
  { ask: ['GET', 'ftp://a.test/', 'a.test'], to: 'urlFormat' },
  { ask: ['GET', '/x?y#z', 'A.test:8080'], to: 'server web.test:8080 /x?y A.test:8080' },
  { ask: ['GET', '//a.test/x', '[::1]'], to: 'server web.test:8080 //a.test/x [::1]' },
  { ask: ['OPTIONS', '*', 'a.test'], to: 'server web.test:8080 * a.test' },
  { ask: ['GET', '*', 'a.test'], to: 'urlFormat' },
  { ask: ['GET', '/x', undefined], to: 'hostMissing' },
  { ask: ['GET', '/x', ''], to: 'hostFormat' },
  { ask: ['GET', '/x', 'a@b.test'], to: 'hostFormat' },
  { ask: ['GET', '/x', 'a.test/y'], to: 'hostFormat' },
  { ask: ['GET', '/x', 'a.test, b.test'], to: 'hostFormat' },
] as const)
  test(`with a parent: ${ask.join(' ')} → ${to}`, () => {
    assert.equal(routed(parent, ask[0], ask[1], ask[2]), to)
  })

test('a client of HTTP/1.0 that names no host gets the parent’s name', () => {
  assert.equal(routed(parent, 'GET', '/x', undefined, '1.0'), 'server web.test:8080 /x web.test:8080')
  const v6 = { ...parent, parent_server_host: '2001:db8::1', parent_server_port: 80 }
  assert.equal(routed(v6, 'GET', '/x', undefined, '1.0'), 'server 2001:db8::1:80 /x [2001:db8::1]')
})

test('self_proxy without a server sends nothing anywhere', () => {
  const nobody = { ...parent, parent_server_host: '' }
  assert.equal(routed(nobody, 'GET', 'http://a.test/'), 'parentMissing')
  assert.equal(routed(nobody, 'GET', '/', 'a.test'), 'parentMissing')
})
