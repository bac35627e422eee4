import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parseLine } from '../src/definitions/parse.js'

const digest = 'ab'.repeat(32)
const literal = (pattern: string | Buffer, anchor: object = { at: 'anywhere' }) => ({
  is: 'signature',
  signature: { kind: 'literal', threat: 'T', pattern: Buffer.from(pattern), anchor },
})

describe('a line of a signature file', () => {
  const good = [
    { says: 'nothing', line: '', expect: { is: 'empty' } },
    { says: 'nothing but blanks', line: ' \t\r', expect: { is: 'empty' } },
    { says: 'a comment', line: '  # name:literal:00', expect: { is: 'empty' } },
    { says: 'a version', line: '@version 2026-11-24.1', expect: { is: 'version', version: '2026-11-24.1' } },
    {
      says: 'a hash with a length, digits of either case, and a carriage return',
      line: `W32/NetSky.D@mm:sha256:${digest.toUpperCase()}:68\r`,
      expect: { is: 'signature', signature: { kind: 'sha256', threat: 'W32/NetSky.D@mm', digest, bytes: 68 } },
    },
    {
      says: 'a hash of any length',
      line: `T:sha256:${digest}`,
      expect: { is: 'signature', signature: { kind: 'sha256', threat: 'T', digest, bytes: undefined } },
    },
    { says: 'a literal in hex', line: 'T:literal:DEADbeef', expect: literal(Buffer.from('deadbeef', 'hex')) },
    {
      says: 'a literal anywhere, said aloud',
      line: 'T:literal:deadbeef:anywhere',
      expect: literal(Buffer.from('deadbeef', 'hex')),
    },
    { says: 'a quoted literal', line: 'T:literal:"a: b#c"', expect: literal('a: b#c') },
    {
      says: 'escapes',
      line: String.raw`T:literal:"\"\\\n\r\t\x00\xFf"`,
      expect: literal(Buffer.from('"\\\n\r\t\0\xff', 'latin1')),
    },
    { says: 'an escape beside what looks like one', line: String.raw`T:literal:"\\x41B"`, expect: literal('\\x41B') },
    { says: 'quoted text in UTF-8', line: 'T:literal:"ウイルス"', expect: literal('ウイルス') },
    { says: 'the start', line: 'T:literal:"abcd":start', expect: literal('abcd', { at: 'offset', offset: 0 }) },
    { says: 'an offset', line: 'T:literal:"abcd":512', expect: literal('abcd', { at: 'offset', offset: 512 }) },
    { says: 'the end', line: 'T:literal:"abcd":end', expect: literal('abcd', { at: 'end' }) },
    { says: 'a part', line: 'T:literal:"abcd":part', expect: literal('abcd', { at: 'part' }) },
    { says: 'equal bytes at one place', line: 'T:literal:00000000:end', expect: literal('\0\0\0\0', { at: 'end' }) },
  ]
  for (const { says, line, expect } of good) test(`says ${says}`, () => assert.deepEqual(parseLine(line), expect))

  const bad = [
    { line: '@date 2026-11-24', rule: /only directive/ },
    { line: '@version two words', rule: /only directive/ },
    { line: 'no fields at all', rule: /a name has/ },
    { line: ':literal:deadbeef', rule: /a name has/ },
    { line: `${'n'.repeat(65)}:literal:deadbeef`, rule: /1 to 64/ },
    { line: 'a<b>:literal:deadbeef', rule: /a name has/ },
    { line: 'FSIGK/POLICY_X:literal:deadbeef', rule: /the gateway's own/ },
    { line: 'T', rule: /second field/ },
    { line: 'T:md5:44d88612fea8a8f36de82e1278abb02f', rule: /second field/ },
    { line: 'T:sha256:abcd', rule: /64 hex digits/ },
    { line: `T:sha256:${digest}:`, rule: /whole number/ },
    { line: `T:sha256:${digest}:-1`, rule: /whole number/ },
    { line: `T:sha256:${digest}:9007199254740993`, rule: /whole number/ },
    { line: `T:sha256:${digest}:68:more`, rule: /nothing follows/ },
    { line: 'T:literal:', rule: /pairs of hex digits/ },
    { line: 'T:literal:abcde', rule: /pairs of hex digits/ },
    { line: 'T:literal:abcdefgh', rule: /pairs of hex digits/ },
    { line: 'T:literal:abcdef', rule: /4 to 256 bytes, not 3/ },
    { line: `T:literal:${'ab'.repeat(257)}`, rule: /4 to 256 bytes, not 257/ },
    { line: 'T:literal:"abcd', rule: /ends in a quote/ },
    { line: String.raw`T:literal:"abcd\q"`, rule: /escapes are/ },
    { line: String.raw`T:literal:"abcd\"`, rule: /ends in a quote/ },
    { line: 'T:literal:"abcd"start', rule: /ends in a quote/ },
    { line: 'T:literal:"abc\ufffd"', rule: /not valid UTF-8/ },
    { line: 'T:literal:deadbeef:middle', rule: /an anchor is/ },
    { line: 'T:literal:deadbeef:', rule: /an anchor is/ },
    { line: 'T:literal:deadbeef:1:2', rule: /an anchor is/ },
    { line: 'T:literal:abababab', rule: /does not come again/ },
    { line: 'T:literal:"needleneedleneedle"', rule: /does not come again/ },
    { line: 'T:literal:abcdabcdabcd:part', rule: /does not come again/ },
    { line: `# ${'x'.repeat(4096)}`, rule: /at most 4096 characters/ },
  ]
  for (const { line, rule } of bad) {
    test(`breaks a rule: ${line.slice(0, 40)}`, () => {
      const parsed = parseLine(line)
      assert.equal(parsed.is, 'broken')
      if (parsed.is === 'broken') assert.match(parsed.rule, rule)
    })
  }
})
