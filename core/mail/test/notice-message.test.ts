import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { MailTop, type NoticeMessage, noticeMessage } from '../src/index.js'

const AT = new Date('2026-11-24T18:30:00Z')

function made(header: string, changes: Partial<NoticeMessage> = {}): { head: readonly string[]; text: string } {
  const original = new MailTop()
  original.push(Buffer.from(`${header}\r\nbody\r\n`, 'latin1'))
  const message = noticeMessage({
    mail: { from: '', fields: 'Subject: Found\r\n', text: 'We found\nsomething\n' },
    trace: 'X-Virus-Status: infected(p) with [V]\r\n',
    administrator: 'admin@example.com',
    original,
    to: 'recipients',
    hostName: 'gw.example.com',
    at: AT,
    ...changes,
  }).toString('latin1')
  assert.doesNotMatch(message, /[^\r]\n|\r[^\n]/, 'lines end in CRLF')
  assert.ok(message.split('\r\n').every((line) => line.length <= 998))
  const end = message.indexOf('\r\n\r\n')
  return { head: message.slice(0, end).split('\r\n'), text: message.slice(end + 4) }
}

describe('a notice in place of a message', () => {
  test('[SMTP-09] it has Date, To and Cc of the original, and is from the administrator', () => {
    const { head, text } = made('Date: Mon, 1 Jan 2024 10:00:00 +0900\r\nTo: a@x.org\r\nCc: b@x.org,\r\n c@x.org\r\n')
    assert.deepEqual(head.slice(0, 6), [
      'X-Virus-Status: infected(p) with [V]',
      'Date: Mon, 1 Jan 2024 10:00:00 +0900',
      'To: a@x.org',
      'Cc: b@x.org, c@x.org',
      'From: admin@example.com',
      'Subject: Found',
    ])
    assert.match(head[6] ?? '', /^Message-Id: <[-0-9a-f]{36}@gw\.example\.com>$/)
    assert.ok(head.includes('Auto-Submitted: auto-generated'))
    assert.ok(head.includes('Content-Transfer-Encoding: 7bit'))
    assert.equal(text, 'We found\r\nsomething\r\n')
  })

  test('[SMTP-10] to the sender, it names the sender and nobody else', () => {
    const { head } = made('To: a@x.org\r\nCc: b@x.org\r\n', { to: { sender: 's@y.org' } })
    assert.ok(head.includes('To: s@y.org'))
    assert.ok(head.includes('Auto-Submitted: auto-replied'))
    assert.ok(!head.some((line) => line.startsWith('Cc:')))
  })

  test('[SMTP-10] a sender whom ASCII cannot name is not named wrongly', () => {
    const { head } = made('', { to: { sender: 's\xc3\xa9@y.org' } })
    assert.deepEqual(
      head.filter((line) => line.startsWith('To:')),
      ['To: undisclosed-recipients:;'],
    )
  })

  test('[TPL-02] the From of the template is the only one', () => {
    const { head } = made('', { mail: { from: 't@x.org', fields: 'From: <t@x.org>\r\nSubject: F\r\n', text: '' } })
    assert.deepEqual(
      head.filter((line) => line.startsWith('From:')),
      ['From: <t@x.org>'],
    )
  })

  test('a message that names neither date nor recipients leads to a notice that is whole', () => {
    const { head } = made('Subject: x\r\n', { administrator: '' })
    assert.ok(head.includes('Date: Tue, 24 Nov 2026 18:30:00 +0000'))
    assert.ok(head.includes('To: undisclosed-recipients:;'))
    assert.ok(head.includes('From: MAILER-DAEMON@gw.example.com'))
  })

  test('text that is not ASCII, or has long lines, goes as base64', () => {
    for (const text of ['ウイルスを検出しました\n', `${'a'.repeat(999)}\n`]) {
      const { head, text: encoded } = made('', { mail: { from: '', fields: '', text } })
      assert.ok(head.includes('Content-Transfer-Encoding: base64'))
      assert.equal(Buffer.from(encoded, 'base64').toString(), text.replace('\n', '\r\n'))
      assert.ok(encoded.split('\r\n').every((line) => line.length <= 76))
    }
  })

  test('what the original claims is folded, printable, and begins no field', () => {
    const many = Array.from({ length: 300 }, (_, n) => `person${n}@example.com`).join(', ')
    const { head } = made(`To: ${many}\r\nCc: \xfc\rBcc: x <a@x.org>\r\nDate: ${'x'.repeat(2000)}\r\n`)
    assert.ok(head.includes('Cc: ? Bcc: x <a@x.org>'))
    assert.ok(head.every((line) => line.length <= 100))
    assert.equal(head.filter((line) => line.startsWith('Date: Tue')).length, 1)
  })
})
