import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { scannerThatFindsNothing, scannerThatTakes, startRawServer, until } from '@fsigk/testing'
import { startMailSink } from '../../peers/mail-sink.js'
import { startScriptedMailServer } from '../../peers/scripted-mail-server.js'
import { beginMail, MAIL } from './send-mail.js'
import { SmtpClient } from './smtp-client.js'
import { type SmtpGateway, startSmtpGateway } from './smtp-gateway.js'

async function client(gateway: SmtpGateway): Promise<SmtpClient> {
  const connected = await SmtpClient.to(gateway.smtp)
  await connected.say('EHLO client.test')
  await beginMail(connected)
  return connected
}

const leaving: readonly { readonly says: string; readonly leave: (client: SmtpClient) => void }[] = [
  { says: 'closes', leave: (client) => void client.raw.socket.destroy() },
  { says: 'closes its half', leave: (client) => void client.raw.socket.end() },
  { says: 'is killed', leave: (client) => void client.raw.socket.resetAndDestroy() },
]

describe('SMTP: a client that leaves', () => {
  for (const { says, leave } of leaving) {
    test(`[SMTP-01] one that ${says} during the scan tries again: nothing is sent on`, async () => {
      await using server = await startScriptedMailServer()
      await using gateway = await startSmtpGateway(server, {
        scanners: [scannerThatTakes(1_500, false)],
        settings: { 'smtp.noop_interval': 1, 'smtp.vsd_scantimeout': 20 },
      })
      using sender = await client(gateway)
      sender.raw.send(`${MAIL}.\r\n`)
      await until('the scan has begun', async () => server.heard.includes('NOOP'))
      leave(sender)
      assert.match(await gateway.line('smtp', 'access', /./), /UNSCANNED.*INCOMPLETE/)
      assert.ok(!server.heard.includes('DATA'))
    })

    test(`[SMTP-01] one that ${says} in the middle of a message that flows on: the server never gets its end`, async () => {
      await using sink = await startMailSink()
      await using gateway = await startSmtpGateway(sink, {
        scanners: [scannerThatFindsNothing],
        settings: { 'smtp.virus_check': false },
      })
      using sender = await client(gateway)
      sender.raw.send(`${MAIL}..\r\n`)
      await until('it flows', async () => (sink.messages[0]?.bytes.length ?? 0) > MAIL.length)
      leave(sender)
      assert.match(await gateway.line('smtp', 'access', /./), /closed%20the%20connection%20before%20the%20end/)
      await until('the server is left', async () => sink.open === 0)
      assert.deepEqual(
        sink.messages.map(({ isWhole }) => isWhole),
        [false],
      )
    })
  }

  test('[SMTP-01] one that leaves while its message is on its way to the server: the server never gets its end', async () => {
    const began = Promise.withResolvers<void>()
    const goOn = Promise.withResolvers<void>()
    const over = Promise.withResolvers<void>()
    let tail = ''
    await using server = await startRawServer(async (socket) => {
      socket.write('220 slow.test\r\n')
      let inData = false
      try {
        for await (const chunk of socket as AsyncIterable<Buffer>) {
          if (inData) {
            began.resolve()
            await goOn.promise
            tail = (tail + chunk.toString('latin1', Math.max(0, chunk.length - 5))).slice(-5)
            if (tail === '\r\n.\r\n') break
            continue
          }
          inData = chunk.toString().includes('DATA\r\n')
          socket.write(inData ? '354 go on\r\n' : '250 ok\r\n')
        }
      } finally {
        over.resolve()
      }
    })
    await using gateway = await startSmtpGateway(server, { scanners: [scannerThatFindsNothing] })
    using sender = await client(gateway)
    // More than sockets hold, so that the server has to be waited for.
    sender.raw.send(`${MAIL}${'a line of a large message\r\n'.repeat(1_500_000)}.\r\n`)
    await began.promise
    sender.raw.socket.destroy()
    await once(sender.raw.socket, 'close')
    goOn.resolve()
    await over.promise
    assert.notEqual(tail, '\r\n.\r\n')
    await gateway.line('smtp', 'access', / TCP_MISS\/500 /)
  })

  test('[SMTP-01] once the server has the end of it, its reply is waited for', async () => {
    await using server = await startScriptedMailServer({ replies: { END: 'silence' } })
    await using gateway = await startSmtpGateway(server, { scanners: [scannerThatFindsNothing] })
    const sender = await client(gateway)
    sender.raw.send(`${MAIL}.\r\n`)
    await until('the server has it', async () => server.messages.length === 1)
    sender.raw.socket.destroy()
    server.interject('250 kept\r\n')
    assert.match(await gateway.line('smtp', 'access', /./), / TCP_MISS\/200 .*CLEAN/)
  })
})

describe('SMTP: the gateway is killed', () => {
  for (const [says, virusCheck] of [
    ['held', true],
    ['flowing', false],
  ] as const) {
    test(`[OPS-04] [SMTP-01] a message that is ${says} is whole with the server, or the client was not told that it is`, async () => {
      await using sink = await startMailSink()
      for (const delayMs of [0, 2, 5, 10, 20, 40]) {
        const before = sink.messages.length
        await using gateway = await startSmtpGateway(sink, {
          scanners: [scannerThatFindsNothing],
          settings: { 'smtp.virus_check': virusCheck },
        })
        using sender = await client(gateway)
        const pieces = Array.from({ length: 20 }, () => 'a line of it\r\n'.repeat(20_000))
        for (const piece of [MAIL, ...pieces, '.\r\n']) sender.raw.send(piece)
        setTimeout(() => gateway.workers('smtp').then(killAll), delayMs)
        const reply = await sender.reply()
        await until('the server is left', async () => sink.open === 0)
        const whole = sink.messages.slice(before).filter(({ isWhole }) => isWhole)
        if (reply.startsWith('250')) assert.equal(whole.length, 1)
        assert.ok(whole.every(({ bytes }) => bytes.length > 20 * 20_000 * 14))
      }
    })
  }

  test('[OPS-04] what it had in the spool is gone when the next worker serves, or the next gateway', async () => {
    await using server = await startScriptedMailServer()
    const scanners = [scannerThatFindsNothing]
    await using gateway = await startSmtpGateway(server, { scanners })
    const spooled = async () => (await readdir(join(gateway.home, 'tmp'))).length
    const begin = async () => {
      const sender = await client(gateway)
      sender.raw.send(`${MAIL}${'a line of it\r\n'.repeat(400_000)}`)
      await until('a part of it is in the spool', async () => (await spooled()) > 0)
      return sender
    }
    using _first = await begin()
    killAll(await gateway.workers('smtp'))
    await until('it is gone', async () => (await spooled()) === 0)
    using _second = await begin()
    const gone = once(gateway.process, 'exit')
    killAll([gateway.process.pid ?? 0, ...(await gateway.workers('smtp'))])
    await gone
    assert.equal(await spooled(), 1)
    await using _again = await startSmtpGateway(server, { home: gateway.home, scanners })
    assert.equal(await spooled(), 0)
  })
})

function killAll(pids: readonly number[]): void {
  for (const pid of pids) process.kill(pid, 'SIGKILL')
}
