import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type Postfix, startPostfix } from '../../peers/postfix.js'
import { SmtpClient } from './smtp-client.js'
import { type SmtpGateway, startSmtpGateway } from './smtp-gateway.js'

const LAN = '127.0.0.2'
const STRANGER = '127.0.0.3'

/** What testers for open relays say after RCPT, and what their authors found servers to fall for. */
const ways: readonly (readonly [way: string, path: string])[] = [
  ['plainly', '<other@elsewhere.example>'],
  ['without brackets', 'other@elsewhere.example'],
  ['by percent', '<other%elsewhere.example@inside.example>'],
  ['by percent, without a domain', '<other%elsewhere.example>'],
  ['by percent, to this host', '<other%elsewhere.example@[127.0.0.1]>'],
  ['by percent, twice', '<other%elsewhere.example%inside.example@inside.example>'],
  ['by a bang path', '<elsewhere.example!other@inside.example>'],
  ['by a bang path alone', '<elsewhere.example!other>'],
  ['by a bang path over us', '<inside.example!elsewhere.example!other>'],
  ['by a source route', '<@inside.example:other@elsewhere.example>'],
  ['by a source route of two', '<@inside.example,@mail.inside.example:other@elsewhere.example>'],
  ['by a source route to ourselves', '<@elsewhere.example:user@inside.example>'],
  ['by a source route without an address', '<@inside.example:>'],
  ['in quotes', '<"other@elsewhere.example">'],
  ['in quotes, at our domain', '<"other@elsewhere.example"@inside.example>'],
  ['in quotes, by percent', '<"other%elsewhere.example"@inside.example>'],
  ['in quotes, by a bang path', '<"elsewhere.example!other"@inside.example>'],
  ['in quotes with a quote inside', '<"other\\"@elsewhere.example"@inside.example>'],
  ['in quotes that do not end', '<"other@elsewhere.example>'],
  ['in quotes around a part', '<other@"elsewhere.example"@inside.example>'],
  ['with two domains', '<other@elsewhere.example@inside.example>'],
  ['with two domains, ours first', '<other@inside.example@elsewhere.example>'],
  ['with a backslash', '<other\\@elsewhere.example@inside.example>'],
  ['to an address literal', '<other@[127.0.0.9]>'],
  ['to an address literal of IPv6', '<other@[IPv6:::1]>'],
  ['to an address without brackets', '<other@127.0.0.9>'],
  ['to a number', '<other@#2130706441>'],
  ['to a domain that ends as ours', '<other@evilinside.example>'],
  ['to a domain that begins as ours', '<other@inside.example.elsewhere.example>'],
  ['to a domain with a dot at its end', '<other@elsewhere.example.>'],
  ['to a domain in capitals', '<OTHER@ELSEWHERE.EXAMPLE>'],
  ['to an empty domain', '<other@>'],
  ['to two recipients at once', '<user@inside.example,other@elsewhere.example>'],
  ['to two recipients, each in brackets', '<user@inside.example> <other@elsewhere.example>'],
  ['with a comment', '<other@elsewhere.example(@inside.example)>'],
  ['with a comment before', '<(user@inside.example)other@elsewhere.example>'],
  ['with a space', '<other@elsewhere.example @inside.example>'],
  ['with a tab', '<other@elsewhere.example\t@inside.example>'],
  ['with a NUL', '<other@elsewhere.example\0@inside.example>'],
  ['with a bare CR', '<other@elsewhere.example>\r<user@inside.example>'],
  ['with a bare LF', '<other@elsewhere.example>\n<user@inside.example>'],
  ['in nested brackets', '<<other@elsewhere.example>>'],
  ['with a parameter that looks like ours', '<other@elsewhere.example> ORCPT=rfc822;user@inside.example'],
  ['with our domain as a parameter', '<other@elsewhere.example> @inside.example'],
  ['with a display name', 'user@inside.example <other@elsewhere.example>'],
]

const senders: readonly (readonly [who: string, path: string])[] = [
  ['nobody', '<>'],
  ['one of ours', '<user@inside.example>'],
  ['one without a domain', '<user>'],
  ['one at this host', '<user@localhost>'],
  ['one at this address', '<user@[127.0.0.1]>'],
  ['the recipient', '<other@elsewhere.example>'],
]

const ours: readonly (readonly [way: string, path: string])[] = [
  ['plainly', '<user@inside.example>'],
  ['in capitals', '<User@INSIDE.Example>'],
  ['with a tag', '<user+tag@inside.example>'],
  ['in quotes', '<"user name"@inside.example>'],
  ['without a domain', '<user>'],
  ['as postmaster', '<Postmaster>'],
  ['with a parameter', '<user@inside.example> NOTIFY=NEVER'],
]

/**
 * Guide 10.4: one gateway for both directions, and behind it a postfix that relays whatever the gateway sends. So what
 * strangers may not send must end at the gateway.
 */
describe('SMTP: both directions on one gateway', () => {
  let gateway: SmtpGateway
  let inside: Postfix
  let elsewhere: Postfix
  before(async () => {
    elsewhere = await startPostfix({ domains: ['elsewhere.example'] })
    inside = await startPostfix({
      domains: ['inside.example'],
      relayTo: elsewhere,
      main: ['smtpd_authorized_xforward_hosts=127.0.0.0/8'],
    })
    gateway = await startSmtpGateway(inside, {
      settings: {
        'smtp.acl_rcpt': true,
        'access.smtp_rcpt': 'inside.example',
        'smtp.lan': true,
        'access.smtp_lan': LAN,
      },
    })
  })
  after(async () => {
    for (const each of [gateway, inside, elsewhere]) await each[Symbol.asyncDispose]()
  })

  /** A reply to each of what is said. */
  async function dialogue(localAddress: string, ...says: readonly string[]): Promise<readonly string[]> {
    using client = await SmtpClient.to(gateway.smtp, { localAddress })
    const replies: string[] = []
    for (const each of says) replies.push(await client.say(each))
    return replies
  }

  const codesOf = (replies: readonly string[]) => replies.map((reply) => reply.slice(0, 3))
  const message = (id: string) => `Subject: ${id}\r\n\r\ntext\r\n.`

  test('mail for our domain is taken from anybody, and kept [SMTP-15, SMTP-25]', async () => {
    for (const [way, path] of ours) {
      const before = (await inside.mails()).length
      const replies = await dialogue(
        STRANGER,
        'EHLO x.example',
        'MAIL FROM:<a@b.example>',
        `RCPT TO:${path}`,
        'DATA',
        message(way),
      )
      assert.deepEqual(codesOf(replies), ['250', '250', '250', '354', '250'], `${way}: ${replies.join('\n')}`)
      await inside.received(before + 1)
    }
    assert.deepEqual(await elsewhere.mails(), [])
  })

  test('reports of delivery, which have no sender, are taken for our domain [SMTP-15, SMTP-25]', async () => {
    const replies = await dialogue(
      STRANGER,
      'HELO x.example',
      'MAIL FROM:<>',
      'RCPT TO:<user@inside.example>',
      'DATA',
      message('dsn'),
    )
    assert.deepEqual(codesOf(replies), ['250', '250', '250', '354', '250'])
  })

  test('mail for anybody is taken from the LAN, and goes out [SMTP-18, SMTP-25]', async () => {
    const before = (await elsewhere.mails()).length
    const replies = await dialogue(
      LAN,
      'EHLO x.example',
      'MAIL FROM:<user@inside.example>',
      'RCPT TO:<other@elsewhere.example>',
      'DATA',
      message('out'),
    )
    assert.deepEqual(codesOf(replies), ['250', '250', '250', '354', '250'])
    assert.equal((await elsewhere.received(before + 1)).at(-1)?.recipient, 'other@elsewhere.example')
  })

  for (const [way, path] of ways)
    test(`a stranger does not reach others ${way} [SMTP-15, SMTP-25]`, async () => {
      const before = (await inside.log()).length
      const replies = await dialogue(STRANGER, 'EHLO x.example', 'MAIL FROM:<a@b.example>', `RCPT TO:${path}`, 'DATA')
      assert.match(replies[2] ?? '', /^5\d\d /, replies.join('\n'))
      assert.doesNotMatch(replies[3] ?? '503', /^354/, replies.join('\n'))
      assert.doesNotMatch((await inside.log()).slice(before), /elsewhere\.example/)
    })

  for (const [who, path] of senders)
    test(`nor does it as ${who} [SMTP-15, SMTP-25]`, async () => {
      const replies = await dialogue(
        STRANGER,
        'EHLO inside.example',
        `MAIL FROM:${path}`,
        'RCPT TO:<other@elsewhere.example>',
        'DATA',
      )
      assert.match(replies[2] ?? '', /^550 5\.7\.1 Relaying denied\. \(/, replies.join('\n'))
    })

  test('nor beside a recipient of ours, nor after RSET, nor as a client that another proxy names [SMTP-15, SMTP-25]', async () => {
    const before = (await inside.mails()).length
    const replies = await dialogue(
      STRANGER,
      'EHLO x.example',
      `XFORWARD ADDR=${LAN} NAME=lan.inside.example`,
      'MAIL FROM:<a@b.example>',
      'RCPT TO:<user@inside.example>',
      'RCPT TO:<other@elsewhere.example>',
      'RSET',
      'MAIL FROM:<a@b.example>',
      'RCPT TO:<other@elsewhere.example>',
      'RCPT TO:<user@inside.example>',
      'DATA',
      message('beside'),
      'QUIT',
    )
    const codes = codesOf(replies)
    assert.deepEqual(
      codes.slice(2),
      ['250', '250', '550', '250', '250', '550', '250', '354', '250', '221'],
      replies.join('\n'),
    )
    assert.deepEqual(
      (await inside.received(before + 1)).slice(before).map(({ recipient }) => recipient),
      ['user@inside.example'],
    )
  })

  test('nothing that strangers tried has gone out [SMTP-25]', async () => {
    await inside.delivered()
    assert.deepEqual(
      (await elsewhere.mails()).map(({ sender }) => sender),
      ['user@inside.example'],
    )
  })
})
