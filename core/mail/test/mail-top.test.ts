import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { isAutomaticMail, MailTop, tapped } from '../src/index.js'

function topOf(message: string | Buffer, pieceBytes = 7): MailTop {
  const top = new MailTop()
  const bytes = Buffer.from(message)
  for (let at = 0; at < bytes.length; at += pieceBytes) top.push(bytes.subarray(at, at + pieceBytes))
  return top
}

const MESSAGE = [
  'Received: from a',
  '\tby b',
  'Subject : hello',
  'TO: a@example.com,',
  ' b@example.com',
  'To: c@example.com',
  'Message-ID: <1@example.com>',
  '',
  'First line',
  '',
  'Third',
  '',
].join('\r\n')

describe('the top of a message', () => {
  test('header and text are told apart, and fields are found by their names', () => {
    const top = topOf(MESSAGE)
    assert.equal(top.header, MESSAGE.slice(0, MESSAGE.indexOf('\r\n\r\n') + 2))
    assert.equal(top.text, 'First line\r\n\r\nThird\r\n')
    assert.deepEqual(top.values('to'), ['a@example.com, b@example.com', 'c@example.com'])
    assert.equal(top.value('subject'), 'hello')
    assert.equal(top.value('date'), '')
  })

  test('a message without a header has only text, one without text only a header', () => {
    assert.deepEqual([topOf('\r\ntext').header, topOf('\r\ntext').text], ['', 'text'])
    assert.deepEqual([topOf('A: b\r\n').header, topOf('A: b\r\n').text], ['A: b\r\n', ''])
    assert.deepEqual([topOf('').header, topOf('').text], ['', ''])
  })

  test('line ends of LF alone do as well', () => {
    assert.equal(topOf('A: 1\nB: 2\n\nx\r\n\r\ny').text, 'x\r\n\r\ny')
    assert.equal(topOf('A: 1\nB: 2\n\nx').value('b'), '2')
  })

  test('text is UTF-8 where it can be, and latin1 elsewhere', () => {
    assert.equal(topOf('\r\n検疫').text, '検疫')
    assert.equal(topOf(Buffer.from([0x0d, 0x0a, 0xfc])).text, 'ü')
  })

  for (const { says, mail, text } of [
    {
      says: 'quoted-printable is undone',
      mail: 'Content-Transfer-Encoding: quoted-printable\r\n\r\nGr=C3=BC=C3=9Fe',
      text: 'Grüße',
    },
    {
      says: 'the charset is taken at its word',
      mail: 'Content-Type: text/plain; charset=shift_jis\r\nContent-Transfer-Encoding: base64\r\n\r\njJ+Ju5VA',
      text: new TextDecoder('shift_jis').decode(Buffer.from('jJ+Ju5VA', 'base64')),
    },
    {
      says: 'one that nobody knows is UTF-8 where it can be',
      mail: 'Content-Type: text/plain; charset=klingon\r\n\r\n検疫',
      text: '検疫',
    },
    {
      says: 'plain text goes before HTML, within other parts too',
      mail: [
        'Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n',
        '--b\r\nContent-Type: text/html\r\n\r\n<p>\r\n--b\r\n\r\nplain\r\n--b--\r\n--a--\r\n',
      ].join(''),
      text: 'plain',
    },
    {
      says: 'text is no attachment, and HTML where there is nothing else',
      mail: [
        'Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\nContent-Disposition: attachment\r\n\r\nfile\r\n',
        '--a\r\nContent-Type: text/html\r\n\r\n<p>\r\n',
      ].join(''),
      text: '<p>\r\n',
    },
    {
      says: 'what readers differ about stays as it stands',
      mail: 'Content-Type: multipart/mixed; boundary=a\r\n\r\nx--a\r\n\r\nplain\r\n--a--\r\n',
      text: 'x--a\r\n\r\nplain\r\n--a--\r\n',
    },
  ])
    test(`[TPL-01] text: ${says}`, () => assert.equal(topOf(mail).text, text))

  test('[TPL-01] templates are told of envelope, header, text and Message-Id', () => {
    const variables = topOf(MESSAGE).noticeVariables({ mailFrom: 's@example.com', rcptTo: ['a', 'b'] })
    assert.equal(variables.mailFrom, 's@example.com')
    assert.equal(variables.rcptTo, 'a,b')
    const international = { mailFrom: Buffer.from('送信者@example.com').toString('latin1'), rcptTo: [] }
    assert.equal(topOf('').noticeVariables(international).mailFrom, '送信者@example.com')
    assert.equal(variables.messageId, '<1@example.com>')
    assert.match(variables.header ?? '', /^Received: /)
    assert.match(variables.text ?? '', /^First line/)
  })

  test('only the first bytes are kept, and all pass', async () => {
    const chunk = Buffer.alloc(50_000, 'a')
    async function* body() {
      for (let n = 0; n < 4; n++) yield chunk
    }
    const top = new MailTop()
    let bytes = 0
    for await (const passed of tapped(body(), top)) bytes += passed.length
    assert.equal(bytes, 200_000)
    assert.equal(top.header.length, 65_536)
  })
})

describe('mail that nobody is answered for', () => {
  const person = 's@example.com'
  for (const { says, from = person, header = '', expect } of [
    { says: 'a person', expect: false },
    { says: 'Auto-Submitted: no', header: 'Auto-Submitted: no\r\n', expect: false },
    { says: 'the null sender', from: '', expect: true },
    { says: 'MAILER-DAEMON', from: 'MAILER-DAEMON@example.com', expect: true },
    { says: 'a list, by its sender', from: 'news-bounces@example.com', expect: true },
    { says: 'an address of its own for each', from: 'bounce+a=example.org@example.com', expect: true },
    { says: 'Auto-Submitted', header: 'Auto-Submitted: auto-replied (vacation)\r\n', expect: true },
    { says: 'Precedence', header: 'precedence:  Bulk\r\n', expect: true },
    { says: 'a list', header: 'List-Id: <news.example.com>\r\n', expect: true },
    { says: 'a null return path', header: 'Return-Path: <>\r\n', expect: true },
    { says: 'a list told in the text', header: '\r\nList-Id: <a>\r\n', expect: false },
  ]) {
    test(`[SMTP-10] ${says}: ${expect}`, () => {
      assert.equal(isAutomaticMail(from, topOf(`${header}\r\ntext\r\n`)), expect)
    })
  }
})
