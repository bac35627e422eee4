/** What the settings refuse in a mail, or leave unscanned of it (guide 7.1.1.2, 11.14), by mails that go through the proxy. */
import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { parseLogLine, scannerThatHangs, temporaryFolder } from '@fsigk/testing'
import { blockedMails, blocksNothing, inSection } from '../../peers/blocked-mails.js'
import { EICAR } from '../../peers/samples.js'
import { startScriptedMailServer } from '../../peers/scripted-mail-server.js'
import { startBetween } from './between.js'
import { MAIL, sendMail } from './send-mail.js'
import { SmtpClient } from './smtp-client.js'
import { type SmtpGateway, startSmtpGateway } from './smtp-gateway.js'

/** The reply to a message, sent in a session of its own. */
async function send(gateway: SmtpGateway, message: string, to = 'recipient@example.com'): Promise<string> {
  using client = await SmtpClient.to(gateway.smtp)
  await client.say('EHLO client.test')
  return await sendMail(client, { message: message.replaceAll(/^\./gm, '..'), to: [to] })
}

const { gateway } = await startBetween({
  settings: { 'smtp.action': 'deny', ...inSection('smtp', blocksNothing) },
})

describe('SMTP: what settings refuse in a mail', () => {
  for (const { says, settings, threat, mail } of blockedMails) {
    const row = threat.includes('/POLICY_FORMAT_') ? '[SMTP-24]' : '[SMTP-20]'
    test(`${says}: ${threat} where its switch is on, and mail is scanned ${row}`, async () => {
      assert.equal(await send(gateway, mail), '250 kept')
      await gateway.set(inSection('smtp', settings))
      assert.ok((await send(gateway, mail)).startsWith(`554 Infected by [${threat}] (`))
      assert.equal(await send(gateway, MAIL), '250 kept', 'a mail of text alone')
      await gateway.set({ 'smtp.action': 'blackhole' })
      assert.match(await send(gateway, mail), /^250 Message accepted/, 'it meets the action as a virus does')
      await gateway.set({ 'smtp.action': 'deny', 'smtp.virus_check': false })
      assert.equal(await send(gateway, mail), '250 kept')
      await gateway.set({ ...inSection('smtp', blocksNothing), 'smtp.virus_check': true })
    })
  }
})

describe('SMTP: what settings leave out of the scan', () => {
  const html = (body: string) => `Subject: x\r\nContent-Type: text/html\r\n\r\n${body}\r\n`

  test('virus_check_text=no: the text of a mail, but neither attached text nor a file that stands encoded in it [SMTP-21]', async () => {
    await using server = await startScriptedMailServer()
    await using gateway = await startSmtpGateway(server, { settings: { 'smtp.action': 'deny' } })
    const text = `Subject: x\r\n\r\n${EICAR}\r\n`
    const attached = `Subject: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; name=a.txt\r\n\r\n${EICAR}\r\n--b--\r\n`
    const encoded = `Subject: x\r\n\r\nbegin 644 a\r\n${uuencoded(EICAR)}\`\r\nend\r\n`
    for (const mail of [text, attached, encoded]) assert.match(await send(gateway, mail), /^554 Infected by /, mail)
    await gateway.set({ 'smtp.virus_check_text': false })
    assert.equal(await send(gateway, text), '250 kept')
    for (const mail of [attached, encoded]) assert.match(await send(gateway, mail), /^554 Infected by /, mail)
  })

  test('virus_check_wholehtml=no: of a page, what neither runs nor loads anything [SMTP-21]', async () => {
    await using home = await temporaryFolder()
    await mkdir(join(home.path, 'databases/signatures'), { recursive: true })
    await writeFile(join(home.path, 'databases/signatures/site.sig'), 'Site.Mark:literal:"the mark"\n')
    await using server = await startScriptedMailServer()
    await using gateway = await startSmtpGateway(server, { home: home.path, settings: { 'smtp.action': 'deny' } })
    const shown = html('<p>the mark</p>')
    const runs = html('<script>"the mark"</script>')
    for (const mail of [shown, runs]) assert.match(await send(gateway, mail), /^554 Infected by \[Site\.Mark\]/, mail)
    await gateway.set({ 'smtp.virus_check_wholehtml': false })
    assert.equal(await send(gateway, shown), '250 kept')
    assert.match(await send(gateway, runs), /^554 Infected by \[Site\.Mark\]/)
  })

  test('vsd_scantimeout: what takes longer to scan is refused, or passes unmarked as block_scantimeout says [SMTP-21]', async () => {
    await using server = await startScriptedMailServer()
    await using gateway = await startSmtpGateway(server, {
      scanners: [scannerThatHangs],
      settings: { 'smtp.action': 'deny', 'smtp.vsd_scantimeout': 1 },
    })
    assert.match(await send(gateway, MAIL), /^554 Infected by \[FSIGK\/POLICY_BLOCK_SCANTIMEOUT\]/)
    await gateway.set({ 'smtp.block_scantimeout': false })
    assert.equal(await send(gateway, MAIL, 'passed@example.com'), '250 kept')
    assert.doesNotMatch(server.messages[0] ?? '', /X-Virus-Status/)
    const { detection, proxy } = parseLogLine(await gateway.line('smtp', 'access', 'mail:passed@'))
    assert.deepEqual([detection.result, proxy.details], ['UNSCANNED', ['VSD_SCANTIMEOUT']])
  })
})

/** Lines of at most 45 bytes (POSIX, uuencode). */
function uuencoded(bytes: Buffer): string {
  const symbol = (six: number) => (six === 0 ? '`' : String.fromCharCode(32 + six))
  let lines = ''
  for (let at = 0; at < bytes.length; at += 45) {
    const line = bytes.subarray(at, at + 45)
    lines += symbol(line.length)
    for (let group = 0; group < line.length; group += 3) {
      const [a = 0, b = 0, c = 0] = line.subarray(group, group + 3)
      lines += [a >> 2, ((a & 3) << 4) | (b >> 4), ((b & 15) << 2) | (c >> 6), c & 63].map(symbol).join('')
    }
    lines += '\r\n'
  }
  return lines
}
