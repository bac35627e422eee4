import assert from 'node:assert/strict'
import { once } from 'node:events'
import { describe, test } from 'node:test'
import {
  scannerThatFinds,
  scannerThatFindsNothing,
  scannerThatHangs,
  scannerThatTakes,
  startRawServer,
  until,
} from '@fsigk/testing'
import { startMailSink } from '../../peers/mail-sink.js'
import { startScriptedMailServer } from '../../peers/scripted-mail-server.js'
import { beginMail, MAIL, SENDER, sendMail } from './send-mail.js'
import { SmtpClient } from './smtp-client.js'
import { type SmtpGateway, startSmtpGateway } from './smtp-gateway.js'

async function client(gateway: SmtpGateway): Promise<SmtpClient> {
  const connected = await SmtpClient.to(gateway.smtp)
  await connected.say('EHLO client.test')
  return connected
}

describe('SMTP: a scan that takes long', () => {
  test('[SMTP-01] the server is kept awake, and gets the message', async () => {
    await using server = await startScriptedMailServer()
    await using gateway = await startSmtpGateway(server, {
      scanners: [scannerThatTakes(2_500, false)],
      settings: { 'smtp.noop_interval': 1, 'smtp.vsd_scantimeout': 20 },
    })
    using sender = await client(gateway)
    assert.equal(await sendMail(sender), '250 kept')
    assert.match(server.heard.join(), /,RCPT TO:<recipient@example\.com>,NOOP,NOOP(,NOOP)*,DATA$/)
    assert.equal(server.messages.length, 1)
  })

  test('[SMTP-01] a server that does not know NOOP is awake all the same', async () => {
    await using server = await startScriptedMailServer({ replies: { NOOP: '500 what?' } })
    await using gateway = await startSmtpGateway(server, {
      scanners: [scannerThatTakes(1_500, false)],
      settings: { 'smtp.noop_interval': 1, 'smtp.vsd_scantimeout': 20 },
    })
    using sender = await client(gateway)
    assert.equal(await sendMail(sender), '250 kept')
  })

  test('[SMTP-01] one that is not over in time leads to 451, and the session goes on', async () => {
    await using server = await startScriptedMailServer()
    await using gateway = await startSmtpGateway(server, {
      scanners: [scannerThatHangs],
      settings: { 'smtp.answer_timeout': 1, 'smtp.vsd_scantimeout': 0 },
    })
    using sender = await client(gateway)
    assert.match(await sendMail(sender), /^451 /)
    assert.equal(server.heard.at(-1), 'RSET')
    assert.match(await sendMail(sender), /^451 /)
    assert.deepEqual(server.messages, [])
    assert.match(
      await gateway.line('smtp', 'access', 'not scanned and sent on'.replaceAll(' ', '%20')),
      /UNSCANNED.*INCOMPLETE/,
    )
  })

  for (const [says, scanner] of [
    ['a scan that hangs', scannerThatHangs],
    ['a scan that is over', scannerThatTakes(1_500, false)],
  ] as const) {
    test(`[SMTP-01] a server that leaves NOOP without a reply does not keep the client waiting: ${says}`, {
      timeout: 30_000,
    }, async () => {
      await using server = await startScriptedMailServer({ replies: { NOOP: 'silence' } })
      await using gateway = await startSmtpGateway(server, {
        scanners: [scanner],
        settings: { 'smtp.noop_interval': 1, 'smtp.answer_timeout': 3, 'smtp.vsd_scantimeout': 20 },
      })
      using sender = await client(gateway)
      assert.match(await sendMail(sender), /^451 /)
      assert.equal(await sender.rest(), '', 'closed')
      assert.deepEqual(server.messages, [])
    })
  }

  const ends: readonly { readonly says: string; readonly end: (server: Server) => void }[] = [
    { says: 'hangs up', end: (server) => server.hangUp() },
    { says: 'says that it closes', end: (server) => server.interject('421 4.3.2 closing\r\n') },
    { says: 'says nothing to NOOP', end: (server) => server.follow({ replies: { NOOP: 'silence' } }) },
    { says: 'says 421 to NOOP', end: (server) => server.follow({ replies: { NOOP: '421 bye' } }) },
  ]
  for (const { says, end } of ends) {
    test(`[SMTP-01] a server that ${says} during the scan: the client keeps its message (421)`, async () => {
      await using server = await startScriptedMailServer()
      await using gateway = await startSmtpGateway(server, {
        scanners: [scannerThatHangs],
        settings: { 'smtp.noop_interval': 1, 'smtp.idle_timeout': 2, 'smtp.vsd_scantimeout': 0 },
      })
      using sender = await client(gateway)
      await beginMail(sender)
      sender.raw.send(`${MAIL}.\r\n`)
      await until('the server is asked', async () => server.heard.includes('NOOP'))
      end(server)
      assert.match(await sender.reply(), /^421 /)
      assert.equal(await sender.rest(), '', 'closed')
      assert.deepEqual(server.messages, [])
    })
  }

  test('[SMTP-01] a server that hangs up while the message still comes: 421 at its end', async () => {
    await using server = await startScriptedMailServer()
    await using gateway = await startSmtpGateway(server, { scanners: [scannerThatFindsNothing] })
    using sender = await client(gateway)
    await beginMail(sender)
    sender.raw.send(MAIL)
    server.hangUp()
    sender.raw.send('.\r\n')
    assert.match(await sender.reply(), /^421 /)
  })
})

describe('SMTP: slow peers', () => {
  test('a client that stops in the middle of its message is told so and closed', async () => {
    await using sink = await startMailSink()
    await using gateway = await startSmtpGateway(sink, {
      scanners: [scannerThatFindsNothing],
      settings: { 'smtp.idle_timeout': 1 },
    })
    using sender = await client(gateway)
    await beginMail(sender)
    sender.raw.send(MAIL)
    assert.match(await sender.reply(), /^421 Timeout/)
    assert.equal(await sender.rest(), '')
    assert.deepEqual(sink.messages, [])
  })

  test('a client that is slower than the lowest rate is told so and closed', async () => {
    await using sink = await startMailSink()
    await using gateway = await startSmtpGateway(sink, {
      scanners: [scannerThatFindsNothing],
      settings: { 'smtp.client_min_rate': 1000, 'smtp.min_rate_period': 1 },
    })
    using sender = await client(gateway)
    await beginMail(sender)
    const drip = setInterval(() => sender.raw.send('a\r\n'), 100)
    try {
      assert.match(await sender.reply(), /^421 Timeout/)
    } finally {
      clearInterval(drip)
    }
    assert.deepEqual(sink.messages, [])
  })
})

describe('SMTP: a server that is stuck', () => {
  const limit = { timeout: 30_000 }

  for (const { action, reply } of [
    { action: 'deny', reply: /^554 Infected/ },
    { action: 'blackhole', reply: /^250 / },
  ])
    test(
      `[SMTP-07] [SMTP-08] at RSET: ${action} is told within some seconds, and the server given up`,
      limit,
      async () => {
        await using server = await startScriptedMailServer({ replies: { RSET: 'silence' } })
        await using gateway = await startSmtpGateway(server, {
          scanners: [scannerThatFinds],
          settings: { 'smtp.action': action },
        })
        using sender = await client(gateway)
        assert.match(await sendMail(sender), reply)
        assert.equal(await sender.rest(), '', 'closed')
      },
    )

  for (const { says, scanner, stuckAt } of [
    { says: 'DATA', scanner: scannerThatFindsNothing, stuckAt: 'DATA' },
    { says: 'the recipient of a notice that goes back', scanner: scannerThatFinds, stuckAt: `RCPT TO:<${SENDER}>` },
  ])
    test(`[SMTP-01] [SMTP-10] at ${says}: the client keeps its message, within answer_timeout`, limit, async () => {
      await using server = await startScriptedMailServer()
      await using gateway = await startSmtpGateway(server, {
        scanners: [scanner],
        settings: { 'smtp.action': 'sendback', 'smtp.answer_timeout': 5 },
      })
      using sender = await client(gateway)
      await beginMail(sender)
      server.follow({ replies: { DATA: 'silence', RCPT: 'silence' } })
      sender.raw.send(`${MAIL}.\r\n`)
      assert.match(await sender.reply(), /^421 .*disconnected/)
      assert.equal(server.heard.at(-1), stuckAt)
      assert.deepEqual(server.messages, [])
    })
})

describe('SMTP: a server that takes nothing', () => {
  test('it is given up, and the client keeps its message', async () => {
    await using server = await startRawServer(async (socket) => {
      socket.write('220 stuck.test\r\n')
      for await (const chunk of socket as AsyncIterable<Buffer>) {
        const isData = chunk.toString().startsWith('DATA')
        socket.write(isData ? '354 go on\r\n' : '250 ok\r\n')
        if (isData) break
      }
      await once(process, 'never')
    })
    await using gateway = await startSmtpGateway(server, {
      scanners: [scannerThatFindsNothing],
      settings: { 'smtp.server_min_rate': 1_000_000, 'smtp.min_rate_period': 1 },
    })
    using sender = await client(gateway)
    const reply = await sendMail(sender, { message: `${MAIL}${'a line\r\n'.repeat(4_000_000)}` })
    assert.match(reply, /^421 .*disconnected/)
  })
})

type Server = Awaited<ReturnType<typeof startScriptedMailServer>>
