/** Lines of access.log (guide 9.1.1): one for each transaction, one for a session without any. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parseLogLine, until } from '@fsigk/testing'
import { EICAR } from '../../peers/samples.js'
import { startBetween } from './between.js'
import { SmtpClient } from './smtp-client.js'

const { server, gateway } = await startBetween({ settings: { 'smtp.action': 'deny' } })

describe('access.log of SMTP', () => {
  /** The lines that one session leaves. */
  async function linesOf(talk: (client: SmtpClient) => Promise<unknown>): Promise<readonly string[]> {
    const before = (await gateway.log('smtp', 'access')).length
    const sessions = async () => (await gateway.status()).services.find(({ name }) => name === 'smtp')?.connections
    {
      using client = await SmtpClient.to(gateway.smtp)
      await client.say('EHLO me')
      await talk(client)
    }
    await until('the session ends', async () => (await sessions()) === 0)
    return (await gateway.log('smtp', 'access')).slice(before).split('\n').filter(Boolean)
  }

  const message = 'Message-ID: <id-1@b.example>\r\nSubject: x\r\n\r\nhello\r\n.'

  test('a message has its recipients, sender, Message-ID and server, and 200 [LOG-01, SMTP-01]', async () => {
    const [line = '', ...more] = await linesOf(async (client) => {
      await client.say('MAIL FROM:<a@b.example>', 'RCPT TO:<c@d.example>', 'RCPT TO:<e@f.example>', 'DATA')
      assert.equal(await client.say(message), '250 kept')
      await client.say('QUIT')
    })
    assert.deepEqual(more, [])
    assert.match(
      line,
      /^\d+\.\d{3} +\d+ 127\.0\.0\.1 TCP_MISS\/200 \d+ GET mail:c@d\.example,e@f\.example - DIRECT\/127\.0\.0\.1 \S+ DETECT-STAT:CLEAN:::: ACTION:NONE: PROXY-STAT:smtp:0:\d+:127\.0\.0\.1:1:1:\d+:: PROTOCOL-STAT:a%40b\.example:%3Cid-1%40b\.example%3E: PROXY-ERROR:: FSIGK:/,
    )
  })

  test('each message of a session has its own line, numbered [LOG-01]', async () => {
    const lines = await linesOf(async (client) => {
      for (const name of ['one', 'two']) {
        await client.say('MAIL FROM:<>', `RCPT TO:<${name}@d.example>`, 'DATA')
        await client.say(message)
      }
    })
    assert.equal(lines.length, 2)
    assert.match(lines[0] ?? '', /mail:one@d\.example .*PROXY-STAT:smtp:0:\d+:127\.0\.0\.1:1:1:.*PROTOCOL-STAT::/)
    assert.match(lines[1] ?? '', /mail:two@d\.example .*PROXY-STAT:smtp:0:\d+:127\.0\.0\.1:2:1:/)
  })

  test('a session without a transaction has one line, with 000 [LOG-01]', async () => {
    const [line = '', ...more] = await linesOf((client) => client.say('NOOP', 'TEST', 'QUIT'))
    assert.deepEqual(more, [])
    assert.match(line, /TCP_MISS\/000 0 GET mail: - DIRECT\/127\.0\.0\.1 - .*PROTOCOL-STAT::: PROXY-ERROR:: /)
  })

  test('a transaction that was given up has its line, with 000, and is not counted twice [LOG-01]', async () => {
    for (const end of ['RSET', 'EHLO again', 'QUIT', '']) {
      const [line = '', ...more] = await linesOf(async (client) => {
        await client.say('MAIL FROM:<a@b.example>', 'RCPT TO:<c@d.example>')
        if (end !== '') await client.say(end)
      })
      assert.deepEqual(more, [], end)
      assert.match(line, /TCP_MISS\/000 0 GET mail:c@d\.example .*PROTOCOL-STAT:a%40b\.example:: PROXY-ERROR:: /)
    }
  })

  test('replies by which the server refuses MAIL and RCPT are told, and the message to the others all the same [LOG-01]', async () => {
    server.follow({ replies: { MAIL: '451-4.7.1 come\r\n451 4.7.1 later' } })
    const [refused = '', ...none] = await linesOf((client) => client.say('MAIL FROM:<a@b.example>', 'QUIT'))
    assert.deepEqual(none, [])
    assert.match(refused, /TCP_MISS\/500 0 GET mail: /)
    assert.equal(parseLogLine(refused).error, 'SERVER/ERROR Reply(MAIL): buf=[451 4.7.1 come 4.7.1 later]')

    server.follow({ refuse: 'nobody' })
    const nobody = await linesOf((client) =>
      client.say('MAIL FROM:<a@b.example>', 'RCPT TO:<nobody@d.example>', 'QUIT'),
    )
    assert.equal(nobody.length, 1)
    assert.match(nobody[0] ?? '', /TCP_MISS\/500 0 GET mail:nobody@d\.example /)
    assert.equal(parseLogLine(nobody[0] ?? '').error, 'SERVER/ERROR Reply(RCPT): buf=[550 not here]')

    const some = await linesOf(async (client) => {
      await client.say('MAIL FROM:<a@b.example>', 'RCPT TO:<c@d.example>', 'RCPT TO:<nobody@d.example>', 'DATA')
      await client.say(message)
    })
    assert.equal(some.length, 1)
    assert.match(some[0] ?? '', /TCP_MISS\/200 \d+ GET mail:c@d\.example /)
    assert.equal(parseLogLine(some[0] ?? '').error, 'SERVER/ERROR Reply(RCPT): buf=[550 not here]')
  })

  test('an infected message is in access.log and detect.log [LOG-01]', async () => {
    const [line = ''] = await linesOf(async (client) => {
      await client.say('MAIL FROM:<a@b.example>', 'RCPT TO:<c@d.example>', 'DATA')
      assert.match(await client.say(`Message-ID: <bad@b>\r\n\r\n${EICAR}\r\n.`), /^554 Infected by /)
    })
    assert.match(
      line,
      /TCP_MISS\/\d+ .* mail:c@d\.example .* DETECT-STAT:INFECTED:[^:]+:.* ACTION:DENY: .*%3Cbad%40b%3E/,
    )
    assert.ok((await gateway.log('smtp', 'detect')).includes(line))
  })

  test('what clients say cannot forge a line [LOG-01]', async () => {
    const [line = '', ...more] = await linesOf(async (client) => {
      await client.say('MAIL FROM:<"a b: PROXY-ERROR:x"@b.example>', 'RCPT TO:<"c, d"@d.example>', 'RSET')
    })
    assert.deepEqual(more, [])
    assert.match(line, /PROTOCOL-STAT:%22a%20b%3A%20PROXY-ERROR%3Ax%22%40b\.example:: PROXY-ERROR:: /)
    assert.match(line, / GET mail:\S+ - DIRECT/)
  })

  test('what the server refuses is in info.log, and an odd reply to AUTH in error.log [LOG-03, LOG-04]', async () => {
    const cases = [
      ['MAIL FROM:<a@b>', 'MAIL', '550 5.7.1 not you'],
      ['RCPT TO:<c@d>', 'RCPT', '550 5.1.1 not here'],
      ['AUTH PLAIN AGEAYg==', 'AUTH', '535 5.7.8 no'],
      ['QUIT', 'QUIT', '500 stay'],
    ] as const
    for (const [line, verb, reply] of cases) {
      server.follow({ replies: { [verb]: reply } })
      using client = await SmtpClient.to(gateway.smtp)
      if (verb === 'RCPT') await client.say('MAIL FROM:<a@b>')
      assert.equal(await client.say(line), reply)
      await gateway.line('smtp', 'info', `] ERROR Reply(${verb}): buf=[${reply}] [r`)
    }
    assert.equal(await gateway.log('smtp', 'error'), '')
    server.follow({ replies: { AUTH: '454 4.7.0 later' } })
    using client = await SmtpClient.to(gateway.smtp)
    assert.equal(await client.say('AUTH PLAIN AGEAYg=='), '454 4.7.0 later')
    await gateway.line('smtp', 'error', '] ###ERROR### smtp_data_cmd_itr:AUTH buf=[454 4.7.0 later] [r')
  })
})
