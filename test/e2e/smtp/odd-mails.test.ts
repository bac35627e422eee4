import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { OddMail } from '../../corpus/mail/odd-mail.js'
import { oddMails, oddMailsWith } from '../../corpus/mail/odd-mails.js'
import { type MailSink, startMailSink } from '../../peers/mail-sink.js'
import { sendMail } from './send-mail.js'
import { SmtpClient } from './smtp-client.js'
import { type SmtpGateway, startSmtpGateway } from './smtp-gateway.js'

const PER_SESSION = 20
const HARMLESS = Buffer.from('Nothing that anybody would mind, in as many bytes as the test file has.')

/** A message as it goes over the wire: whole lines, dots doubled where a line begins by CRLF. */
function stuffed(message: Buffer): Buffer {
  const text = message.toString('latin1')
  const ended = text.endsWith('\r\n') ? text : `${text}\r\n`
  return Buffer.from(ended.replace(/(^|\r\n)\./g, '$1..'), 'latin1')
}

/** Every way that we know to hide a file in a mail, through the proxy to a server that takes all. */
describe('SMTP: odd mails', () => {
  let gateway: SmtpGateway
  let sink: MailSink
  before(async () => {
    sink = await startMailSink()
    gateway = await startSmtpGateway(sink, { settings: { 'smtp.action': 'deny' } })
  })
  after(async () => {
    await gateway[Symbol.asyncDispose]()
    await sink[Symbol.asyncDispose]()
  })

  /** Sends each, many in one session. @returns those that were not answered so, and what they were answered */
  async function notAnswered(code: string, mails: readonly OddMail[]): Promise<readonly string[]> {
    const others: string[] = []
    for (let at = 0; at < mails.length; at += PER_SESSION) {
      using client = await SmtpClient.to(gateway.smtp)
      await client.say('EHLO client.test')
      for (const { title, message } of mails.slice(at, at + PER_SESSION)) {
        const reply = await sendMail(client, { message: stuffed(message) })
        if (!reply.startsWith(`${code} `)) others.push(`${title}: ${reply}`)
      }
    }
    return others
  }

  for (const policy of ['refuse', 'normalise'])
    test(`none with a virus reaches the server, bare line ends: ${policy} [SCAN-13, SMTP-05, SMTP-07]`, async () => {
      await gateway.set({ 'smtp.bare_line_ends': policy })
      const before = sink.messages.length
      assert.ok(oddMails.length > 100)
      assert.deepEqual(await notAnswered('554', oddMails), [])
      assert.equal(sink.messages.length, before)
    })

  test('what is rare but right passes when nothing is in it [SCAN-13, SMTP-05]', async () => {
    const right = oddMailsWith(HARMLESS).filter(({ isValid }) => isValid)
    assert.ok(right.length > 10)
    assert.deepEqual(await notAnswered('250', right), [])
  })
})
