import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Transfer } from '@fsigk/plugin-api'
import { isMarkedNotice, noticeKeyOf, notificationId } from '../../src/mail-notices/notification-id.js'
import { inspected } from '../kit/inspected.js'
import { oneChunk } from '../kit/room.js'
import { scannerFinding, scannerThrowing } from '../kit/scanners.js'

/** That of the test room. */
const KEY = Buffer.from('key')
const TEXT = 'ウイルス検出: Eicar\nX5O!P%@AP…\n\nend\n'
const HEADERS = [
  'Subject: =?UTF-8?B?44Km44Kk44Or44K5?=',
  'X-Name: of the template',
  'Date: Tue, 24 Nov 2026 08:00:00 +0000',
  'Message-Id: <1-ab@gateway.example>',
  'To: first@example.org,\r\n second@example.org',
  'From: first@example.org',
  'Auto-Submitted: auto-generated',
]
  .map((field) => `${field}\r\n`)
  .join('')
const MIME = 'MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n'
const BODY = Buffer.from(TEXT.replaceAll('\n', '\r\n')).toString('base64').replace(/.{76}/g, '$&\r\n')

function mark(key = KEY): string {
  return `X-Admin-Notification-Id: ${notificationId(key, HEADERS, TEXT)}\r\n`
}

const notice = `${HEADERS}${mark()}${MIME}Content-Transfer-Encoding: base64\r\n\r\n${BODY}\r\n`

function isOurs(message: string): boolean {
  return isMarkedNotice(KEY, Buffer.from(message))
}

function mailOf(message: string): Partial<Transfer> {
  return { mail: { mailFrom: '', rcptTo: [] }, name: '', type: 'message/rfc822', body: oneChunk(Buffer.from(message)) }
}

describe('a notice of this gateway', () => {
  test('[SMTP-13] passes unscanned, and is told so; also while no scanner answers', async () => {
    for (const scanner of [scannerFinding('Eicar'), scannerThrowing]) {
      const { told, outcome } = await inspected(mailOf(notice), [scanner])
      assert.equal(told, 'UNSCANNED NONE PASS_NOTIFICATION')
      assert.equal(outcome?.disposition, 'pass')
    }
    assert.equal((await inspected(mailOf(notice), [])).told, 'UNSCANNED NONE PASS_NOTIFICATION')
  })

  test('[SMTP-13] is scanned as a file, and as a mail with anything else in it', async () => {
    const { mail: _, ...file } = mailOf(notice)
    assert.equal((await inspected(file, [scannerFinding('Eicar')])).told, 'INFECTED DELETE')
    const other = notice.replace(BODY, Buffer.from('other').toString('base64'))
    assert.equal((await inspected(mailOf(other), [scannerFinding('Eicar')])).told, 'INFECTED DELETE')
  })

  for (const [says, message] of [
    ['as it went out', notice],
    ['behind what mail servers add', `Received: from a\r\n\tby b; c\r\nReturn-Path: <x@y.example>\r\n${notice}`],
    ['folded otherwise', notice.replace('org,\r\n second', 'org, second').replace('08:00', '\r\n 08:00')],
    ['with quotes around its charset', notice.replace('charset=utf-8', 'charset="UTF-8"')],
    ['with its base64 cut elsewhere', notice.replace(BODY, BODY.replaceAll('\r\n', '').replace(/.{60}/g, '$&\r\n'))],
    ['with blank lines behind it', `${notice}\r\n\r\n`],
    [
      'as 8bit text',
      `${HEADERS}${mark()}${MIME}Content-Transfer-Encoding: 8bit\r\n\r\n${TEXT.replaceAll('\n', '\r\n')}`,
    ],
  ] as const)
    test(`[SMTP-13] is known ${says}`, () => assert.equal(isOurs(message), true))

  const header = (field: string) => notice.replace('MIME-Version', `${field}\r\nMIME-Version`)
  for (const [says, message] of [
    ['the id of another key', notice.replace(mark(), mark(Buffer.from('other')))],
    ['an empty id', notice.replace(mark(), 'X-Admin-Notification-Id:\r\n')],
    ['no id', notice.replace(mark(), '')],
    ['a second id', header(mark().trimEnd())],
    ['another text', notice.replace(BODY, Buffer.from(`${TEXT}more`).toString('base64'))],
    ['a text behind its text', `${notice}\r\nmore\r\n`],
    ['base64 behind the end of its base64', `${notice}${BODY}\r\n`],
    ['characters in its base64 that are none', notice.replace(BODY, `!${BODY}`)],
    ['a bare line feed in its base64', `${notice}\n`],
    ['another subject', notice.replace('44Km', '44Kn')],
    ['another date', notice.replace('24 Nov', '25 Nov')],
    ['another sender', notice.replace('From: first', 'From: evil')],
    ['another recipient', notice.replace('To: first', 'To: evil')],
    ['another message id', notice.replace('1-ab', '2-ab')],
    ['a second subject', header('Subject: more')],
    ['a second type', header('Content-Type: multipart/mixed; boundary=x')],
    ['a second encoding', header('Content-Transfer-Encoding: 7bit')],
    ['another type', notice.replace('text/plain', 'text/html')],
    ['a name for its text', notice.replace('utf-8', 'utf-8; name=a.exe')],
    ['another charset', notice.replace('utf-8', 'utf-7')],
    ['an encoding that is not known', notice.replace('base64\r\n', 'x-uue\r\n')],
    ['a disposition', header('Content-Disposition: attachment; filename=a.exe')],
    ['an encoding in other words', header('Encoding: uuencode')],
    ['an empty line of blanks in its header', header(' ')],
    ['a blank before a colon', header('Content-Type : text/html')],
    ['a bare line feed in its header', header('X-A: b\n\nContent-Type: text/html')],
    ['a bare carriage return in its header', header('X-A: b\rContent-Type: text/html')],
    ['a NUL in its header', header('X-A: b\0')],
    ['a byte of no ASCII in its header', header('X-A: é')],
    ['a continued line before any field', ` x\r\n${notice}`],
    ['a line that is no field', `From a@b.example\r\n${notice}`],
    ['no end of its header', notice.replaceAll('\r\n\r\n', '\r\n')],
  ] as const)
    test(`[SMTP-13] is not known with ${says}`, () => {
      assert.notEqual(message, notice)
      assert.equal(isOurs(message), false)
    })

  test('[SMTP-13] is marked by the key that is set, else by the installation’s', () => {
    assert.deepEqual(noticeKeyOf('', KEY), KEY)
    assert.deepEqual(noticeKeyOf('shared', KEY), Buffer.from('shared'))
    assert.deepEqual(noticeKeyOf('shared', undefined), Buffer.from('shared'))
    assert.equal(noticeKeyOf('', undefined), undefined)
  })

  test('[SMTP-13] is looked for in no mail that is larger than any of them', async () => {
    const large = notice.replace('X-Name:', `X-Name:${'\r\n x'.repeat(300_000)}`)
    assert.equal((await inspected(mailOf(large), [scannerFinding('Eicar')])).told, 'INFECTED DELETE')
  })
})
