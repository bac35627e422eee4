/** What hosts of the LAN meet in place of the section's own settings (guide 7.1.1.2), at addresses of 127.0.0.0/8. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { parseLogLine } from '@fsigk/testing'
import { EICAR } from '../../peers/samples.js'
import { type ScriptedMailServer, startScriptedMailServer } from '../../peers/scripted-mail-server.js'
import { SmtpClient } from './smtp-client.js'
import { type SmtpGateway, startSmtpGateway } from './smtp-gateway.js'

const LAN = '127.0.5.9'
const OUTSIDE = '127.0.0.8'

describe('LAN settings', () => {
  const resources = new AsyncDisposableStack()
  let outer: ScriptedMailServer
  let inner: ScriptedMailServer
  let gateway: SmtpGateway

  before(async () => {
    outer = resources.use(await startScriptedMailServer({ replies: { EHLO: '250 outer' } }))
    inner = resources.use(await startScriptedMailServer({ replies: { EHLO: '250 inner' } }))
    gateway = resources.use(
      await startSmtpGateway(outer, {
        settings: {
          'smtp.lan': true,
          'access.smtp_lan': '127.0.5. 127.0.6.1',
          'smtp.lan_parent_server': true,
          'smtp.lan_parent_server_host': inner.host,
          'smtp.lan_parent_server_port': inner.port,
          'smtp.action': 'deny',
          'smtp.lan_action': 'blackhole',
        },
      }),
    )
  })
  after(() => resources.disposeAsync())

  /** The reply to a message from this address. */
  async function send(localAddress: string, message: string): Promise<string> {
    using client = await SmtpClient.to(gateway.smtp, { localAddress })
    await client.say('EHLO me', 'MAIL FROM:<a@b.example>', 'RCPT TO:<c@d.example>', 'DATA')
    return await client.say(`${message}\r\n.`)
  }

  async function serverOf(localAddress: string): Promise<string> {
    using client = await SmtpClient.to(gateway.smtp, { localAddress })
    return await client.say('EHLO me')
  }

  test('send mail of its hosts to a parent server of their own, when that is on [SMTP-18]', async () => {
    assert.equal(await serverOf(LAN), '250 inner')
    assert.equal(await serverOf('127.0.6.1'), '250 inner')
    assert.equal(await serverOf('127.0.6.2'), '250 outer')
    assert.equal(await serverOf(OUTSIDE), '250 outer')
    const inner = await gateway.cli('config', 'get', 'smtp.lan_parent_server_host')
    await gateway.set({ 'smtp.lan_parent_server_host': '' })
    using refused = await SmtpClient.to(gateway.smtp, { localAddress: LAN, greeted: false })
    assert.match(await refused.reply(), /^421 .* errmsg=\[smtp\.lan_parent_server_host names no server\]/)
    await gateway.set({ 'smtp.lan_parent_server_host': inner.stdout.trim() })
    await gateway.set({ 'smtp.lan_parent_server': false })
    assert.equal(await serverOf(LAN), '250 outer')
    await gateway.set({ 'smtp.lan_parent_server': true, 'smtp.lan': false })
    assert.equal(await serverOf(LAN), '250 outer')
    await gateway.set({ 'smtp.lan': true })
  })

  test('say what becomes of infected mail of its hosts, in place of `action` [SMTP-18]', async () => {
    const infected = `Subject: x\r\n\r\n${EICAR}\r\n`
    assert.match(await send(OUTSIDE, infected), /^554 Infected by /)
    assert.match(await send(LAN, infected), /^250 Message accepted for delivery /)
    await gateway.set({ 'smtp.action': 'blackhole', 'smtp.lan_action': 'deny' })
    assert.match(await send(OUTSIDE, infected), /^250 Message accepted for delivery /)
    assert.match(await send(LAN, infected), /^554 Infected by /)
    assert.deepEqual([...outer.messages, ...inner.messages], [])
  })

  test('say whether infected mail of its hosts is kept, in place of `quarantine` [SMTP-18]', async () => {
    const kept = async (localAddress: string, id: string) => {
      await send(localAddress, `Message-ID: <${id}>\r\nSubject: x\r\n\r\n${EICAR}\r\n`)
      return parseLogLine(await gateway.line('smtp', 'access', id)).detection.quarantined !== ''
    }
    await gateway.set({ 'smtp.quarantine': true, 'smtp.lan_quarantine': false })
    assert.deepEqual([await kept(OUTSIDE, 'one'), await kept(LAN, 'two')], [true, false])
    await gateway.set({ 'smtp.quarantine': false, 'smtp.lan_quarantine': true })
    assert.deepEqual([await kept(OUTSIDE, 'three'), await kept(LAN, 'four')], [false, true])
  })
})
