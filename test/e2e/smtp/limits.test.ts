/** Limits of lines, messages, silence and patience (guide 11.8, 11.9). */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { startRawServer } from '@fsigk/testing'
import { startBetween } from './between.js'
import { SmtpClient } from './smtp-client.js'

const { server, gateway } = await startBetween()

describe('SMTP limits', () => {
  test('a line of 9998 bytes is a command; a longer one is refused and ends the session [SMTP-23]', async () => {
    using client = await SmtpClient.to(gateway.smtp)
    assert.equal(await client.say(`NOOP ${'x'.repeat(9993)}`), '250 ok')
    const before = server.heard.length
    assert.match(await client.say(`NOOP ${'x'.repeat(9994)}`), /^500 Too long line \(fsigk\//)
    assert.equal(await client.rest(), '')
    assert.equal(server.heard.length, before)
    using endless = await SmtpClient.to(gateway.smtp)
    endless.raw.send('x'.repeat(200_000))
    assert.match(await endless.reply(), /^500 Too long line /)
    assert.equal(await endless.rest(), '')
    assert.match(
      await gateway.line('smtp', 'access', 'Too%20long%20line'),
      /TCP_MISS\/500 .*PROXY%2F500%20Too%20long%20line: /,
    )
  })

  test('CR, LF and NUL by themselves in a command are refused and end the session, or normalised [SMTP-26]', async () => {
    for (const line of ['NOOP\nRSET\r\n', 'NOOP\rRSET\r\n', 'NO\0OP\r\n']) {
      const before = server.heard.length
      using client = await SmtpClient.to(gateway.smtp)
      client.raw.send(line)
      assert.match(await client.reply(), /^500 Illegal line end /)
      assert.equal(await client.rest(), '')
      assert.equal(server.heard.length, before)
    }
    await gateway.set({ 'smtp.bare_line_ends': 'normalise' })
    using client = await SmtpClient.to(gateway.smtp)
    const before = server.heard.length
    client.raw.send('NOOP a\nNOOP b\rNO\0OP c\r\r\nQUIT\r\n')
    await client.rest()
    assert.deepEqual(server.heard.slice(before), ['NOOP a', 'NOOP b', 'NOOP c', 'QUIT'])
    await gateway.set({ 'smtp.bare_line_ends': 'refuse' })
  })

  test('a message that is declared too long is refused at MAIL, and begins nothing [SMTP-23]', async () => {
    await gateway.set({ 'smtp.block_messagesize': true, 'smtp.block_messagesize_len': 5000 })
    using client = await SmtpClient.to(gateway.smtp)
    assert.match(await client.say('EHLO me', 'MAIL FROM:<a@b> SIZE=5001'), /^552 Too long message \(fsigk\//)
    assert.match(await client.say('MAIL FROM:<a@b> size=1 SIZE=99999999999999999999'), /^552 Too long message /)
    assert.match(await client.say('RCPT TO:<c@d>'), /^503 /)
    assert.equal(await client.say('MAIL FROM:<a@b> SIZE=5000'), '250 ok')
    await gateway.set({ 'smtp.block_messagesize': false })
    using other = await SmtpClient.to(gateway.smtp)
    assert.equal(await other.say('MAIL FROM:<a@b> SIZE=2000000000', 'RSET'), '250 ok')
    assert.match(await other.say('MAIL FROM:<a@b> SIZE=2000000001'), /^552 Too long message /)
  })

  test('recipients of one message are limited to 1000, and those before are kept', async () => {
    using client = await SmtpClient.to(gateway.smtp)
    client.raw.send(
      `EHLO me\r\nMAIL FROM:<a@b>\r\n${Array.from({ length: 1001 }, (_, at) => `RCPT TO:<r${at}@d>\r\n`).join('')}`,
    )
    for (let at = 0; at < 1002; at++) assert.match(await client.reply(), /^250 /)
    assert.match(await client.reply(), /^452 Too many recipients /)
    assert.match(await client.say('DATA'), /^354 /)
    assert.equal(await client.say('Subject: x\r\n\r\nhello\r\n.'), '250 kept')
  })

  test('a hundred commands that are none are answered, and no more', async () => {
    using client = await SmtpClient.to(gateway.smtp)
    client.raw.send('NONSENSE\r\n'.repeat(101))
    const heard = (await client.rest()).split('\r\n').filter(Boolean)
    assert.equal(heard.length, 101)
    assert.match(heard[99] ?? '', /^500 Unknown Command/)
    assert.match(heard[100] ?? '', /^421 Too many errors /)
  })

  test('a client that says nothing, or a command too slowly, is told 421 after idle_timeout', async () => {
    await gateway.set({ 'smtp.idle_timeout': 1 })
    using silent = await SmtpClient.to(gateway.smtp)
    using slow = await SmtpClient.to(gateway.smtp)
    const drip = setInterval(() => slow.raw.send('x'), 300)
    try {
      for (const client of [silent, slow]) {
        assert.match(await client.reply(), /^421 Timeout \(fsigk\//)
        assert.equal(await client.rest(), '')
      }
    } finally {
      clearInterval(drip)
      await gateway.set({ 'smtp.idle_timeout': 300 })
    }
  })

  test('a server that says nothing is given up after idle_timeout, at the greeting and later [SMTP-23]', async () => {
    await gateway.set({ 'smtp.idle_timeout': 1 })
    const where = `${server.host}:${server.port}`
    server.follow({ replies: { MAIL: 'silence' } })
    using client = await SmtpClient.to(gateway.smtp)
    assert.ok((await client.say('EHLO me', 'MAIL FROM:<a@b>')).startsWith(`421 (MAIL) no response from (${where}) (`))
    assert.equal(await client.rest(), '')
    server.follow({ replies: { GREETING: 'silence' } })
    using other = await SmtpClient.to(gateway.smtp, { greeted: false })
    const words = `421 Cannot get correct greeting message from mail server (${where}). return code=000 (`
    assert.ok((await other.reply()).startsWith(words))
    await gateway.set({ 'smtp.idle_timeout': 300 })
  })

  test('a server whose reply has no end is given up, and costs no memory', async () => {
    await using flood = await startRawServer(async (socket) => {
      socket.write('220 mx\r\n')
      for await (const chunk of socket) if (String(chunk).length > 0) socket.write('250-more\r\n'.repeat(20_000))
    })
    await gateway.set({ 'smtp.parent_server_port': flood.port })
    using client = await SmtpClient.to(gateway.smtp)
    assert.match(await client.say('EHLO me'), /^421 \(EHLO\) illegal reply from \(127\.0\.0\.1:\d+\) /)
    assert.equal(await client.rest(), '')
    await gateway.set({ 'smtp.parent_server_port': server.port })
  })
})
