import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { QuotedPrintableDecoder } from '../../../src/mail/codecs/quoted-printable.js'
import { allForms } from './all-forms.js'
import { askPython } from './python.js'

const make = () => new QuotedPrintableDecoder()

const plain = [
  { says: 'escapes in either case', text: 'h=65l=6C=6f', expect: 'hello' },
  { says: 'soft line ends', text: 'he=\r\nl=\nlo\r\n', expect: 'hello\r\n' },
  { says: 'escaped line ends', text: 'a=0D=0Ab=0a', expect: 'a\r\nb\n' },
  { says: 'an escaped space before a line end', text: 'a=20\r\nb=09\n', expect: 'a \r\nb\t\n' },
  { says: 'a soft line end that is cut off', text: 'abc=', expect: 'abc' },
  { says: 'bare line ends', text: 'a\nb\rc', expect: 'a\nb\rc' },
] as const

const doubtful = [
  { says: 'soft line ends with white space in them', text: 'he= \t\r\nllo', expect: ['hello', 'he= \t\r\nllo'] },
  { says: 'bad escapes stay or go', text: 'a=zz=4', expect: ['a=zz=4', 'azz4'] },
  { says: 'two in a row', text: 'a==41', expect: ['a=A', 'aA', 'a=41'] },
  { says: 'a bare CR behind it', text: 'a=\rbc\nd', expect: ['a=\rbc\nd', 'ad', 'abc\nd'] },
  {
    says: 'white space at the end of a line stays or goes',
    text: 'a \t\r\nb \n',
    expect: ['a \t\r\nb \n', 'a\r\nb\n'],
  },
  { says: 'an escape around a soft line end', text: 'a==\r\n41 b', expect: ['a=41 b', 'aA b'] },
] as const

describe('quoted-printable, whatever pieces it comes in:', () => {
  for (const { says, text, expect } of plain)
    test(`${says}: one reading`, () => {
      for (let at = 0; at <= text.length; at++) assert.deepEqual(allForms(make, Buffer.from(text), at), [expect])
    })

  for (const { says, text, expect } of doubtful)
    test(says, () => {
      for (let at = 0; at <= text.length; at++) {
        const forms = allForms(make, Buffer.from(text), at)
        for (const each of expect) assert.ok(forms.includes(each), `cut at ${at}: ${JSON.stringify(forms)}`)
      }
    })

  test('what quopri of Python makes of broken text is among the readings', () => {
    const alphabet = 'ab4F=== \t\r\n_\xe9'
    const texts = Array.from({ length: 4_000 }, () => {
      const length = 3 + Math.floor(Math.random() * 20)
      return Array.from({ length }, () => alphabet[Math.floor(Math.random() * alphabet.length)]).join('')
    })
    const python = askPython(
      `
import sys, json, quopri
print(json.dumps([quopri.decodestring(t.encode('latin1')).decode('latin1') for t in json.load(sys.stdin)]))`,
      texts,
    ) as readonly string[]
    for (const [at, text] of texts.entries()) {
      const forms = allForms(make, Buffer.from(text, 'latin1'))
      assert.ok(forms.includes(python[at] ?? ''), `${JSON.stringify(text)}: ${JSON.stringify([python[at], forms])}`)
    }
  })
})
