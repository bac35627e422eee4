import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { scannerThatFinds, scannerThatFindsNothing, TEST_THREAT } from '@fsigk/testing'
import { EICAR } from '../../peers/samples.js'
import { type ScriptedMailServer, startScriptedMailServer } from '../../peers/scripted-mail-server.js'
import { MAIL, RECIPIENT, SENDER, sendMail } from './send-mail.js'
import { SmtpClient } from './smtp-client.js'
import { type SmtpGateway, startSmtpGateway } from './smtp-gateway.js'

const PRODUCT = String.raw`\(fsigk\/fsigk_smtp\/[^()]+\)`
const DENIED = new RegExp(String.raw`^554 Infected by \[Test\/Always\] ${PRODUCT}$`)
const TOO_LONG = encodeURIComponent('FSIGK/POLICY_BLOCK_MESSAGESIZE')
const ACCEPTED = new RegExp(`^250 Message accepted for delivery ${PRODUCT}$`)

describe('SMTP: what becomes of an infected message', () => {
  let gateway: SmtpGateway
  let server: ScriptedMailServer

  before(async () => {
    server = await startScriptedMailServer()
    gateway = await startSmtpGateway(server, { scanners: [scannerThatFinds] })
  })
  after(async () => {
    await gateway?.[Symbol.asyncDispose]()
    await server?.[Symbol.asyncDispose]()
  })
  beforeEach(() => server.follow({}))

  const client = async () => {
    const connected = await SmtpClient.to(gateway.smtp)
    await connected.say('EHLO client.test')
    return connected
  }
  /** Sends a mail under these settings, and gives what was heard of it on both sides, and its line of the log. */
  async function send(settings: Readonly<Record<string, string | boolean>>, mail: Parameters<typeof sendMail>[1] = {}) {
    await gateway.set(settings)
    using sender = await client()
    const [commands, messages] = [server.heard.length, server.messages.length]
    const reply = await sendMail(sender, mail)
    return { reply, commands: server.heard.slice(commands), messages: server.messages.slice(messages) }
  }
  const lastLine = async (action: string) => await gateway.line('smtp', 'detect', `ACTION:${action}:`)

  test('[SMTP-06] pass: delivered, and marked', async () => {
    const { reply, messages } = await send({ 'smtp.action': 'pass' })
    assert.equal(reply, '250 kept')
    assert.match(
      messages[0] ?? '',
      new RegExp(String.raw`\r\nX-Virus-Status: infected${PRODUCT} with \[Test\/Always\]\r\n`),
    )
    assert.ok(messages[0]?.endsWith(MAIL))
    assert.match(await lastLine('PASS'), new RegExp(`INFECTED:${encodeURIComponent(TEST_THREAT)}:`))
  })

  test('[SMTP-06] pass: the names of all that found something', async () => {
    const scanners = (await gateway.cli('config', 'get', 'plugins.scanners')).stdout.trim()
    await gateway.set({ 'plugins.scanners': `${scanners},scanner-signatures` })
    const { messages } = await send({ 'smtp.action': 'pass' }, { message: `Subject: x\r\n\r\n${EICAR}\r\n` })
    assert.match(messages[0] ?? '', /^X-Virus-Status: infected\(.*\) with \[Test\/Always\+EICAR-Test-File\]\r$/m)
    await gateway.set({ 'plugins.scanners': scanners })
  })

  test('[SMTP-07] deny: refused in the words of the guide, and the server forgets it', async () => {
    const { reply, commands, messages } = await send({ 'smtp.action': 'deny' })
    assert.match(reply, DENIED)
    assert.deepEqual(messages, [])
    assert.deepEqual(commands.slice(-2), [`RCPT TO:<${RECIPIENT}>`, 'RSET'])
    assert.match(await lastLine('DENY'), / TCP_MISS\/500 /)
  })

  test('[SMTP-07] deny: enhanced codes go to a client that was offered them', async () => {
    server.follow({ replies: { EHLO: '250-mx.test\r\n250 ENHANCEDSTATUSCODES' } })
    const { reply } = await send({ 'smtp.action': 'deny' })
    assert.match(reply, /^554 5\.7\.1 Infected by \[Test\/Always\]/)
  })

  test('[SMTP-07] [SMTP-08] the session goes on with the next message, or ends where the server does not reset', async () => {
    for (const action of ['deny', 'blackhole']) {
      await gateway.set({ 'smtp.action': action })
      using sender = await client()
      const reply = action === 'deny' ? DENIED : ACCEPTED
      assert.match(await sendMail(sender), reply)
      assert.match(await sendMail(sender), reply)
      server.follow({ replies: { RSET: '451 cannot' } })
      assert.match(await sendMail(sender), reply)
      assert.equal(await sender.rest(), '', 'closed')
      server.follow({})
    }
  })

  test('[SMTP-08] blackhole: accepted, and nothing is sent', async () => {
    const { reply, commands, messages } = await send({ 'smtp.action': 'blackhole' })
    assert.match(reply, ACCEPTED)
    assert.deepEqual(messages, [])
    assert.equal(commands.at(-1), 'RSET')
    assert.match(await lastLine('BLACKHOLE'), / TCP_MISS\/200 /)
  })

  test('[SMTP-09] delete: the recipients get the template in its place', async () => {
    const { reply, commands, messages } = await send(
      { 'smtp.action': 'delete' },
      { to: [RECIPIENT, 'two@example.com'] },
    )
    assert.equal(reply, '250 kept')
    assert.deepEqual(commands, [`MAIL FROM:<${SENDER}>`, `RCPT TO:<${RECIPIENT}>`, 'RCPT TO:<two@example.com>', 'DATA'])
    const [notice = ''] = messages
    assert.match(
      notice,
      new RegExp(String.raw`^Received: from .*\r\n\t.*\r\n\t.*\r\nX-Virus-Status: infected${PRODUCT}`),
    )
    assert.match(
      notice,
      /\r\nDate: Mon, 1 Jan 2024 10:00:00 \+0900\r\nTo: <recipient@example\.com>\r\nCc: <other@example\.com>\r\n/,
    )
    assert.match(notice, /\r\nSubject: Virus detected: Test\/Always\r\n/)
    assert.match(
      notice,
      /Recipients: +recipient@example\.com,two@example\.com\r\n[\s\S]*Message-Id: +<1@example\.org>\r\n/,
    )
    assert.ok(!notice.includes('A line'))
    await lastLine('DELETE')
  })

  test('[SMTP-09] delete: a server that refuses the notice is told of in its own words', async () => {
    server.follow({ replies: { END: '552 no room' } })
    assert.equal((await send({ 'smtp.action': 'delete' })).reply, '552 no room')
    server.follow({ replies: { DATA: '451 later' } })
    assert.equal((await send({ 'smtp.action': 'delete' })).reply, '451 later')
    server.follow({ replies: { END: '' } })
    assert.match((await send({ 'smtp.action': 'delete' })).reply, /^421 /)
  })

  test('[SMTP-10] sendback: the sender gets the template, from the administrator', async () => {
    const settings = { 'smtp.action': 'sendback', 'common.admin_mailaddr': 'admin@example.net' }
    const { reply, commands, messages } = await send(settings)
    assert.equal(reply, '250 kept')
    assert.deepEqual(commands.slice(-4), ['RSET', 'MAIL FROM:<admin@example.net>', `RCPT TO:<${SENDER}>`, 'DATA'])
    const [notice = ''] = messages
    assert.match(notice, /\r\nTo: sender@example\.org\r\nFrom: admin@example\.net\r\nSubject: Virus detected/)
    assert.match(notice, /\r\nAuto-Submitted: auto-replied\r\n/)
    assert.ok(!notice.includes('Cc:'))
    assert.match(await lastLine('SENDBACK'), / TCP_MISS\/200 /)
  })

  test('[SMTP-10] [TPL-02] sendback: the From of the template is the sender of the envelope too', async () => {
    const template = 'From: 検疫 <gate@example.net>\nSubject: no ${DETECTION_NAME}\n\nウイルス\n'
    const { commands, messages } = await send({ 'smtp.action': 'sendback', 'template.smtp': template })
    assert.deepEqual(commands.at(-3), 'MAIL FROM:<gate@example.net>')
    const [notice = ''] = messages
    assert.match(notice, /\r\nFrom: =\?UTF-8\?B\?5qSc55ar\?= <gate@example\.net>\r\n/)
    assert.match(notice, /\r\nContent-Transfer-Encoding: base64\r\n\r\n44Km44Kk44Or44K5DQo=\r\n$/)
    await gateway.cli('config', 'reset', 'template.smtp')
  })

  test('[SMTP-10] [TPL-02] sendback: no value in the From of the template names another mailbox, or makes a line too long', async () => {
    const template = 'From: ${MAILFROM} <gate@example.net>\nSubject: x\n\ntext\n'
    await gateway.set({ 'smtp.action': 'sendback', 'template.smtp': template })
    const named = await send({}, { from: '"x> <evil@else.example>, "@example.org' })
    assert.equal(named.commands.at(-3), 'MAIL FROM:<gate@example.net>')
    assert.match(named.messages[0] ?? '', /\r\nFrom: +x +evil@else\.example +@example\.org <gate@example\.net>\r\n/)
    const long = await send({}, { from: `${'a'.repeat(3000)}@example.org` })
    assert.equal(long.reply, '250 kept')
    const header = long.messages[0]?.split('\r\n\r\n')[0] ?? ''
    assert.deepEqual(
      header.split('\r\n').filter((line) => line.length > 998),
      [],
    )
    await gateway.cli('config', 'reset', 'template.smtp')
  })

  for (const [command, at] of [
    ['RSET', 'RSET'],
    ['MAIL', 'MAIL FROM'],
    ['RCPT', 'RCPT TO'],
  ] as const) {
    test(`[SMTP-10] sendback: where ${command} fails, the client is told so`, async () => {
      await gateway.set({ 'smtp.action': 'sendback' })
      using sender = await client()
      await sender.say(`MAIL FROM:<${SENDER}>`, `RCPT TO:<${RECIPIENT}>`, 'DATA')
      server.follow({ replies: { [command]: '452-4.2.2 not\r\n452 4.2.2 now' } })
      sender.raw.send(`${MAIL}.\r\n`)
      assert.match(
        await sender.reply(),
        new RegExp(
          String.raw`^554 SENDBACK:smtp error\[${at}\] \(Server Reply: 452 4\.2\.2 not 4\.2\.2 now\) ${PRODUCT}$`,
        ),
      )
    })
  }

  for (const { says, from = SENDER, field = '' } of [
    { says: 'the null sender', from: '' },
    { says: 'a list', from: 'list@example.org', field: 'List-Id: <list.example.org>\r\n' },
    { says: 'bulk mail', from: 'bulk@example.org', field: 'Precedence: bulk\r\n' },
    { says: 'a program', from: 'program@example.org', field: 'Auto-Submitted: auto-generated\r\n' },
    { says: 'a mailer', from: 'MAILER-DAEMON@example.org' },
    { says: 'the mailer of the server itself', from: 'MAILER-DAEMON' },
  ]) {
    test(`[SMTP-10] sendback: ${says} is never written to; the message is refused`, async () => {
      const { reply, commands, messages } = await send({ 'smtp.action': 'sendback' }, { from, message: field + MAIL })
      assert.match(reply, DENIED)
      assert.equal(commands.at(-1), 'RSET')
      assert.deepEqual(messages, [])
      const line = await gateway.line('smtp', 'detect', `PROTOCOL-STAT:${encodeURIComponent(from)}:`)
      assert.match(line, / ACTION:DENY:/, 'told as what was done')
    })
  }
})

describe('SMTP: what cannot be scanned, and what is too long', () => {
  test('[SCAN-09] no scanner: refused for now, and the session goes on', async () => {
    await using server = await startScriptedMailServer()
    await using gateway = await startSmtpGateway(server, { settings: { 'plugins.scanners': '' } })
    using sender = await SmtpClient.to(gateway.smtp)
    await sender.say('EHLO client.test')
    for (let n = 0; n < 2; n++) assert.match(await sendMail(sender), new RegExp(`^451 .* ${PRODUCT}$`))
    assert.deepEqual(server.messages, [])
    assert.match(await gateway.line('smtp', 'access', 'UNSCANNED'), /ACTION:DEFER:/)
    await gateway.set({ 'smtp.fail_open': true })
    using later = await SmtpClient.to(gateway.smtp)
    await later.say('EHLO client.test')
    assert.equal(await sendMail(later), '250 kept')
    assert.doesNotMatch(server.messages[0] ?? '', /X-Virus-Status/)
  })

  test('[SMTP-23] [SMTP-24] a message over block_messagesize_len is refused, whatever the action, and the session goes on', async () => {
    await using server = await startScriptedMailServer()
    await using gateway = await startSmtpGateway(server, {
      scanners: [scannerThatFindsNothing],
      settings: { 'smtp.block_messagesize': true, 'smtp.block_messagesize_len': 1000 },
    })
    for (const action of ['pass', 'deny', 'delete', 'blackhole', 'sendback']) {
      await gateway.set({ 'smtp.action': action })
      using sender = await SmtpClient.to(gateway.smtp)
      await sender.say('EHLO client.test')
      const message = `${MAIL}${'too long\r\n'.repeat(300_000)}`
      const reply = await sendMail(sender, { from: `${action}@example.org`, message })
      assert.match(reply, new RegExp(`^554 Too long message ${PRODUCT}$`), action)
      const line = await gateway.line('smtp', 'detect', new RegExp(`PROTOCOL-STAT:${action}\\W`))
      assert.match(line, new RegExp(`INFECTED:${TOO_LONG}:.* ACTION:DENY:`), 'told as what was done')
      assert.equal(await sendMail(sender), '250 kept')
    }
    assert.equal(server.messages.length, 5)
    const passed = await gateway.line('smtp', 'detect', /PROTOCOL-STAT:pass\W/)
    assert.match((await gateway.cli('config', 'why', passed)).stdout, /^ {2}INFECTED DENY$/m)
  })
})
