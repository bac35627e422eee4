import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { startTestGateway, startWebOrigin, until } from '@fsigk/testing'
import { curl } from '../../peers/curl.js'
import { startScriptedMailServer } from '../../peers/scripted-mail-server.js'
import { sendMail } from '../smtp/send-mail.js'
import { SmtpClient } from '../smtp/smtp-client.js'
import { startSmtpGateway } from '../smtp/smtp-gateway.js'
import { obedientScanner, pluginState, structuredLines } from './kit.js'

describe('the breaker of a plugin', () => {
  test('opens after so many failures over all workers, answers at once, and closes by itself when it works again [PLUG-06]', async () => {
    await using origin = await startWebOrigin({ '/hang': 'hang there', '/fine': 'fine' })
    const scanner = obedientScanner('scanner-obedient', 'worker')
    await using gateway = await startTestGateway({
      scanners: [scanner],
      settings: {
        'http.workers': 2,
        'http.vsd_scantimeout': 1,
        'plugins.trip_failures': 4,
        'plugins.trip_window': 30,
        'plugins.trip_retry': 5,
      },
    })
    const waited = await Promise.all(Array.from({ length: 4 }, () => curl(gateway, `${origin.url}/hang`)))
    assert.deepEqual(
      waited.map(({ status }) => status),
      [403, 403, 403, 403],
    )
    await gateway.line('http', 'error', /Plugin 'scanner-obedient' failed 4 times in 30 s/)
    const tripped = await pluginState(gateway, scanner.id)
    assert.equal(tripped?.state, 'tripped')
    assert.match(tripped?.problem ?? '', /did not answer scan\(\)/)
    assert.equal(tripped?.failures, 4)

    // Whoever waited for it in vain would be refused for the time that it took, with 403.
    assert.equal((await curl(gateway, `${origin.url}/hang`)).status, 503)

    // One call at a time is let through after the rest; the first that is answered closes it.
    for (;;) if ((await curl(gateway, `${origin.url}/fine`)).status === 200) break
    await gateway.line('http', 'error', /Plugin 'scanner-obedient' answers again/)
    assert.equal((await pluginState(gateway, scanner.id))?.state, 'running')
    const facts = JSON.parse((await gateway.cli('facts', '--json')).stdout) as {
      type: string
      data: { plugin?: string }
    }[]
    assert.deepEqual(
      facts.filter(({ data }) => data.plugin === scanner.id).map(({ type }) => type),
      ['PluginRecovered', 'PluginTripped'],
    )
    const events = (await structuredLines(gateway.home)).map(({ event }) => event)
    assert.ok(events.includes('plugin tripped') && events.includes('plugin recovered'))
  })

  test('stays closed while most calls succeed, so that one bad content takes the plugin from nobody [PLUG-06]', async () => {
    await using origin = await startWebOrigin({ '/throw': 'throw it', '/fine': 'fine' })
    const scanner = obedientScanner('scanner-obedient', 'worker')
    await using gateway = await startTestGateway({ scanners: [scanner], settings: { 'plugins.trip_failures': 2 } })
    for (let at = 0; at < 6; at += 1) assert.equal((await curl(gateway, `${origin.url}/fine`)).status, 200)
    for (let at = 0; at < 3; at += 1) assert.equal((await curl(gateway, `${origin.url}/throw`)).status, 503)
    assert.equal((await curl(gateway, `${origin.url}/fine`)).status, 200)
    assert.equal((await pluginState(gateway, scanner.id))?.state, 'running')
  })

  test('tried again with a mail of several parts, all of them are looked at, and the mail passes [PLUG-06] [SCAN-09]', async () => {
    await using server = await startScriptedMailServer()
    const scanner = obedientScanner('scanner-obedient', 'worker')
    await using gateway = await startSmtpGateway(server, {
      scanners: [scanner],
      settings: { 'plugins.trip_failures': 1, 'plugins.trip_retry': 1 },
    })
    using sender = await SmtpClient.to(gateway.smtp)
    await sender.say('EHLO client.test')
    const files = (order: string) => {
      const content = Buffer.from(order).toString('base64')
      const part = `--b\r\nContent-Type: application/x-file\r\nContent-Transfer-Encoding: base64\r\n\r\n${content}\r\n`
      return `Subject: files\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n${part.repeat(6)}--b--\r\n`
    }
    // More parts fail than not, whatever else a mail is read as.
    await sendMail(sender, { message: files('throw it') })
    await gateway.line('smtp', 'error', /Plugin 'scanner-obedient' failed/)
    await until('it is tried again', async () =>
      /being tried again/.test((await pluginState(gateway, scanner.id))?.problem ?? ''),
    )
    assert.equal(await sendMail(sender, { message: files('fine') }), '250 kept')
  })
})
