/** From a line of a log back to the settings that decided, and to whoever set them. */
import assert from 'node:assert/strict'
import { userInfo } from 'node:os'
import { describe, test } from 'node:test'
import { scannerThatThrows, startTestGateway, startWebOrigin, type TestGateway } from '@fsigk/testing'
import { curl } from '../../peers/curl.js'
import { EICAR } from '../../peers/samples.js'
import { startScriptedMailServer } from '../../peers/scripted-mail-server.js'
import { sendMail } from '../smtp/send-mail.js'
import { SmtpClient } from '../smtp/smtp-client.js'
import { startSmtpGateway } from '../smtp/smtp-gateway.js'

const me = userInfo().username

async function why(gateway: TestGateway, expected: number, ...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await gateway.cli('config', 'why', ...args)
  assert.equal(code, expected, `why ${args.join(' ')}: ${stdout}${stderr}`)
  return stdout + stderr
}

describe('config why', () => {
  test('a detection is led back to the settings that decided, as of then, and to who set them [CFG-16]', async () => {
    await using gateway = await startTestGateway()
    await using origin = await startWebOrigin({ '/eicar.com': EICAR })
    await gateway.cli('config', 'set', 'http.action=pass', '--comment', 'let them through')
    await curl(gateway, `${origin.url}/eicar.com`)
    const line = await gateway.line('http', 'detect', '/eicar.com')
    const revision = / FSIGK:(\d+):(\w+):$/.exec(line.trimEnd())
    assert.equal(revision?.[1], '3')
    await gateway.cli('config', 'set', 'http.action=delete', '--comment', 'no more')
    const told = await why(gateway, 0, line)
    assert.match(
      told,
      new RegExp(
        `^${revision?.[2]} at \\S+Z, under r3\n {2}http GET http://\\S+/eicar\\.com from 127\\.0\\.0\\.1, answered 200$`,
        'm',
      ),
    )
    assert.match(told, /^ {2}found: EICAR-Test-File \(malware\)$/m)
    assert.match(told, /^ {2}asked: scanner-signatures /m)
    assert.match(told, /^ {2}INFECTED PASS$/m)
    assert.match(told, new RegExp(`^http\\.action +pass +r3 ${me} cli \\S+Z let them through$`, 'm'))
    assert.match(told, /^http\.virus_check +yes +nobody \(default\)$/m)
    assert.match(await why(gateway, 1, revision?.[2] ?? '', '--at', 'r4'), /^Under r4: INFECTED DELETE$/m)
    assert.match(await why(gateway, 0, revision?.[2] ?? '', '--at', '3'), /^Under 3: the same, INFECTED PASS$/m)
    await gateway.cli('config', 'edit', 'http.virus_check=no')
    assert.match(
      await why(gateway, 1, revision?.[2] ?? '', '--at', 'working'),
      /^Under your working copy: UNSCANNED NONE$/m,
    )
  })

  test('a refusal and an error are explained as well, and what cannot be scanned [CFG-16]', async () => {
    await using gateway = await startTestGateway({ plugins: [scannerThatThrows] })
    await using origin = await startWebOrigin({ '/': 'the page' })
    await gateway.cli('config', 'set', `plugins.scanners=${scannerThatThrows.id}`)
    assert.equal((await curl(gateway, `${origin.url}/`)).status, 503)
    const unscanned = await why(gateway, 0, await gateway.line('http', 'access', `${origin.url}/`))
    assert.match(unscanned, /^ {2}not scanned: engine-error$/m)
    assert.match(unscanned, /^http\.fail_open +no +nobody \(default\)$/m)

    await gateway.cli('config', 'set', 'http.acl_to=yes', 'access.http_to=ALL EXCEPT 127.', '--comment', 'not here')
    assert.equal((await curl(gateway, `${origin.url}/denied`)).status, 403)
    const denied = await why(gateway, 0, await gateway.line('http', 'info', 'Access Denied to'))
    assert.match(denied, /^ {2}127\.0\.0\.1:\d+ \(127\.0\.0\.1\) may not be reached$/m)
    assert.match(denied, /^http\.acl_to +yes +r4 .* not here$/m)

    await gateway.cli('config', 'set', 'http.acl_to=no')
    await curl(gateway, 'http://127.0.0.1:1/refused')
    const failed = await why(gateway, 0, await gateway.line('http', 'access', ':1/refused'))
    assert.match(failed, /^ {2}ERROR$/m)
  })

  test('mail of the LAN is led back to the settings of the LAN, and judged by whether it would be of the LAN [CFG-16, SMTP-18]', async () => {
    await using parent = await startScriptedMailServer()
    await using gateway = await startSmtpGateway(parent, {
      settings: {
        'smtp.action': 'blackhole',
        'smtp.lan': true,
        'access.smtp_lan': '127.0.0.1',
        'smtp.lan_action': 'deny',
      },
    })
    using client = await SmtpClient.to(gateway.smtp)
    await client.say('EHLO client.test')
    assert.match(await sendMail(client, { message: `\r\n${EICAR}\r\n` }), /^554 Infected by /)
    const line = await gateway.line('smtp', 'detect', 'mail:')
    const told = await why(gateway, 0, line)
    assert.match(told, /^ {2}smtp GET mail:recipient@example\.com from 127\.0\.0\.1, answered \d+$/m)
    assert.match(told, /^ {2}found: EICAR-Test-File \(malware\)$/m)
    assert.match(told, /^ {2}INFECTED DENY$/m)
    assert.match(told, /^smtp\.lan_action +deny +/m)
    assert.match(told, /^access\.smtp_lan +127\.0\.0\.1 +/m)
    assert.doesNotMatch(told, /^smtp\.action /m)
    const under = async (expected: number, ...wishes: readonly string[]) => {
      await gateway.cli('config', 'edit', ...wishes)
      return await why(gateway, expected, line, '--at', 'working')
    }
    assert.match(await under(0, 'smtp.action=pass'), /the same, INFECTED DENY$/m)
    assert.match(await under(1, 'access.smtp_lan=192.0.2.1'), /^Under your working copy: INFECTED PASS$/m)
  })

  test('a mail that cannot be taken apart to its end tells why [CFG-16]', async () => {
    await using parent = await startScriptedMailServer()
    await using gateway = await startSmtpGateway(parent, { settings: { 'smtp.action': 'deny' } })
    using client = await SmtpClient.to(gateway.smtp)
    await client.say('EHLO client.test')
    const parts = '--b\r\nContent-Type: image/png\r\n\r\nx\r\n'.repeat(1001)
    const message = `Content-Type: multipart/mixed; boundary=b\r\n\r\n${parts}--b--\r\n`
    assert.match(await sendMail(client, { message }), /^554 Infected by \[FSIGK\/POLICY_BLOCK_UNDECODABLE\]/)
    const told = await why(gateway, 0, await gateway.line('smtp', 'detect', 'mail:'))
    assert.match(told, /^ {2}not scanned: undecodable \(more than 1000 parts\)$/m)
  })

  test('what is not known says how long facts are kept [CFG-16]', async () => {
    await using gateway = await startTestGateway()
    assert.match(
      await why(gateway, 2, 'abcdefghij0k'),
      /Nothing is known of 'abcdefghij0k': facts .* are kept for 30 days/,
    )
    assert.match(await why(gateway, 2, 'no', 'line', 'of', 'ours'), /there is no id in it/)
  })
})
