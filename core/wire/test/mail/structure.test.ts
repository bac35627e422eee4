import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { bodies, read } from './read.js'

const PAYLOAD = 'what a scanner looks for'
const encoded = Buffer.from(PAYLOAD).toString('base64')

/** Lines with CR LF. */
function mail(...lines: readonly string[]): string {
  return lines.join('\r\n')
}

const part = ['Content-Type: application/octet-stream', 'Content-Transfer-Encoding: base64', '', encoded]
const header = ['From: a@example.com', 'MIME-Version: 1.0', 'Content-Type: multipart/mixed; boundary=b', '']

/** Each hides the payload from a reader that is too strict. */
const tricks: readonly { readonly says: string; readonly mail: string }[] = [
  { says: 'a plain part', mail: mail(...header, '--b', ...part, '--b--', '') },
  { says: 'a single part', mail: mail('Content-Transfer-Encoding: base64', '', encoded) },
  { says: 'a boundary that is missing at the end', mail: mail(...header, '--b', ...part) },
  { says: 'a part behind the last boundary', mail: mail(...header, '--b', '', 'x', '--b--', '--b', ...part) },
  { says: 'lines that end in LF', mail: mail(...header, '--b', ...part, '--b--').replaceAll('\r\n', '\n') },
  { says: 'lines that end in CR', mail: mail(...header, '--b', ...part, '--b--').replaceAll('\r\n', '\r') },
  {
    says: 'a boundary in quotation marks',
    mail: mail('Content-Type: multipart/mixed; boundary="b c"', '', '--b c', ...part),
  },
  { says: 'white space behind a boundary', mail: mail(...header, '--b \t', ...part, '--b--') },
  { says: 'something behind a boundary', mail: mail(...header, '--bx', ...part, '--b--') },
  { says: 'a nested mail', mail: mail(...header, '--b', 'Content-Type: message/rfc822', '', ...part, '--b--') },
  {
    says: 'two types, with a boundary each',
    mail: mail(
      'Content-Type: multipart/mixed; boundary=a',
      'Content-Type: multipart/mixed; boundary=b',
      '',
      '--b',
      ...part,
      '--b--',
    ),
  },
]

describe('a mail in all its readings', () => {
  for (const { says, mail } of tricks) {
    test(`[SCAN-13] finds what is in ${says}`, async () => {
      assert.ok((await bodies(mail)).includes(PAYLOAD), JSON.stringify(await read(mail)))
    })
    test(`reads ${says} alike in pieces of any size`, async () => {
      const whole = await bodies(mail)
      for (const chunkBytes of [1, 2, 3, 7, 16]) assert.deepEqual(await bodies(mail, undefined, chunkBytes), whole)
    })
  }

  test('gives each part of an ordinary mail once', async () => {
    const parts = await read(
      mail(...header, 'This is a multi-part message in MIME format.', '--b', '', 'text', '--b', ...part, '--b--', ''),
    )
    assert.deepEqual(
      parts.map(({ body }) => body),
      ['text', PAYLOAD],
    )
  })
})
