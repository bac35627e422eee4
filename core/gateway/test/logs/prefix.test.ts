import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { messageLine } from '../../src/logs/prefix.js'

const at = new Date(2010, 9, 12, 20, 0, 31, 123)
const seconds = `${Math.floor(at.getTime() / 1000)}.123`

describe('lines of error.log and info.log', () => {
  test('say when, who talked to whom, and under which revision and session', () => {
    const place = {
      port: 9080,
      slot: 3,
      peer: { address: '192.0.2.1', name: 'pc.example', port: 50_123 },
      server: { address: '192.0.2.2', name: 'site.example', port: 80 },
      revision: 12,
      id: 'abc123',
    }
    assert.equal(
      messageLine(at, place, 'Access Denied to [192.0.2.2:site.example]'),
      `${seconds} [2010/10/12 20:00:31 9080 3 192.0.2.1:pc.example:50123 192.0.2.2:site.example:80] Access Denied to [192.0.2.2:site.example] [r12 abc123]\n`,
    )
  })

  test('what is not known is -', () => {
    assert.equal(messageLine(at, { port: 9080 }, 'x'), `${seconds} [2010/10/12 20:00:31 9080 - -:-:- -:-:-] x\n`)
    assert.equal(messageLine(at, { revision: 3 }, 'x'), `${seconds} [2010/10/12 20:00:31 - - -:-:- -:-:-] x [r3]\n`)
  })

  test('are one line of printable ASCII, whatever is in them [LOG-10]', () => {
    const end = { address: '2001:db8::1', name: 'evil] x\n', port: 1 }
    const line = messageLine(at, { peer: end, server: end, id: 'a', revision: 1 }, 'a\r\nb\x00\x1b[2Jé ###ERROR### あ')
    assert.match(line, /^[\x20-\x7e]+\n$/)
    assert.match(line, / 2001%3Adb8%3A%3A1:evil%5D%20x%0A:1 /)
  })
})
