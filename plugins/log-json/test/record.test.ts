/** What a line becomes. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { recordOf } from '../src/record.js'

test('a line of access.log becomes typed fields, decoded', () => {
  const line =
    '1286881231.123    205 192.0.2.1 TCP_MISS/200 1234 GET http://site.example/a%20b user%3Aname DIRECT/192.0.2.2 text/html DETECT-STAT:INFECTED:Eicar%2FTest+Other:%E6%97%A5%3A.exe:q1: ACTION:DELETE: PROXY-STAT:http:0:4321:2001%3Adb8%3A%3A1:1:2:3:VSD_ERROR,VSD_DOWN: PROTOCOL-STAT:KEEPALIVE:%1B%5B31m: PROXY-ERROR:%FF: FSIGK:12:abc123:'
  assert.deepEqual(recordOf('access', 'http', line, 0), {
    timeMs: 1286881231123,
    fields: {
      log: 'access',
      elapsedMs: 205,
      client: '192.0.2.1',
      status: 200,
      bytes: 1234,
      method: 'GET',
      url: 'http://site.example/a%20b',
      user: 'user:name',
      server: '192.0.2.2',
      contentType: 'text/html',
      result: 'INFECTED',
      file: '日:.exe',
      quarantined: 'q1',
      action: 'DELETE',
      service: 'http',
      slot: 0,
      pid: 4321,
      peer: '2001:db8::1',
      files: 1,
      checks: 2,
      checkMs: 3,
      protocolStat: ['KEEPALIVE', '\x1b[31m'],
      error: '\xff',
      revision: 12,
      id: 'abc123',
      threats: ['Eicar/Test', 'Other'],
      details: ['VSD_ERROR', 'VSD_DOWN'],
    },
  })
})

test('a line of error.log becomes its prefix and its message', () => {
  const line =
    '1286881231.123 [2010/10/12 20:00:31 9080 0 192.0.2.1:pc.example:50123 -:-:-] ###ERROR### get_response_header: Too Large Header [r12 abc123]'
  assert.deepEqual(recordOf('error', 'http', line, 0), {
    timeMs: 1286881231123,
    fields: {
      log: 'error',
      service: 'http',
      port: 9080,
      slot: 0,
      peer: { address: '192.0.2.1', name: 'pc.example', port: 50123 },
      server: undefined,
      message: 'get_response_header: Too Large Header',
      revision: 12,
      id: 'abc123',
    },
  })
})

test('a message that looks as if it had a revision inside keeps it', () => {
  const { fields } = recordOf('info', 'http', '1.000 [2010/10/12 20:00:31 - - -:-:- -:-:-] a [r1 x] b', 0)
  assert.deepEqual([fields['message'], fields['revision'], fields['port']], ['a [r1 x] b', undefined, undefined])
})

test('a line that is none of ours is kept as it is', () => {
  assert.deepEqual(recordOf('access', 'smtp', 'anything', 5), {
    timeMs: 5,
    fields: { log: 'access', service: 'smtp', line: 'anything' },
  })
})
