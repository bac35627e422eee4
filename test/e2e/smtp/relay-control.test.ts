/** Who may send to whom (guide 7.1.1.2, 10.4), with clients at several addresses of 127.0.0.0/8. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parseLogLine } from '@fsigk/testing'
import { startBetween } from './between.js'
import { SmtpClient } from './smtp-client.js'

const STRANGER = '127.0.0.8'
const LAN = '127.0.5.9'

const { server, gateway } = await startBetween({
  settings: {
    'smtp.acl_rcpt': true,
    'access.smtp_rcpt': 'ours.example .branch.example',
    'smtp.lan': true,
    'access.smtp_lan': '127.0.5.0/255.255.255.0',
  },
})

describe('relay control', () => {
  /** The replies to RCPT for these recipients, in one transaction. */
  async function rcpt(localAddress: string, recipients: readonly string[]): Promise<readonly string[]> {
    using client = await SmtpClient.to(gateway.smtp, { localAddress })
    await client.say('EHLO me', 'MAIL FROM:<a@else.example>')
    const replies: string[] = []
    for (const recipient of recipients) replies.push(await client.say(`RCPT TO:${recipient}`))
    await client.say('QUIT')
    return replies
  }

  const accepted = [
    '<a@ours.example>',
    '<a@OURS.Example>',
    'a@ours.example',
    '<a@sub.branch.example>',
    '<postmaster>',
    '<"john doe"@ours.example>',
  ]
  const refused = [
    '<a@else.example>',
    '<a@ours.example.else.example>',
    '<a@xours.example>',
    '<a%else.example@ours.example>',
    '<else.example!a@ours.example>',
    '<a%else.example>',
    '<a@else.example@ours.example>',
    '<a@ours.example@else.example>',
    '<@else.example:a@ours.example>',
    '<@ours.example,@x.example:a@else.example>',
    '<"a@else.example"@ours.example>',
    '<"a%else.example"@ours.example>',
    '<"a@ours.example"@else.example>',
    '<"a@else.example">',
    '<a@[127.0.0.1]>',
    '<a@ours.example/\xc3\xa9.else.example>',
    '<a@ours.example?\xc3\xa9.else.example>',
    '<a@ours.example\\\xc3\xa9.else.example>',
    '<a@ours.example#\xc3\xa9>',
    '<a@ours.example\xef\xbc\x8f\xc3\xa9>',
  ]

  test('lets strangers send to listed domains and to names without one [SMTP-15]', async () => {
    assert.deepEqual(
      await rcpt(STRANGER, accepted),
      accepted.map(() => '250 ok'),
    )
  })

  test('refuses strangers every other recipient, whatever way it leads, and no word of it reaches the server [SMTP-15, SMTP-04]', async () => {
    const before = server.heard.length
    for (const [at, reply] of (await rcpt(STRANGER, refused)).entries())
      assert.match(reply, /^550 Relaying denied\. \(fsigk\/fsigk_smtp\/\S+\)$/, refused[at])
    assert.deepEqual(
      server.heard.slice(before).filter((line) => line.startsWith('RCPT')),
      [],
    )
  })

  test('lets hosts of the LAN send to anybody [SMTP-15, SMTP-18]', async () => {
    assert.deepEqual(
      await rcpt(LAN, refused),
      refused.map(() => '250 ok'),
    )
    await gateway.set({ 'smtp.lan': false })
    assert.match((await rcpt(LAN, ['<a@else.example>']))[0] ?? '', /^550 Relaying denied\./)
    await gateway.set({ 'smtp.lan': true })
  })

  test('lets a client send to anybody that proved itself to the server, and none that was refused or came as nobody [SMTP-15]', async () => {
    const after = async (auth: string, reply: string) => {
      server.follow({ replies: { AUTH: reply } })
      using client = await SmtpClient.to(gateway.smtp, { localAddress: STRANGER })
      await client.say('EHLO me', auth, 'MAIL FROM:<a@else.example>')
      return await client.say('RCPT TO:<a@else.example>')
    }
    assert.equal(await after('AUTH PLAIN AGEAYg==', '235 welcome'), '250 ok')
    assert.match(await after('AUTH PLAIN AGEAYg==', '535 no'), /^550 Relaying denied\./)
    assert.match(await after('AUTH ANONYMOUS AA==', '235 welcome'), /^550 Relaying denied\./)
    server.follow({})
  })

  test('is logged as the guide says, with the recipient [SMTP-15, LOG-01]', async () => {
    await rcpt(STRANGER, ['<someone@far.example>'])
    const text = await gateway.line('smtp', 'access', 'mail:someone@far.example')
    assert.match(text, /TCP_MISS\/500 0 GET mail:someone@far\.example .*PROTOCOL-STAT:a%40else\.example:: /)
    assert.equal(parseLogLine(text).error, 'PROXY/550 Relaying denied.')
  })

  test('ends no session and no transaction: others get the message [SMTP-15]', async () => {
    const before = server.messages.length
    using client = await SmtpClient.to(gateway.smtp, { localAddress: STRANGER })
    await client.say('EHLO me', 'MAIL FROM:<a@else.example>', 'RCPT TO:<a@else.example>', 'RCPT TO:<b@ours.example>')
    assert.match(await client.say('DATA'), /^354 /)
    assert.equal(await client.say('Subject: for b alone\r\n\r\nhello\r\n.'), '250 kept')
    assert.match(server.messages[before] ?? '', /for b alone/)
  })

  test('when it is off, everybody may send to everybody [SMTP-15]', async () => {
    await gateway.set({ 'smtp.acl_rcpt': false })
    assert.deepEqual(
      await rcpt(STRANGER, refused),
      refused.map(() => '250 ok'),
    )
    await gateway.set({ 'smtp.acl_rcpt': true })
  })
})
