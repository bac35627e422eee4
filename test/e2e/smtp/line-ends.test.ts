import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { scannerThatFindsNothing } from '@fsigk/testing'
import { type MailSink, startMailSink } from '../../peers/mail-sink.js'
import { beginMail, MAIL, sendMail } from './send-mail.js'
import { SmtpClient } from './smtp-client.js'
import { type SmtpGateway, startSmtpGateway } from './smtp-gateway.js'

/** Ends that some servers take for the end of a message, and what a smuggler puts behind them. */
const ends = ['\n.\n', '\n.\r\n', '\r\n.\n', '\r.\r', '\r.\r\n', '\r\n.\r', '\r\n\0.\r\n', '\r\n.\0\r\n'] as const
const SMUGGLED =
  'MAIL FROM:<admin@example.com>\r\nRCPT TO:<victim@example.com>\r\nDATA\r\nSubject: smuggled\r\n\r\nx\r\n'

describe('SMTP: only CRLF.CRLF ends a message', () => {
  let gateway: SmtpGateway
  let sink: MailSink

  before(async () => {
    sink = await startMailSink()
    gateway = await startSmtpGateway(sink, { scanners: [scannerThatFindsNothing] })
  })
  after(async () => {
    await gateway?.[Symbol.asyncDispose]()
    await sink?.[Symbol.asyncDispose]()
  })

  const client = async () => {
    const connected = await SmtpClient.to(gateway.smtp)
    await connected.say('EHLO client.test')
    return connected
  }

  for (const end of ends) {
    test(`[SMTP-26] ${JSON.stringify(end)} ends nothing, is refused, and the session goes on`, async () => {
      using sender = await client()
      const before = sink.messages.length
      assert.match(await sendMail(sender, { message: `${MAIL}a${end}${SMUGGLED}` }), /^554 Illegal line end \(fsigk/)
      assert.equal(sink.messages.length, before)
      assert.equal(await sendMail(sender), '250 kept')
    })
  }

  test('[SMTP-26] the log says why', async () => {
    assert.match(await gateway.line('smtp', 'access', 'stand'), /INCOMPLETE.*PROXY-ERROR:CR%2C%20LF%20or%20NUL%20stand/)
  })

  test('[SMTP-26] normalise: line ends become CRLF, NUL goes, and what is sent on has one end', async () => {
    await gateway.set({ 'smtp.bare_line_ends': 'normalise' })
    for (const end of ends) {
      using sender = await client()
      assert.equal(await sendMail(sender, { message: `${MAIL}a${end}${SMUGGLED}` }), '250 kept')
      const { bytes, isWhole } = sink.messages.at(-1) ?? {}
      const text = bytes?.toString('latin1') ?? ''
      assert.ok(isWhole)
      assert.doesNotMatch(text, /[^\r]\n|\r[^\n]|\0/, JSON.stringify(end))
      assert.equal(text.indexOf('\r\n.\r\n'), text.length - 5, JSON.stringify(end))
      assert.ok(text.includes('Subject: smuggled'))
    }
    await gateway.set({ 'smtp.bare_line_ends': 'refuse' })
  })

  test('[SMTP-26] a message that flows on unscanned is cut off before such an end', async () => {
    await gateway.set({ 'smtp.virus_check': false })
    const before = sink.messages.length
    for (const end of ends) {
      using sender = await client()
      const reply = await sendMail(sender, { message: `${MAIL}a${end}${SMUGGLED}` })
      assert.match(reply, /^554 Illegal line end/)
      assert.ok(!sink.messages.slice(before).some(({ bytes, isWhole }) => isWhole || bytes.includes('smuggled')))
    }
    await gateway.set({ 'smtp.virus_check': true })
  })

  test('[SMTP-26] a message that comes a byte at a time, with the next behind it, is the same', async () => {
    using sender = await client()
    await beginMail(sender)
    const message = `${MAIL}..\r\n..a\r\n.\r\nNOOP\r\n`
    for (const byte of message) {
      sender.raw.send(byte)
      await new Promise(setImmediate)
    }
    assert.equal(await sender.reply(), '250 kept')
    assert.match(await sender.reply(), /^250/)
    assert.ok(sink.messages.at(-1)?.bytes.toString('latin1').endsWith(`${MAIL}..\r\n..a\r\n.\r\n`))
  })
})
