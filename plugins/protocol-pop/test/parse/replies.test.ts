import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ReplyReader } from '../../src/parse.js'

function read(bytes: string, pieceBytes: number): readonly string[] {
  const reader = new ReplyReader()
  const told: string[] = []
  const whole = Buffer.from(bytes, 'latin1')
  for (let at = 0; at < whole.length; at += pieceBytes) {
    reader.push(Buffer.from(whole.subarray(at, at + pieceBytes)))
    for (let reply = reader.takeReply(); reply !== undefined; reply = reader.takeReply()) {
      told.push(typeof reply === 'string' ? reply : `${reply.is}:${reply.line}`)
      if (reply === 'malformed') return told
    }
  }
  return told
}

const cases: readonly { readonly bytes: string; readonly replies: readonly string[] }[] = [
  { bytes: '+OK\r\n', replies: ['ok:+OK'] },
  { bytes: '+OK 2 messages\r\n-ERR [IN-USE] no\r\n', replies: ['ok:+OK 2 messages', 'error:-ERR [IN-USE] no'] },
  { bytes: '+OK POP3 <1896.697@host> \xe9\r\n', replies: ['ok:+OK POP3 <1896.697@host> \xe9'] },
  { bytes: '+ PDE4OTY=\r\n', replies: ['challenge:+ PDE4OTY='] },
  { bytes: '+ \r\n', replies: ['challenge:+ '] },
  { bytes: '+\r\n', replies: ['challenge:+'] },
  { bytes: '+ok\r\n-Err\tno\r\n', replies: ['ok:+ok', 'error:-Err\tno'] },
  { bytes: '+OKAY\r\n', replies: ['malformed'] },
  { bytes: 'From: ann@example.org\r\n', replies: ['malformed'] },
  { bytes: '\r\n', replies: ['malformed'] },
  { bytes: '+OK one\n+OK two\r\n', replies: ['malformed'] },
  { bytes: '+OK a\rb\r\n', replies: ['malformed'] },
  { bytes: '+OK a\0b\r\n', replies: ['malformed'] },
  { bytes: `+OK ${'x'.repeat(5000)}\r\n`, replies: ['malformed'] },
]

describe('what a server sends, cut at every position', () => {
  for (const { bytes, replies } of cases)
    test(JSON.stringify(bytes.slice(0, 40)), () => {
      for (let pieceBytes = 1; pieceBytes <= Math.min(bytes.length, 200); pieceBytes++)
        assert.deepEqual(read(bytes, pieceBytes), replies, `in pieces of ${pieceBytes}`)
    })
})
