/** Clients that do not wait: everything they say is done in order, once, and answered in order. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { RawClient, until } from '@fsigk/testing'
import { startBetween } from './between.js'

const { server, gateway } = await startBetween()

describe('SMTP clients that do not wait', () => {
  const connections = async () => (await gateway.status()).services.find(({ name }) => name === 'smtp')?.connections

  const mail = (name: string) =>
    `MAIL FROM:<a@b>\r\nRCPT TO:<${name}@d>\r\nDATA\r\nSubject: ${name}\r\n\r\n..dot\r\nMAIL FROM:<inside@b>\r\n.\r\n`

  const session = `EHLO me\r\n${mail('one')}${mail('two')}RSET\r\nQUIT\r\n`

  const codes = ['220', '250', '250', '250', '354', '250', '250', '250', '354', '250', '250', '221']
  const commands = [
    ...['MAIL FROM:<a@b>', 'RCPT TO:<one@d>', 'DATA'],
    ...['MAIL FROM:<a@b>', 'RCPT TO:<two@d>', 'DATA'],
    ...['RSET', 'QUIT'],
  ]

  async function checked(send: (client: RawClient) => void | Promise<void>): Promise<void> {
    const before = { heard: server.heard.length, messages: server.messages.length }
    using client = await RawClient.to(gateway.smtp)
    await send(client)
    const heard = await client.untilClosed()
    assert.deepEqual(
      [...heard.matchAll(/^(\d{3}) /gm)].map(([, code]) => code),
      codes,
    )
    assert.deepEqual(server.heard.slice(before.heard + 1), commands)
    const messages = server.messages.slice(before.messages)
    assert.equal(messages.length, 2)
    for (const [at, name] of ['one', 'two'].entries())
      assert.ok(messages[at]?.endsWith(`Subject: ${name}\r\n\r\n..dot\r\nMAIL FROM:<inside@b>\r\n`), messages[at])
  }

  test('may say all before they are greeted, mails and QUIT included [SMTP-01, SMTP-02]', async () => {
    await checked((client) => client.send(session))
  })

  test('may say it a byte at a time [SMTP-01, SMTP-02]', async () => {
    await checked((client) => {
      client.socket.setNoDelay(true)
      for (const byte of Buffer.from(session)) client.send(Buffer.from([byte]))
    })
  })

  test('may close their side after their commands: these are done all the same [SMTP-02]', async () => {
    const before = server.heard.length
    using client = await RawClient.to(gateway.smtp)
    client.send('EHLO me\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nRSET\r\nQUIT\r\n')
    client.socket.end()
    assert.match(await client.untilClosed(), /^220 .*\r\n(250 .*\r\n){4}221 bye\r\n$/)
    assert.deepEqual(server.heard.slice(before + 1), ['MAIL FROM:<a@b>', 'RCPT TO:<c@d>', 'RSET', 'QUIT'])
  })

  test('that leave in the middle of a message leave no message [SMTP-01, SMTP-26]', async () => {
    const whole = `EHLO me\r\n${mail('half')}`
    const dataEnds = whole.length - 1
    const before = server.messages.length
    for (let at = whole.indexOf('DATA') + 6; at <= dataEnds; at += 7) {
      using client = await RawClient.to(gateway.smtp)
      client.send(whole.slice(0, at))
      client.socket.end()
      assert.doesNotMatch(await client.untilClosed(), /^250 kept/m)
    }
    assert.equal(server.messages.length, before)
  })

  test('and never read are waited for, not remembered without end', async () => {
    await gateway.set({ 'smtp.idle_timeout': 1 })
    server.follow({ replies: { HELP: `214 ${'h'.repeat(60_000)}` } })
    const heardBefore = server.heard.length
    using client = await RawClient.to(gateway.smtp)
    client.socket.pause()
    client.send('HELP\r\n'.repeat(10_000))
    await until('the server is asked no more', async () => (await connections()) === 0, 20_000)
    assert.ok(server.heard.length - heardBefore < 1000, `${server.heard.length - heardBefore} commands`)
    server.follow({})
    await gateway.set({ 'smtp.idle_timeout': 300 })
  })
})
