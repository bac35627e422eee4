import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { transferDecoder } from '../src/index.js'

const cases = [
  { encoding: 'base64', says: 'lines', text: 'aGVs\r\nbG8h\r\n', expect: 'hello!' },
  { encoding: 'BASE64 ', says: 'what is no base64 is skipped', text: 'a*G V%s-bG8h', expect: 'hello!' },
  { encoding: 'base64', says: 'padding ends a group, not the text', text: 'aGVsbG8=aGVsbA==', expect: 'hellohell' },
  { encoding: 'base64', says: 'missing padding', text: 'aGVsbG8', expect: 'hello' },
  { encoding: 'quoted-printable', says: 'escapes', text: 'h=65l=6C=6f', expect: 'hello' },
  { encoding: 'quoted-printable', says: 'soft line ends', text: 'he=\r\nl= \t\nlo\r\n', expect: 'hello\r\n' },
  { encoding: 'quoted-printable', says: 'what is no escape stays', text: 'a=zz=4', expect: 'a=zz=4' },
]

describe('a transfer encoding is taken off, whatever pieces come:', () => {
  for (const { encoding, says, text, expect } of cases)
    test(`${encoding.trim()}, ${says}`, () => {
      for (let at = 0; at <= text.length; at++) {
        const decoder = transferDecoder(encoding) ?? assert.fail()
        const pieces = [decoder.push(Buffer.from(text.slice(0, at))), decoder.push(Buffer.from(text.slice(at)))]
        assert.equal(Buffer.concat([...pieces, decoder.end()]).toString(), expect, `cut at ${at}`)
      }
    })

  test('uuencode by its names', () => {
    const text = Buffer.from('begin 644 a\n&:&5L;&\\A\n`\nend\n')
    for (const encoding of ['x-uuencode', 'UUencode', 'x-uue', 'uue'])
      assert.equal(transferDecoder(encoding)?.push(text).toString(), 'hello!', encoding)
  })

  test('others change nothing', () => {
    for (const encoding of ['7bit', 'binary', '', 'x-none']) assert.equal(transferDecoder(encoding), undefined)
  })
})
