import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { freePort } from '@fsigk/testing'
import { valuesOf } from '../../peers/kept-mail.js'
import { type Postfix, startPostfix } from '../../peers/postfix.js'
import { SmtpClient } from './smtp-client.js'
import { type SmtpGateway, startSmtpGateway } from './smtp-gateway.js'

const utf8 = (text: string) => Buffer.from(text).toString('latin1')

/** One postfix sends through the gateway to another: extensions, replies and ends of data as both see them. */
describe('SMTP: between two postfixes', () => {
  let gateway: SmtpGateway
  let inside: Postfix
  let outside: Postfix
  before(async () => {
    const port = await freePort()
    outside = await startPostfix({ domains: ['outside.example'], relayTo: { host: '127.0.0.1', port } })
    inside = await startPostfix({
      domains: ['inside.example'],
      relayTo: outside,
      main: ['message_size_limit = 300000', 'virtual_mailbox_maps = regexp:{ { !/^missing@/ all/ } }'],
    })
    gateway = await startSmtpGateway(inside, {
      settings: { 'smtp.svcport': `127.0.0.1:${port}`, 'smtp.action': 'deny' },
    })
  })
  after(async () => {
    for (const each of [outside, gateway, inside]) await each[Symbol.asyncDispose]()
  })

  const client = () => SmtpClient.to(gateway.smtp)

  /** Hands a message to the postfix outside. */
  async function submit(
    from: string,
    to: string,
    message: string,
    parameters = '',
    recipientParameters = '',
  ): Promise<void> {
    using direct = await SmtpClient.to(outside)
    const reply = await direct.say(
      'EHLO client.example',
      `MAIL FROM:<${from}>${parameters}`,
      `RCPT TO:<${to}>${recipientParameters}`,
      'DATA',
      `${message}\r\n.`,
    )
    assert.match(reply, /^250 /)
  }

  test('what the server offers is offered, but for what hides or splits messages [SMTP-03, SMTP-29]', async () => {
    using session = await client()
    const offered = (await session.say('EHLO client.example')).split('\n').map((line) => line.slice(4))
    for (const extension of ['SIZE 300000', '8BITMIME', 'SMTPUTF8', 'DSN', 'ENHANCEDSTATUSCODES'])
      assert.ok(offered.includes(extension), `${extension}: ${offered.join(', ')}`)
    for (const extension of ['CHUNKING', 'BINARYMIME', 'PIPELINING', 'STARTTLS'])
      assert.equal(offered.includes(extension), false, extension)
  })

  test('8BITMIME: eight bits go through as they are [SMTP-29, SMTP-05]', async () => {
    const count = (await inside.mails()).length
    const text = utf8('Grüße, こんにちは')
    await submit(
      'a@outside.example',
      'user@inside.example',
      `Subject: 8bit\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n${text}`,
      ' BODY=8BITMIME',
    )
    const mail = (await inside.received(count + 1)).at(-1)
    assert.equal(mail?.body, `${text}\n`)
    assert.deepEqual(mail === undefined ? [] : valuesOf(mail, 'Content-Transfer-Encoding'), ['8bit'])
    await inside.logged('from=<a@outside.example>')
  })

  test('SMTPUTF8: addresses and fields beyond ASCII go through [SMTP-29]', async () => {
    const count = (await inside.mails()).length
    await submit(
      utf8('jörg@outside.example'),
      utf8('花子@inside.example'),
      `Subject: ${utf8('こんにちは')}\r\n\r\ntext`,
      ' SMTPUTF8',
    )
    const mail = (await inside.received(count + 1)).at(-1)
    assert.deepEqual([mail?.sender, mail?.recipient], [utf8('jörg@outside.example'), utf8('花子@inside.example')])
    assert.deepEqual(mail === undefined ? [] : valuesOf(mail, 'Subject'), [utf8('こんにちは')])
  })

  test('DSN: a sender who asks for a report gets it, with what was asked [SMTP-29]', async () => {
    const count = (await outside.mails()).length
    const asks = ' NOTIFY=SUCCESS ORCPT=rfc822;first@elsewhere.example'
    await submit(
      'a@outside.example',
      'user@inside.example',
      'Subject: asks\r\n\r\ntext',
      ' RET=HDRS ENVID=id+2B7',
      asks,
    )
    const [report] = (await outside.received(count + 1)).slice(count)
    assert.deepEqual([report?.sender, report?.recipient], ['', 'a@outside.example'])
    assert.match(report?.body ?? '', /^Original-Envelope-Id: id\+7$/m)
    assert.match(report?.body ?? '', /^Original-Recipient: rfc822;first@elsewhere\.example$/m)
    assert.match(report?.body ?? '', /^Action: delivered$/m)
    assert.match(report?.body ?? '', /^Reporting-MTA: dns; mail\.inside\.example$/m)
  })

  test('SIZE: what is declared too large is refused before it is sent, and bounces to its sender [SMTP-29]', async () => {
    using session = await client()
    assert.match(await session.say('EHLO client.example', 'MAIL FROM:<a@b.example> SIZE=300001'), /^552 5\.3\.4 /)
    assert.match(await session.say('MAIL FROM:<a@b.example> SIZE=300000'), /^250 2\.1\.0 /)
    const count = (await outside.mails()).length
    await submit(
      'a@outside.example',
      'user@inside.example',
      `Subject: large\r\n\r\n${'x'.repeat(70)}\r\n`.padEnd(310_000, `${'y'.repeat(70)}\r\n`),
    )
    const [bounce] = (await outside.received(count + 1)).slice(count)
    assert.match(bounce?.body ?? '', /size/)
  })

  test('enhanced codes of the server pass, and those who are not there bounce to the sender [SMTP-29]', async () => {
    using session = await client()
    assert.match(
      await session.say('EHLO client.example', 'MAIL FROM:<a@b.example>', 'RCPT TO:<missing@inside.example>'),
      /^550 5\.1\.1 <missing@inside\.example>: Recipient address rejected/,
    )
    const count = (await outside.mails()).length
    await submit('a@outside.example', 'missing@inside.example', 'Subject: nobody\r\n\r\ntext')
    const [bounce] = (await outside.received(count + 1)).slice(count)
    assert.deepEqual([bounce?.sender, bounce?.recipient], ['', 'a@outside.example'])
    assert.match(bounce?.body ?? '', /Status: 5\.1\.1/)
  })
})

/** Ends of data that one server takes for the end, and the other does not. */
const smuggled: readonly (readonly [how: string, end: string])[] = [
  ['LF . LF', '\n.\n'],
  ['LF . CRLF', '\n.\r\n'],
  ['CRLF . LF', '\r\n.\n'],
  ['CR . CR', '\r.\r'],
  ['CR . CRLF', '\r.\r\n'],
  ['CRLF . CR', '\r\n.\r'],
  ['CR . LF', '\r.\n'],
  ['CRLF NUL . CRLF', '\r\n\0.\r\n'],
  ['CRLF . NUL CRLF', '\r\n.\0\r\n'],
  ['CRLF . space CRLF', '\r\n. \r\n'],
  ['CRLF space . CRLF', '\r\n .\r\n'],
  ['CRLF . CR CR LF', '\r\n.\r\r\n'],
]

describe('SMTP: messages within messages', () => {
  let gateway: SmtpGateway
  let postfix: Postfix
  before(async () => {
    // It takes a bare LF for the end of a line, as it did before that was known to be dangerous.
    postfix = await startPostfix({ domains: ['inside.example'] })
    gateway = await startSmtpGateway(postfix, { settings: { 'smtp.action': 'deny' } })
  })
  after(async () => {
    await gateway[Symbol.asyncDispose]()
    await postfix[Symbol.asyncDispose]()
  })

  for (const policy of ['refuse', 'normalise'])
    test(`no end but CRLF . CRLF makes two messages of one, bare line ends: ${policy} [SMTP-26]`, async () => {
      await gateway.set({ 'smtp.bare_line_ends': policy })
      for (const [how, end] of smuggled) {
        const before = (await postfix.mails()).length
        using session = await SmtpClient.to(gateway.smtp)
        await session.say('EHLO client.example', 'MAIL FROM:<a@b.example>', 'RCPT TO:<user@inside.example>', 'DATA')
        const within = `MAIL FROM:<admin@inside.example>\r\nRCPT TO:<victim@inside.example>\r\nDATA\r\nSubject: smuggled\r\n\r\ninner`
        const reply = await session.say(`Subject: outer\r\n\r\ntext${end}${within}\r\n.`)
        const more = await session.say('QUIT')
        assert.match(more, /^221 /, `${how}: ${more}`)
        await postfix.delivered()
        const kept = (await postfix.mails()).slice(before)
        assert.equal(kept.length, reply.startsWith('250 ') ? 1 : 0, `${how}: ${reply}`)
        for (const { sender, recipient } of kept)
          assert.deepEqual([sender, recipient], ['a@b.example', 'user@inside.example'], how)
      }
    })

  test('postfix alone falls for one of them: they are real [SMTP-26]', async () => {
    await postfix.delivered()
    const before = (await postfix.mails()).length
    using session = await SmtpClient.to(postfix)
    await session.say('EHLO client.example', 'MAIL FROM:<a@b.example>', 'RCPT TO:<user@inside.example>', 'DATA')
    session.raw.send(
      'Subject: outer\r\n\r\ntext\n.\nMAIL FROM:<admin@inside.example>\nRCPT TO:<victim@inside.example>\nDATA\nSubject: smuggled\n\ninner\n.\n',
    )
    const kept = (await postfix.received(before + 2)).slice(before)
    assert.deepEqual(kept.map(({ sender }) => sender).sort(), ['a@b.example', 'admin@inside.example'])
  })
})
