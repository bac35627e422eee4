/** AUTH between client and server (guide 11.9; RFC 4954). */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parseLogLine } from '@fsigk/testing'
import { startBetween } from './between.js'
import { SmtpClient } from './smtp-client.js'

const SECRET = 'AHdpbGwAc2VjcmV0'

const { server, gateway } = await startBetween()

describe('SMTP AUTH', () => {
  const heardSince = (count: number) => server.heard.slice(count).filter((line) => !line.startsWith('EHLO'))

  test('passes to the server in one line or in several, and its replies to the client [SMTP-02]', async () => {
    server.follow({ replies: { AUTH: '334 VXNlcm5hbWU6', 'D2LSBA==': '334 UGFzc3dvcmQ6', C2VJCMV0: '235 2.7.0 ok' } })
    const before = server.heard.length
    using client = await SmtpClient.to(gateway.smtp)
    assert.equal(await client.say('EHLO me', 'AUTH LOGIN'), '334 VXNlcm5hbWU6')
    assert.equal(await client.say('d2lsbA=='), '334 UGFzc3dvcmQ6')
    assert.equal(await client.say('c2VjcmV0'), '235 2.7.0 ok')
    server.follow({ replies: { AUTH: '235 2.7.0 ok' } })
    assert.equal(await client.say(`auth plain ${SECRET}`), '235 2.7.0 ok')
    assert.deepEqual(heardSince(before), ['AUTH LOGIN', 'd2lsbA==', 'c2VjcmV0', `AUTH plain ${SECRET}`])
    assert.equal(await client.say('MAIL FROM:<a@b>'), '250 ok')
  })

  test('is cancelled by *, which the server hears, and answers to a challenge are never commands [SMTP-02]', async () => {
    server.follow({ replies: { AUTH: '334 ', '*': '501 cancelled', RSET: '535 that is no answer' } })
    using client = await SmtpClient.to(gateway.smtp)
    assert.equal(await client.say('EHLO me', 'AUTH PLAIN', '*'), '501 cancelled')
    assert.equal(await client.say('AUTH PLAIN', 'RSET'), '535 that is no answer')
    assert.equal(await client.say('NOOP'), '250 ok')
  })

  test('is not passed for mechanisms that would hide the mail, offered or not [SMTP-03, SMTP-04]', async () => {
    const before = server.heard.length
    using client = await SmtpClient.to(gateway.smtp)
    await client.say('EHLO me')
    for (const mechanism of ['GSSAPI', 'DIGEST-MD5', 'X-UNHEARD-OF', ''])
      assert.match(await client.say(`AUTH ${mechanism}`), /^504 this mechanism not available \(fsigk\//)
    assert.deepEqual(heardSince(before), [])
  })

  test('keeps to the limit of lines, and of challenges', async () => {
    server.follow({ replies: { AUTH: '334 ', ONCE: '334 ' } })
    using client = await SmtpClient.to(gateway.smtp)
    await client.say('AUTH PLAIN')
    assert.match(await client.say('A'.repeat(9999)), /^500 Too long line /)
    assert.equal(await client.rest(), '')
    using patient = await SmtpClient.to(gateway.smtp)
    await patient.say('AUTH PLAIN')
    for (let step = 1; step < 32; step++) assert.equal(await patient.say('once'), '334')
    assert.match(await patient.say('once'), /^421 Too many errors /)
  })

  test('that fails has a line in the log without what was said [SMTP-02, LOG-01]', async () => {
    server.follow({ replies: { AUTH: `535 5.7.8 wrong` } })
    using client = await SmtpClient.to(gateway.smtp)
    assert.equal(await client.say('EHLO me', `AUTH PLAIN ${SECRET}`), '535 5.7.8 wrong')
    const line = await gateway.line('smtp', 'access', '5.7.8')
    assert.equal(parseLogLine(line).error, 'SERVER/ERROR Reply(AUTH): buf=[535 5.7.8 wrong]')
    assert.match(line, /TCP_MISS\/500 /)
    server.follow({ replies: { AUTH: '235 ok' } })
    await client.say(`AUTH PLAIN ${SECRET}`, 'QUIT')
    for (const name of ['access', 'detect', 'error', 'info'] as const)
      assert.ok(!(await gateway.log('smtp', name)).includes(SECRET))
  })
})
