/** The guide's messages of error.log and info.log about messages on their way (9.1.3, 9.1.4). */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { scannerThatFinds, scannerThatFindsNothing, scannerThatTakes } from '@fsigk/testing'
import { startScriptedMailServer } from '../../peers/scripted-mail-server.js'
import { RECIPIENT, SENDER, sendMail } from './send-mail.js'
import { SmtpClient } from './smtp-client.js'
import { type SmtpGateway, startSmtpGateway } from './smtp-gateway.js'

async function send(gateway: SmtpGateway): Promise<string> {
  using sender = await SmtpClient.to(gateway.smtp)
  await sender.say('EHLO client.test')
  return await sendMail(sender)
}

describe('SMTP: messages of the logs', () => {
  test('a message that the server has taken, and one that it refuses [LOG-04]', async () => {
    await using server = await startScriptedMailServer()
    await using gateway = await startSmtpGateway(server, { scanners: [scannerThatFindsNothing] })
    await send(gateway)
    assert.match(
      await gateway.line('smtp', 'info', 'From: '),
      new RegExp(
        String.raw`\] From: 127\.0\.0\.1:\d+\(${SENDER}\) To: 127\.0\.0\.1:${server.port}\(${RECIPIENT}\) Message-Id: <1@example\.org> Infected: 0 VirusName:  \[r`,
      ),
    )
    server.follow({ replies: { DATA: '451 later' } })
    await send(gateway)
    await gateway.line('smtp', 'info', `] ERROR Reply(DATA) url=[mail:${RECIPIENT}] buf=[451 later] [r`)
    server.follow({ replies: { END: '552-too\r\n552 big' } })
    await send(gateway)
    await gateway.line('smtp', 'info', `] ERROR Reply(DATAEND): url=[mail:${RECIPIENT}] buf=[552 too big] [r`)
    assert.equal(await gateway.log('smtp', 'error'), '')
  })

  test('a NOOP that is refused, or has no reply [LOG-04]', async () => {
    await using server = await startScriptedMailServer({ replies: { NOOP: '500 what?' } })
    await using gateway = await startSmtpGateway(server, {
      scanners: [scannerThatTakes(1_500, false)],
      settings: { 'smtp.noop_interval': 1, 'smtp.idle_timeout': 1, 'smtp.vsd_scantimeout': 20 },
    })
    await send(gateway)
    await gateway.line('smtp', 'info', '] ERROR Reply(NOOB): buf=[500 what?] [r')
    server.follow({ replies: { NOOP: '' } })
    assert.match(await send(gateway), /^421 /)
    await gateway.line('smtp', 'info', '] ERROR Reply(NOOB): buf=[NULL], error=0(closed) [r')
  })

  test('steps that the server refuses of what is done about a detection [LOG-03]', async () => {
    await using server = await startScriptedMailServer()
    await using gateway = await startSmtpGateway(server, { scanners: [scannerThatFinds] })
    for (const [action, word, step] of [
      ['deny', 'RSET', 'RSET'],
      ['blackhole', 'RSET', 'RSET'],
      ['delete', 'DATA', 'DATA'],
      ['delete', 'END', 'DATA END'],
      ['sendback', 'RSET', 'RSET'],
    ] as const) {
      await gateway.set({ 'smtp.action': action })
      server.follow({ replies: { [word]: `552 ${action} ${word}` } })
      await send(gateway)
      const text = `] ###ERROR### smtp_data_cmd_senddata:${action}:smtp error:[${step}]: buf=[552 ${action} ${word}] [r`
      await gateway.line('smtp', 'error', text)
    }
  })
})
