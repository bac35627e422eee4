import assert from 'node:assert/strict'
import { test } from 'node:test'
import { serverAddresses } from '../src/server-address.js'

test('servers are sockets by path, and hosts with a port', () => {
  assert.deepEqual(serverAddresses('/run/clamav/clamd.ctl, av1.example.com:3310,[::1]:3310, 127.0.0.1:1'), [
    { name: '/run/clamav/clamd.ctl', path: '/run/clamav/clamd.ctl' },
    { name: 'av1.example.com:3310', host: 'av1.example.com', port: 3310 },
    { name: '[::1]:3310', host: '::1', port: 3310 },
    { name: '127.0.0.1:1', host: '127.0.0.1', port: 1 },
  ])
  assert.deepEqual(serverAddresses(''), [])
})

for (const word of [
  'clamd.ctl',
  'av1',
  'av1:',
  'av1:0',
  'av1:65536',
  '::1:3310',
  '[::1]',
  ':3310',
  `/${'a'.repeat(107)}`,
]) {
  test(`'${word.slice(0, 20)}' is no server`, () => {
    assert.throws(() => serverAddresses(`127.0.0.1:1,${word}`), { code: 'FSIGK_CLAMAV_SERVER_INVALID' })
  })
}
