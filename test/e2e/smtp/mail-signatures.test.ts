/** What an engine knows mails by, as mails: it sees header and texts of each, whatever files it carries. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, test } from 'node:test'
import { startClamd } from '../../peers/clamd.js'
import { mailWith } from '../../peers/mails.js'
import { startScriptedMailServer } from '../../peers/scripted-mail-server.js'
import { sendMail } from './send-mail.js'
import { SmtpClient } from './smtp-client.js'
import { startSmtpGateway } from './smtp-gateway.js'

/** Larger than what is left in its place. */
const file = randomBytes(60_000)

describe('SMTP: signatures of mails', () => {
  test('clamd knows a mail by header and text, and a file in it by its bytes [SMTP-21] [SCAN-02]', async () => {
    await using clamd = await startClamd()
    await using server = await startScriptedMailServer()
    await using gateway = await startSmtpGateway(server, {
      settings: {
        'plugins.scanners': 'scanner-clamav',
        'scanner_clamav.servers': clamd.socket,
        'smtp.action': 'deny',
        'smtp.block_ext': false,
      },
    })
    using client = await SmtpClient.to(gateway.smtp)
    await client.say('EHLO client.test')
    const send = (message: string) => sendMail(client, { message: message.replaceAll('\r\n.', '\r\n..') })
    const mail = mailWith(file)
    assert.match(await send(mail), /^250 /)
    const marked = mail.replace('Subject:', 'X-Mailer: marked-as-mail\r\nSubject:')
    assert.match(await send(marked), /^554 Infected by \[Mail\.Test\]/)
    assert.match(await send(mail.replace('See the attachment.', 'marked-as-mail')), /^554 Infected by \[Mail\.Test\]/)
    assert.match(
      await send(mailWith(Buffer.concat([file, Buffer.from('marked-for-clamd')]))),
      /^554 Infected by \[.*Marker\.Test/,
    )
    // Its signature is one of mails; as a file it is none.
    assert.match(await send(mailWith(Buffer.concat([file, Buffer.from('marked-as-mail')]))), /^250 /)
    await gateway.set({ 'smtp.virus_check_wholehtml': false })
    using next = await SmtpClient.to(gateway.smtp)
    await next.say('EHLO client.test')
    assert.match(await sendMail(next, { message: marked.replaceAll('\r\n.', '\r\n..') }), /^250 /)
  })
})
