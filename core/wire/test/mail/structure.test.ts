import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { bodies, everything, read } from './read.js'
import { boundaries } from './tricks/boundaries.js'
import { fields } from './tricks/fields.js'
import { lines, PAYLOAD } from './tricks/kit.js'
import { nested } from './tricks/nested.js'
import { structures } from './tricks/structures.js'

/** Pieces of any size, so that something is split at every position. */
const pieces = [1, 2, 3, 5, 7, 64] as const

const isBinary = (mail: string) => mail.includes('Content-T')

for (const [name, tricks] of Object.entries({ boundaries, structures, fields, nested })) {
  describe(`readers of mail differ: ${name}`, () => {
    for (const { says, mail } of tricks) {
      test(`[SCAN-13] what is in a mail is among its readings: ${says}`, async () => {
        assert.ok(holds(await bodies(mail)), JSON.stringify(await read(mail), null, 1))
      })

      test(`the readings are the same in pieces of any size: ${says}`, async () => {
        const whole = await bodies(mail)
        for (const chunkBytes of pieces) assert.deepEqual(await bodies(mail, everything, chunkBytes), whole)
      })

      if (isBinary(mail))
        test(`without bodies of text and HTML it is still found: ${says}`, async () => {
          assert.ok(holds(await bodies(mail, { text: false, wholeHtml: false })))
        })
    }
  })
}

/** As a file of its own, or at the beginning of one. */
function holds(readings: readonly string[]): boolean {
  return readings.some((body) => body.replace(/[\r\n]/g, '').startsWith(PAYLOAD))
}

test('each part of an ordinary mail is read once', async () => {
  const mail = lines(
    'From: a@example.com',
    'Content-Type: multipart/mixed; boundary="=_1"',
    '',
    'This is a multi-part message in MIME format.',
    '--=_1',
    'Content-Type: multipart/alternative; boundary="=_2"',
    '',
    '--=_2',
    'Content-Type: text/plain; charset=utf-8',
    '',
    'Hello -- how are you?',
    '-- ',
    'me',
    '--=_2',
    'Content-Type: text/html',
    '',
    '<p>Hello</p>',
    '--=_2--',
    '',
    '--=_1',
    'Content-Type: application/pdf; name=a.pdf',
    'Content-Transfer-Encoding: base64',
    '',
    'QUJD',
    '--=_1--',
    '',
  )
  const found = await read(mail)
  assert.deepEqual(
    found.map(({ name, type, body }) => [name, type, body]),
    [
      ['', 'text/plain', 'Hello -- how are you?\r\n-- \r\nme'],
      ['', 'text/html', '<p>Hello</p>'],
      ['a.pdf', 'application/pdf', 'ABC'],
    ],
  )
})
