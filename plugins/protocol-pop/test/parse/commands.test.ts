import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { commandLine, hasText, isVerb } from '../../src/commands.js'
import { CommandReader, type LineFault, parseCommand } from '../../src/parse.js'

/** Lines and faults of a client that sends these bytes in pieces of so many. */
function read(bytes: string, pieceBytes: number): readonly (string | LineFault)[] {
  const reader = new CommandReader()
  const told: (string | LineFault)[] = []
  const whole = Buffer.from(bytes, 'latin1')
  for (let at = 0; at < whole.length; at += pieceBytes) {
    reader.push(Buffer.from(whole.subarray(at, at + pieceBytes)))
    for (let line = reader.takeCommand(); line !== undefined; line = reader.takeCommand()) {
      told.push(typeof line === 'object' ? `<${line.line}>` : line)
      if (line === 'endless') return told
    }
  }
  return told
}

const cases: readonly { readonly says: string; readonly bytes: string; readonly lines: readonly string[] }[] = [
  { says: 'commands that come together', bytes: 'STAT\r\nLIST 1\r\n', lines: ['<STAT>', '<LIST 1>'] },
  { says: 'LF by itself ends a line', bytes: 'STAT\nNOOP\r\n', lines: ['<STAT>', '<NOOP>'] },
  { says: 'an empty line', bytes: '\r\nSTAT\r\n', lines: ['<>', '<STAT>'] },
  {
    says: 'CR in a line could end it for the server',
    bytes: 'NOOP\rRETR 1\r\nQUIT\r\n',
    lines: ['illegalCharacter', '<QUIT>'],
  },
  { says: 'NUL could end it too', bytes: 'USER a\0b\r\n', lines: ['illegalCharacter'] },
  { says: 'a tab is a space', bytes: 'RETR\t1\r\n', lines: ['<RETR\t1>'] },
  { says: 'bytes beyond ASCII', bytes: 'USER \xc3\xa9\r\n', lines: ['<USER \xc3\xa9>'] },
  {
    says: 'the longest line [POP-11]',
    bytes: `${'x'.repeat(998)}\r\nQUIT\r\n`,
    lines: [`<${'x'.repeat(998)}>`, '<QUIT>'],
  },
  { says: 'a line that is longer [POP-11]', bytes: `${'x'.repeat(999)}\r\nQUIT\r\n`, lines: ['tooLongLine', '<QUIT>'] },
  {
    says: 'one that is much longer [POP-11]',
    bytes: `${'x'.repeat(9000)}\r\nQUIT\r\n`,
    lines: ['tooLongLine', '<QUIT>'],
  },
]

describe('what a client sends, cut at every position', () => {
  for (const { says, bytes, lines } of cases)
    test(says, () => {
      for (let pieceBytes = 1; pieceBytes <= Math.min(bytes.length, 1100); pieceBytes++)
        assert.deepEqual(read(bytes, pieceBytes), lines, `in pieces of ${pieceBytes}`)
    })

  test('a line without an end is told once, takes no memory, and is given up', () => {
    assert.deepEqual(read('x'.repeat(200_000), 1000), ['tooLongLine', 'endless'])
  })

  test('an answer to a challenge may be longer, up to 12,288 bytes', () => {
    const reader = new CommandReader()
    reader.push(Buffer.from(`${'x'.repeat(12_288)}\r\n${'y'.repeat(12_289)}\r\nQUIT\r\n`))
    assert.deepEqual(reader.takeAnswer(), { line: 'x'.repeat(12_288) })
    assert.equal(reader.takeAnswer(), 'tooLongLine')
    assert.deepEqual(reader.takeCommand(), { line: 'QUIT' })
  })
})

const spellings: readonly { readonly line: string; readonly sent: string; readonly text?: boolean }[] = [
  { line: 'RETR 1', sent: 'RETR 1' },
  { line: 'retr 1', sent: 'RETR 1' },
  { line: '  ReTr \t 1  ', sent: 'RETR 1' },
  { line: 'TOP\t1\t\t10', sent: 'TOP 1 10' },
  { line: 'list', sent: 'LIST', text: true },
  { line: 'LIST   ', sent: 'LIST', text: true },
  { line: 'LIST 2', sent: 'LIST 2' },
  { line: 'Uidl', sent: 'UIDL', text: true },
  { line: 'UIDL 2', sent: 'UIDL 2' },
  { line: 'capa', sent: 'CAPA', text: true },
  { line: 'auth', sent: 'AUTH', text: true },
  { line: 'auth plain AGE=', sent: 'AUTH plain AGE=' },
  { line: 'LANG', sent: 'LANG', text: true },
  { line: 'LANG en', sent: 'LANG en' },
  { line: 'UTF8', sent: 'UTF8' },
  { line: 'XLIST', sent: 'XLIST' },
  { line: 'pass  two  spaces ', sent: 'PASS  two  spaces ' },
  { line: 'PASS', sent: 'PASS' },
  { line: 'user ann ', sent: 'USER ann' },
  { line: 'APOP  ann  0123', sent: 'APOP ann 0123' },
]

test('every letter case and spacing of a command is the same command, and is sent on in one form [POP-03]', () => {
  for (const { line, sent, text = false } of spellings) {
    const command = parseCommand(line)
    assert.equal(commandLine(command), sent, line)
    assert.equal(hasText(command), text, line)
  }
})

test('what is no verb is sent to nobody', () => {
  for (const line of ['', '   ', '\xff\xfe', 'x'.repeat(41)]) assert.equal(isVerb(parseCommand(line).verb), false, line)
  assert.equal(isVerb('XUNKNOWN'), true)
})
