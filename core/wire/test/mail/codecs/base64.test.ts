import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, test } from 'node:test'
import { Base64Decoder } from '../../../src/mail/codecs/base64.js'
import { allForms, decoded } from './all-forms.js'
import { askPython } from './python.js'

const make = () => new Base64Decoder()

const plain = [
  { says: 'lines', text: 'aGVs\r\nbG8h\r\n', expect: 'hello!' },
  { says: 'white space anywhere', text: ' aG\tVs\r\n\r\n bG 8h\n', expect: 'hello!' },
  { says: 'padding at the end', text: 'aGVsbG8=\r\n', expect: 'hello' },
  { says: 'padding missing', text: 'aGVsbG8', expect: 'hello' },
  { says: 'nothing', text: '', expect: '' },
  { says: 'padding alone', text: '====', expect: '' },
] as const

const doubtful = [
  {
    says: 'padding inside: goes on, ends there, ends the line, or is skipped',
    text: 'aGVs\r\nbG8=d29y\r\nbGQh',
    expect: ['helloworld!', 'hello', 'hellold!'],
  },
  { says: 'padding skipped', text: 'aG=VsbG8h', expect: ['hello!'] },
  { says: 'the other alphabet', text: '-_-_', expect: ['\xfb\xff\xbf', ''] },
  { says: 'garbage skipped, or all ends there', text: 'aGVs*bG8h', expect: ['hello!', 'hel'] },
  { says: '8-bit and zero bytes are garbage', text: 'aG\0Vs\xff\xe9bG8h', expect: ['hello!'] },
  {
    says: 'groups over two lines, or each line by itself',
    text: 'aGVsbG\r\n8hIQ',
    expect: ['hello!!', 'hell\xf2\x12\x10'],
  },
  {
    says: 'groups over two lines that a CR alone ends',
    text: 'aGVsbG\r8hIQ',
    expect: ['hello!!', 'hell\xf2\x12\x10'],
  },
] as const

/** What is no whole number of bytes. */
const leftEncoded = ['aGVsbG8hQ', 'aGVsbG8hQ==', 'aGVs\r\nbG8hQ\r\n']

describe('base64, whatever pieces it comes in:', () => {
  for (const { says, text, expect } of plain)
    test(`${says}: one reading`, () => {
      for (let at = 0; at <= text.length; at++) assert.deepEqual(allForms(make, Buffer.from(text), at), [expect])
    })

  for (const { says, text, expect } of doubtful)
    test(`${says}`, () => {
      const bytes = Buffer.from(text, 'latin1')
      for (let at = 0; at <= bytes.length; at++) {
        const forms = allForms(make, bytes, at)
        for (const each of expect) assert.ok(forms.includes(each), `cut at ${at}: ${JSON.stringify(forms)}`)
      }
    })

  for (const text of leftEncoded)
    test(`${JSON.stringify(text)} is decoded, or left as it stands`, () => {
      for (let at = 0; at <= text.length; at++) {
        const forms = allForms(make, Buffer.from(text), at)
        assert.ok(forms.length > 1 && forms.every((form) => form === 'hello!'), JSON.stringify(forms))
      }
    })

  test('long texts in lines of any length, with CR LF or LF, come whole and in one reading', () => {
    const bytes = randomBytes(20_000)
    for (const width of [4, 60, 64, 76, 1000, 40_000])
      for (const lineEnd of ['\r\n', '\n']) {
        const lines = bytes.toString('base64').match(new RegExp(`.{1,${width}}`, 'g')) ?? assert.fail()
        const text = Buffer.from(lines.join(lineEnd))
        for (const at of [0, 1, 777, 4097, 20_000]) {
          const decoder = make()
          assert.ok(decoded(decoder, text, at).equals(bytes), `${width} cut at ${at}`)
          assert.equal(decoder.others().length, 0)
        }
      }
  })

  test('one odd byte in the middle of a long text spoils nothing', () => {
    const bytes = randomBytes(12_000)
    const text =
      bytes
        .toString('base64')
        .match(/.{1,76}/g)
        ?.join('\r\n') ?? assert.fail()
    for (const odd of ['*', '\xff', '-', ' ', '\r\n']) {
      const broken = Buffer.from(`${text.slice(0, 8_000)}${odd}${text.slice(8_000)}`, 'latin1')
      assert.ok(decoded(make(), broken).equals(bytes), odd)
    }
  })

  test('what the email package of Python makes of broken base64 is among the readings', () => {
    const alphabet = 'QUJDZGVmZ2hp+/=-_ \r\n*\xff'
    const texts = Array.from({ length: 4_000 }, () => {
      const length = 4 + Math.floor(Math.random() * 28)
      return Array.from({ length }, () => alphabet[Math.floor(Math.random() * alphabet.length)]).join('')
    })
    const python = askPython(
      `
import sys, json
from email._encoded_words import decode_b
print(json.dumps([decode_b(b''.join(t.encode('latin1').splitlines()))[0].decode('latin1') for t in json.load(sys.stdin)]))`,
      texts,
    ) as readonly string[]
    for (const [at, text] of texts.entries()) {
      const forms = allForms(make, Buffer.from(text, 'latin1'))
      const read = python[at] ?? assert.fail()
      // What Python gives up on it leaves encoded, which is read too where there is any doubt.
      const isRaw = read === text.replace(/[\r\n]/g, '')
      assert.ok(
        isRaw ? read === '' || forms.length > 1 : forms.includes(read),
        `${JSON.stringify(text)}: ${JSON.stringify([read, forms])}`,
      )
    }
  })
})
