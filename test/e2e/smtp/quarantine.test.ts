/** Detected mail in the quarantine directory (guide 7.1.1.2, 7.1.1.5), read there by tools for mailboxes. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { parseLogLine } from '@fsigk/testing'
import { EICAR } from '../../peers/samples.js'
import { startScriptedMailServer } from '../../peers/scripted-mail-server.js'
import { type SentMail, sendMail } from './send-mail.js'
import { SmtpClient } from './smtp-client.js'
import { type SmtpGateway, startSmtpGateway } from './smtp-gateway.js'

const HEAD = `Message-Id: <1@example.org>\r\nSubject: first\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n`
const MESSAGE = `${HEAD}--b\r\n\r\nFrom here on\r\n>From there\r\n.\r\n--b\r\nContent-Type: application/octet-stream\r\n\r\n${EICAR}\r\n--b--\r\n`

/** What Python's mailbox finds in a file. */
function readByPython(path: string): readonly (readonly [from: string, id: string, text: string])[] {
  const script = [
    'import json, mailbox, sys',
    'box = mailbox.mbox(sys.argv[1], create=False)',
    'print(json.dumps([[m.get_from(), m["Message-Id"], m.as_bytes().decode("latin1")] for m in box]))',
  ].join('\n')
  return JSON.parse(execFileSync('/usr/bin/python3', ['-c', script, path], { encoding: 'utf8' }))
}

async function send(gateway: SmtpGateway, mail: SentMail = {}): Promise<string> {
  using client = await SmtpClient.to(gateway.smtp)
  await client.say('EHLO client.test')
  return await sendMail(client, { message: MESSAGE.replaceAll(/^\./gm, '..'), ...mail })
}

describe('quarantine of mail', () => {
  test('a message is kept as it came, in a mailbox of its own that the log names, private, with its facts [SMTP-12]', async () => {
    await using server = await startScriptedMailServer()
    await using gateway = await startSmtpGateway(server, {
      settings: { 'smtp.action': 'deny', 'smtp.quarantine': true },
    })
    assert.match(await send(gateway), /^554 Infected by /)
    const { quarantined } = parseLogLine(await gateway.line('smtp', 'detect', 'mail:')).detection
    const folder = join(gateway.home, 'quarantine')
    assert.deepEqual((await readdir(folder)).sort(), [quarantined, `${quarantined}.json`])
    const path = join(folder, quarantined)
    assert.equal((await stat(path)).mode & 0o777, 0o600)

    const [message = assert.fail(), ...more] = readByPython(path)
    assert.deepEqual(more, [])
    assert.match(message[0], /^sender@example\.org \w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d \d{4}$/)
    assert.equal(message[1], '<1@example.org>')
    const unquoted = message[2].replaceAll(/^>(>*From )/gm, '$1')
    assert.equal(unquoted.trimEnd(), MESSAGE.replaceAll('\r\n', '\n').trimEnd())
    // What formail says of it: one message, which begins as it should.
    const heads = execFileSync('formail', ['-s', 'formail', '-X', 'From ', '-X', 'Message-Id:'], {
      input: await readFile(path),
      encoding: 'utf8',
    })
    assert.match(heads, /^From sender@example\.org .*\nMessage-Id: <1@example\.org>\n$/)

    const facts = JSON.parse(await readFile(`${path}.json`, 'utf8'))
    assert.deepEqual(facts.mail, { mailFrom: 'sender@example.org', rcptTo: ['recipient@example.com'] })
    assert.deepEqual([facts.service, facts.action, facts.complete], ['smtp', 'DENY', true])
  })

  test('mail of the LAN is kept by its own setting, under the null sender too [SMTP-12, SMTP-18]', async () => {
    await using server = await startScriptedMailServer()
    await using gateway = await startSmtpGateway(server, {
      settings: {
        'smtp.action': 'deny',
        'smtp.quarantine': false,
        'smtp.lan': true,
        'access.smtp_lan': '127.0.0.1',
        'smtp.lan_quarantine': true,
      },
    })
    assert.match(await send(gateway, { from: '' }), /^554 Infected by /)
    const [name = ''] = await readdir(join(gateway.home, 'quarantine'))
    assert.match(await readFile(join(gateway.home, 'quarantine', name), 'latin1'), /^From MAILER-DAEMON /)
    await gateway.set({ 'smtp.lan': false })
    await send(gateway)
    assert.equal((await readdir(join(gateway.home, 'quarantine'))).length, 2)
  })
})

describe('a part that is not scanned for its name', () => {
  test('leaves the rest scanned, and is told in the log [SMTP-21]', async () => {
    await using server = await startScriptedMailServer()
    await using gateway = await startSmtpGateway(server, {
      settings: { 'smtp.action': 'deny', 'smtp.pass_ext': true, 'smtp.pass_ext_list': '.txt' },
    })
    const named = (name: string) =>
      MESSAGE.replace('octet-stream', `octet-stream; name=${name}`).replaceAll(/^\./gm, '..')
    assert.equal(await send(gateway, { message: named('a.TXT'), to: ['passed@example.com'] }), '250 kept')
    assert.match(
      await gateway.line('smtp', 'access', 'mail:passed@'),
      /DETECT-STAT:UNSCANNED:.*:PASS_EXT: PROTOCOL-STAT:/,
    )
    assert.doesNotMatch(server.messages.at(-1) ?? '', /X-Virus-Status/)
    assert.match(await send(gateway, { message: named('a.com') }), /^554 Infected by /)
  })
})
