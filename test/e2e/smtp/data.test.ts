import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { scannerThatFindsNothing } from '@fsigk/testing'
import { type ScriptedMailServer, startScriptedMailServer } from '../../peers/scripted-mail-server.js'
import { beginMail, MAIL, RECIPIENT, SENDER, sendMail } from './send-mail.js'
import { SmtpClient } from './smtp-client.js'
import { type SmtpGateway, startSmtpGateway } from './smtp-gateway.js'

describe('SMTP: a clean message', () => {
  let gateway: SmtpGateway
  let server: ScriptedMailServer

  before(async () => {
    server = await startScriptedMailServer()
    gateway = await startSmtpGateway(server, { scanners: [scannerThatFindsNothing] })
  })
  after(async () => {
    await gateway?.[Symbol.asyncDispose]()
    await server?.[Symbol.asyncDispose]()
  })

  const client = async () => {
    const connected = await SmtpClient.to(gateway.smtp)
    await connected.say('EHLO client.test')
    return connected
  }
  /** What the server got last: our fields, and the message behind them. */
  const last = () => {
    const message = server.messages.at(-1) ?? ''
    const end = message.indexOf('From: <')
    return { added: message.slice(0, end), message: message.slice(end) }
  }

  test('[SMTP-01] [SMTP-04] the client is asked for it in our words, and gets the reply of the server in those of the server', async () => {
    server.follow({ replies: { END: '250-2.0.0 queued\r\n250 as 4711' } })
    using sender = await client()
    assert.match(await beginMail(sender), /^354 Enter mail \(fsigk\/fsigk_smtp\/.*\)$/)
    sender.raw.send(`${MAIL}.\r\n`)
    assert.equal(await sender.reply(), '250-2.0.0 queued\n250 as 4711')
    const line = await gateway.accessLine(`mail:${RECIPIENT}`, 'smtp')
    assert.deepEqual([line.status, line.bytes, line.detection.result], [200, MAIL.length, 'CLEAN'])
    server.follow({})
  })

  for (const reply of ['452 4.3.1 disk full', '552 5.3.4 too big for me', '250 kept']) {
    test(`[SMTP-01] what the server says of it is what the client hears: ${reply}`, async () => {
      server.follow({ replies: { END: reply } })
      using sender = await client()
      assert.equal(await sendMail(sender), reply)
      server.follow({})
      assert.equal(await sendMail(sender), '250 kept', 'the session goes on')
    })
  }

  test('[SMTP-01] a server that refuses DATA, says 250 to it, or hangs up, is never taken to have the message', async () => {
    for (const [script, expected] of [
      [{ DATA: '451 not now' }, /^451 not now$/],
      [{ DATA: '554 5.5.1 never' }, /^554 5\.5\.1 never$/],
      [{ DATA: '250 fine' }, /^421 .*disconnected/],
      [{ DATA: '' }, /^421 .*disconnected/],
      [{ END: '' }, /^421 .*disconnected/],
      [{ END: '354 more' }, /^421 .*disconnected/],
      [{ END: '334 more' }, /^421 .*disconnected/],
      [{ END: 'nonsense' }, /^421 .*disconnected/],
    ] as const) {
      server.follow({ replies: script })
      using sender = await client()
      assert.match(await sendMail(sender), expected, JSON.stringify(script))
    }
    server.follow({})
  })

  test('[SMTP-05] [SMTP-11] fields are put before it, and it is the same byte for byte', async () => {
    using sender = await client()
    const message = `${MAIL}..\r\n..two\r\n \t \r\n8-bit: \xfc\xff\r\n${'long '.repeat(400)}\r\n\r\n`
    assert.equal(await sendMail(sender, { message }), '250 kept')
    assert.equal(last().message, message)
    assert.match(
      last().added,
      /^Received: from 127\.0\.0\.1 \(\[127\.0\.0\.1\]\)\r\n\tby \S+ \(fsigk\/fsigk_smtp\/\S+\) ;\r\n\t\w{3}, \d\d \w{3} \d{4} [\d:]{8} \+0000\r\nX-Virus-Status: clean\(fsigk\/fsigk_smtp\/\S+\)\r\n$/,
    )
  })

  test('[SMTP-11] an anonymous gateway adds no Received', async () => {
    await gateway.set({ 'smtp.anonymous': true })
    using sender = await client()
    await sendMail(sender)
    assert.match(last().added, /^X-Virus-Status: clean\(\S+\)\r\n$/)
    await gateway.set({ 'smtp.anonymous': false })
  })

  test('what is not scanned is not called clean', async () => {
    await gateway.set({ 'smtp.virus_check': false })
    using sender = await client()
    assert.equal(await sendMail(sender), '250 kept')
    assert.match(last().added, /^Received: .*\r\n\t.*\r\n\t.*\r\n$/)
    assert.equal(last().message, MAIL)
    await gateway.set({ 'smtp.virus_check': true })
  })

  test('[SMTP-01] several messages of one session, sent without waiting, arrive in order', async () => {
    using sender = await client()
    const before = server.messages.length
    const one = (n: number) =>
      `MAIL FROM:<${SENDER}>\r\nRCPT TO:<${RECIPIENT}>\r\nDATA\r\nFrom: <n${n}@x>\r\n\r\n${n}\r\n.\r\n`
    sender.raw.send([1, 2, 3].map(one).join(''))
    for (let n = 1; n <= 3; n++) {
      assert.match(await sender.reply(), /^250/)
      assert.match(await sender.reply(), /^250/)
      assert.match(await sender.reply(), /^354/)
      assert.equal(await sender.reply(), '250 kept')
    }
    assert.deepEqual(
      server.messages.slice(before).map((message) => /From: <n(\d)@x>/.exec(message)?.[1]),
      ['1', '2', '3'],
    )
  })

  test('an empty message is one', async () => {
    using sender = await client()
    assert.equal(await sendMail(sender, { message: '' }), '250 kept')
    assert.match(server.messages.at(-1) ?? '', /^Received: [\s\S]*X-Virus-Status: clean.*\r\n$/)
  })

  test('[SMTP-11] sender and Message-Id stand in the log', async () => {
    using sender = await client()
    await sendMail(sender, { to: ['stat@example.com'] })
    const line = await gateway.line('smtp', 'access', 'mail:stat@example.com')
    assert.match(line, /PROTOCOL-STAT:sender(@|%40)example\.org:%3C1(@|%40)example\.org%3E:/)
  })
})
