import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { UuencodeDecoder } from '../../../src/mail/codecs/uuencode.js'
import { allForms } from './all-forms.js'
import { askPython } from './python.js'

const make = () => new UuencodeDecoder()

const plain = [
  { says: 'a file', text: 'begin 644 a.txt\n&:&5L;&\\A\n`\nend\n', expect: 'hello!' },
  {
    says: 'CR LF, a sentence before it and one behind',
    text: 'See:\r\nbegin 644 a b\r\n&:&5L;&\\A\r\n \r\nend\r\nBye',
    expect: 'hello!',
  },
  { says: 'a checksum behind the line', text: 'begin 644 a\n&:&5L;&\\A!\n`\nend\n', expect: 'hello!' },
  { says: 'no end', text: 'begin 644 a\n&:&5L;&\\A', expect: 'hello!' },
] as const

const doubtful = [
  { says: 'no beginning', text: '&:&5L;&\\A\n`\nend\n', expect: ['hello!'] },
  { says: 'spaces lost at the end of a line', text: 'begin 644 a\n#\n`\nend\n', expect: ['\0\0\0', ''] },
  { says: 'more than the line says', text: 'begin 644 a\n#:&5L;&\\A\n`\nend\n', expect: ['hel', 'hello!', ''] },
] as const

describe('uuencode, whatever pieces it comes in:', () => {
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

  test('what the email package of Python makes of broken lines is among the readings', () => {
    const characters = 'ABC !`#&*0Mabz~\t'
    const texts = Array.from({ length: 3_000 }, () => {
      const line = () =>
        Array.from(
          { length: 1 + Math.floor(Math.random() * 14) },
          () => characters[Math.floor(Math.random() * characters.length)],
        ).join('')
      return `begin 644 file\n${line()}\n${line()}\r\n${line()}\nend\n`
    })
    const python = askPython(
      `
import sys, json
from email.message import Message
def read(text):
    message = Message()
    message['Content-Transfer-Encoding'] = 'x-uuencode'
    message.set_payload(text)
    try: return message.get_payload(decode=True).decode('latin1')
    except ValueError: return None
print(json.dumps([read(t) for t in json.load(sys.stdin)]))`,
      texts,
    ) as readonly (string | null)[]
    for (const [at, text] of texts.entries()) {
      const read = python[at]
      // What Python gives up on it throws at, or leaves encoded.
      if (typeof read !== 'string' || read === text) continue
      const forms = allForms(make, Buffer.from(text, 'latin1'))
      assert.ok(forms.includes(read), `${JSON.stringify(text)}: ${JSON.stringify([read, forms])}`)
    }
  })
})
