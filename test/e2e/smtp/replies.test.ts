/** What a client hears when its server is not there, or leaves (guide 11.8, 11.9). */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parseLogLine } from '@fsigk/testing'
import { startScriptedMailServer } from '../../peers/scripted-mail-server.js'
import { startBetween } from './between.js'
import { SmtpClient } from './smtp-client.js'
import { startSmtpGateway } from './smtp-gateway.js'

const { server, gateway } = await startBetween()
const where = `${server.host}:${server.port}`

describe('SMTP replies', () => {
  /** Escapes text for a pattern. */
  const exactly = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')

  /** Greeted by this, and by nothing more. */
  async function greeting(): Promise<string> {
    using client = await SmtpClient.to(gateway.smtp, { greeted: false })
    const reply = await client.reply()
    assert.equal(await client.rest(), '')
    return reply
  }

  test('220 with host and product name comes once the server has greeted [SMTP-01, SMTP-04]', async () => {
    await gateway.set({ 'common.product_name': 'Acme Mail' })
    using client = await SmtpClient.to(gateway.smtp, { greeted: false })
    assert.match(await client.reply(), /^220 (\S+) Acme Mail\/fsigk_smtp\/[0-9.]+\/\1$/)
    assert.match(await client.say('TEST'), /^500 Unknown Command: "TEST" \(Acme Mail\/fsigk_smtp\/[^/]+\/[^/]+\)$/)
    await gateway.set({ 'common.product_name': 'fsigk' })
  })

  test('421 server open error when it is not reached, with the connection error, which is logged [SMTP-23, SMTP-04]', async () => {
    const gone = await startScriptedMailServer()
    await gone[Symbol.asyncDispose]()
    await gateway.set({ 'smtp.parent_server_port': gone.port })
    const at = `${server.host}:${gone.port}`
    const message = `CONNECT(${at})/connect: Connection refused`
    assert.match(
      await greeting(),
      new RegExp(`^421 server open error${exactly(`(${at}) errmsg=[${message}]`)} \\(fsigk/`),
    )
    const line = await gateway.line('smtp', 'access', 'Connection%20refused')
    assert.equal(parseLogLine(line).error, message)
    assert.match(line, /TCP_MISS\/500 /)
    await gateway.set({ 'smtp.parent_server_port': server.port, 'smtp.parent_server_host': '' })
    assert.match(
      await greeting(),
      /^421 server open error\(:\d+\) errmsg=\[smtp\.parent_server_host names no server\] /,
    )
    await gateway.set({ 'smtp.parent_server_host': server.host })
  })

  test('421 Cannot get correct greeting for every greeting but 220 [SMTP-23, SMTP-04]', async () => {
    const cases = [
      ['554 go away', '554'],
      ['421-busy\r\n421 later', '421'],
      ['250 ok', '250'],
      ['hello', '000'],
      ['', '000'],
    ] as const
    for (const [says, code] of cases) {
      server.follow({ replies: { GREETING: says } })
      const words = `421 Cannot get correct greeting message from mail server (${where}). return code=${code}`
      assert.match(await greeting(), new RegExp(`^${exactly(words)} \\(fsigk/`), says)
    }
    const line = await gateway.line('smtp', 'access', 'return%20code%3D554')
    assert.match(parseLogLine(line).error, /^PROXY\/421 Cannot get correct greeting message from mail server /)
    server.follow({ replies: { GREETING: '220-mx\r\n220-of\r\n220 several lines' } })
    using client = await SmtpClient.to(gateway.smtp)
    assert.equal(await client.say('NOOP'), '250 ok')
  })

  test('421 (COMMAND) disconnected when the server leaves instead of a reply [SMTP-04]', async () => {
    for (const command of ['HELO me', 'EHLO me', 'MAIL FROM:<a@b>', 'NOOP', 'RSET', 'VRFY x']) {
      const verb = command.split(' ')[0] ?? ''
      server.follow({ replies: { [verb]: '' } })
      using client = await SmtpClient.to(gateway.smtp)
      const words = `421 (${verb}) disconnected from (${where})`
      assert.match(await client.say(command), new RegExp(`^${exactly(words)} \\(fsigk/`))
      assert.equal(await client.rest(), '')
    }
    assert.match(await gateway.line('smtp', 'access', '(MAIL)%20disconnected'), /TCP_MISS\/500 /)
  })

  test('500 disconnected from server(AUTH). when it leaves during authentication [SMTP-04]', async () => {
    server.follow({ replies: { AUTH: '' } })
    using client = await SmtpClient.to(gateway.smtp)
    assert.match(await client.say('AUTH PLAIN AGEAYg=='), /^500 disconnected from server\(AUTH\)\. \(fsigk\//)
    assert.equal(await client.rest(), '')
  })

  test('a server that leaves while the client is silent: the client hears 421 at once [SMTP-04]', async () => {
    for (const messages of [0, 1]) {
      using client = await SmtpClient.to(gateway.smtp)
      await client.say('EHLO me')
      for (let at = 0; at < messages; at++) {
        await client.say('MAIL FROM:<a@b>', 'RCPT TO:<c@d>', 'DATA')
        assert.equal(await client.say('Subject: x\r\n\r\nhello\r\n.'), '250 kept')
      }
      server.hangUp()
      assert.match(await client.reply(), new RegExp(`^421 ${exactly(`disconnected from (${where})`)} \\(fsigk/`))
      assert.equal(await client.rest(), '')
    }
  })

  test('a server that closes with words of its own is quoted to the client, in its turn and out of it', async () => {
    using waiting = await SmtpClient.to(gateway.smtp)
    await waiting.say('EHLO me')
    server.interject('421 4.4.2 mx.test Error: timeout exceeded\r\n')
    server.hangUp()
    assert.equal(await waiting.reply(), '421 4.4.2 mx.test Error: timeout exceeded')
    assert.equal(await waiting.rest(), '')

    server.follow({ replies: { MAIL: '421 4.3.2 closing' } })
    using asking = await SmtpClient.to(gateway.smtp)
    assert.equal(await asking.say('EHLO me', 'MAIL FROM:<a@b>'), '421 4.3.2 closing')
    assert.equal(await asking.rest(), '')
  })

  test('what a server says out of turn is never taken for the reply to a command', async () => {
    using client = await SmtpClient.to(gateway.smtp)
    await client.say('EHLO me')
    server.follow({ replies: { NOOP: '250 ok\r\n250 for MAIL, unseen' } })
    assert.equal(await client.say('NOOP'), '250 ok')
    server.follow({ replies: { MAIL: '550 never' } })
    assert.match(await client.say('MAIL FROM:<a@b>'), /^421 .*unexpected reply from/)
    assert.equal(await client.rest(), '')
  })

  test('a reply that is none ends the session with 421', async () => {
    for (const says of ['ok', '250-a\r\n251 b', '99 x', '250 a\rb', '354 go on', '334 ']) {
      server.follow({ replies: { NOOP: says } })
      using client = await SmtpClient.to(gateway.smtp)
      const words = `421 (NOOP) illegal reply from (${where})`
      assert.match(await client.say('NOOP'), new RegExp(`^${exactly(words)} \\(fsigk/`), says)
      assert.equal(await client.rest(), '')
    }
  })

  test('a server that asks for a message before DATA, or for anything outside of AUTH, is told nothing that it would take for it', async () => {
    for (const [verb, says] of [
      ['MAIL', '354 go on'],
      ['RCPT', '354 go on'],
      ['RSET', '354 go on'],
      ['MAIL', '334 aGk='],
    ] as const) {
      server.follow({ replies: { [verb]: says } })
      using client = await SmtpClient.to(gateway.smtp)
      client.raw.send('EHLO me\r\nRSET\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n')
      assert.match(await client.rest(), new RegExp(`\r\n421 \\(${verb}\\) illegal reply from [^\r]+\r\n$`), verb)
      assert.equal(server.heard.at(-1)?.slice(0, 4), verb)
    }
    server.follow({ replies: { AUTH: '354 go on' } })
    using client = await SmtpClient.to(gateway.smtp)
    assert.match(await client.say('AUTH PLAIN AGEAYg=='), /^500 disconnected from server\(AUTH\)\./)
    server.follow({})
  })

  test('when the service drains, a client with nothing under way hears 421, one in a transaction ends it first', async () => {
    await using draining = await startSmtpGateway(server)
    using idle = await SmtpClient.to(draining.smtp)
    await idle.say('EHLO me')
    using busy = await SmtpClient.to(draining.smtp)
    await busy.say('EHLO me', 'MAIL FROM:<a@b>', 'RCPT TO:<c@d>')
    const stopped = draining.stop()
    assert.match(await idle.reply(), /^421 Service not available \(fsigk\//)
    assert.equal(await idle.rest(), '')
    assert.match(await busy.say('DATA'), /^354 /)
    assert.equal(await busy.say('Subject: x\r\n\r\nhello\r\n.'), '250 kept')
    assert.match(await busy.reply(), /^421 Service not available /)
    await stopped
  })
})
