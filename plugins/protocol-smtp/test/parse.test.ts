import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { CommandReader, ReplyReader } from '../src/parse.js'
import type { Reply } from '../src/reply.js'
import type { SmtpSettings } from '../src/settings.js'

type Mode = SmtpSettings['bare_line_ends']

/** All lines, and the fault that ends them. */
function linesOf(pieces: readonly Buffer[], mode: Mode): readonly string[] {
  const reader = new CommandReader()
  reader.bareLineEnds = mode
  const lines: string[] = []
  for (const piece of pieces) {
    reader.push(piece)
    for (let line = reader.takeLine(); line !== undefined; line = reader.takeLine()) {
      if (typeof line === 'string') return [...lines, `!${line}`]
      lines.push(line.line)
    }
  }
  return lines
}

/** Whole, a byte at a time, and in two pieces at every position. */
function* cuts(text: string): Generator<readonly Buffer[]> {
  const bytes = Buffer.from(text, 'latin1')
  yield [bytes]
  yield Array.from(bytes, (byte) => Buffer.from([byte]))
  for (let at = 1; at < bytes.length; at++) yield [Buffer.from(bytes.subarray(0, at)), Buffer.from(bytes.subarray(at))]
}

describe('lines of commands', () => {
  const cases: readonly { says: string; mode?: Mode; text: string; lines: readonly string[] }[] = [
    { says: 'end in CRLF', text: 'HELO a\r\nNOOP\r\n', lines: ['HELO a', 'NOOP'] },
    { says: 'may be empty', text: '\r\n\r\nQUIT\r\n', lines: ['', '', 'QUIT'] },
    { says: 'are not there before their end', text: 'QUIT\r', lines: [] },
    { says: 'are latin1', text: 'VRFY \xe4\xff\r\n', lines: ['VRFY \xe4\xff'] },
    { says: 'do not end in LF', text: 'NOOP\r\nMAIL\nRCPT\r\n', lines: ['NOOP', '!lineEnd'] },
    { says: 'do not end in LF at once', text: '\nNOOP\r\n', lines: ['!lineEnd'] },
    { says: 'hold no CR', text: 'NOOP\rMAIL\r\n', lines: ['!lineEnd'] },
    { says: 'hold no CR before their end', text: 'NOOP\r\r\n', lines: ['!lineEnd'] },
    { says: 'hold no NUL', text: 'NO\0OP\r\n', lines: ['!lineEnd'] },
    { says: 'end in LF', mode: 'normalise', text: 'HELO a\nNOOP\r\nQUIT\n', lines: ['HELO a', 'NOOP', 'QUIT'] },
    { says: 'end in CR', mode: 'normalise', text: 'HELO a\rNOOP\r\n', lines: ['HELO a', 'NOOP'] },
    { says: 'end in CRs and LF once', mode: 'normalise', text: 'HELO a\r\r\nNOOP\r\n', lines: ['HELO a', 'NOOP'] },
    { says: 'lose their NULs', mode: 'normalise', text: 'NO\0OP\r\n\0\r\n', lines: ['NOOP', ''] },
  ]
  for (const { says, mode = 'refuse', text, lines } of cases) {
    test(`${mode}: they ${says}, cut anywhere`, () => {
      for (const pieces of cuts(text)) assert.deepEqual(linesOf(pieces, mode), lines)
    })
  }

  test('of 9998 bytes pass, longer ones do not, ended or not [SMTP-23]', () => {
    for (const mode of ['refuse', 'normalise'] as const) {
      const longest = 'a'.repeat(9998)
      assert.deepEqual(linesOf([Buffer.from(`${longest}\r\n`)], mode), [longest])
      assert.deepEqual(linesOf([Buffer.from(longest), Buffer.from('\r'), Buffer.from('\n')], mode), [longest])
      assert.deepEqual(linesOf([Buffer.from(`${longest}a\r\n`)], mode), ['!tooLongLine'])
      assert.deepEqual(linesOf([Buffer.from(`${longest}aa`)], mode), ['!tooLongLine'])
    }
  })

  test('and a message between them are told apart, cut anywhere', () => {
    for (const pieces of cuts('DATA\r\nSubject: x\r\n\r\n.\r\nQUIT\r\n')) {
      const reader = new CommandReader()
      const lines: string[] = []
      let message = ''
      for (const piece of pieces) {
        reader.push(piece)
        while (lines.length === 0 || message.endsWith('.\r\n')) {
          const line = reader.takeLine()
          if (typeof line !== 'object') break
          lines.push(line.line)
        }
        if (lines.length !== 1) continue
        message += reader.takeBytes()?.toString('latin1') ?? ''
        const end = message.indexOf('\r\n.\r\n')
        if (end === -1) continue
        reader.putBack(Buffer.from(message.slice(end + 5), 'latin1'))
        message = message.slice(0, end + 5)
        const line = reader.takeLine()
        if (typeof line === 'object') lines.push(line.line)
      }
      assert.deepEqual({ lines, message }, { lines: ['DATA', 'QUIT'], message: 'Subject: x\r\n\r\n.\r\n' })
    }
  })
})

describe('replies', () => {
  function repliesOf(pieces: readonly Buffer[]): readonly (Reply | 'malformed')[] {
    const reader = new ReplyReader()
    const replies: (Reply | 'malformed')[] = []
    for (const piece of pieces) {
      reader.push(piece)
      for (let reply = reader.takeReply(); reply !== undefined; reply = reader.takeReply()) {
        replies.push(reply)
        if (reply === 'malformed') return replies
      }
    }
    return replies
  }

  const cases: readonly { says: string; text: string; replies: readonly (Reply | 'malformed')[] }[] = [
    { says: 'of one line', text: '250 ok\r\n', replies: [{ code: 250, lines: ['ok'] }] },
    {
      says: 'of several lines',
      text: '250-mx\r\n250-SIZE 10\r\n250 HELP\r\n',
      replies: [{ code: 250, lines: ['mx', 'SIZE 10', 'HELP'] }],
    },
    {
      says: 'without a text',
      text: '250\r\n354 \r\n',
      replies: [
        { code: 250, lines: [''] },
        { code: 354, lines: [''] },
      ],
    },
    { says: 'in UTF-8', text: '550 \xc3\xa4\r\n', replies: [{ code: 550, lines: ['\xc3\xa4'] }] },
    { says: 'that have not come whole', text: '250-a\r\n250 b\r', replies: [] },
    { says: 'of lines that differ', text: '250-a\r\n251 b\r\n', replies: ['malformed'] },
    { says: 'that end in LF', text: '250 ok\n', replies: ['malformed'] },
    { says: 'with a CR inside', text: '250 o\rk\r\n', replies: ['malformed'] },
    { says: 'with a NUL inside', text: '250 o\0k\r\n', replies: ['malformed'] },
    { says: 'without a code', text: 'ok\r\n', replies: ['malformed'] },
    { says: 'with another code', text: '199 ok\r\n', replies: ['malformed'] },
    { says: 'with a code that goes on', text: '2500 ok\r\n', replies: ['malformed'] },
  ]
  for (const { says, text, replies } of cases) {
    test(`${says}, cut anywhere`, () => {
      for (const pieces of cuts(text)) assert.deepEqual(repliesOf(pieces), replies)
    })
  }

  test('are bounded, in one line and in many', () => {
    assert.deepEqual(repliesOf([Buffer.from(`250 ${'a'.repeat(70_000)}`)]), ['malformed'])
    assert.deepEqual(repliesOf([Buffer.from('250-abcdef\r\n'.repeat(7000))]), ['malformed'])
  })
})
