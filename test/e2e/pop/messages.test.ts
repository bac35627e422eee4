import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { parseLogLine, scannerThatFindsNothing, TEST_THREAT, type TestGateway } from '@fsigk/testing'
import { CLEAN_MAIL, INFECTED_MAIL, mailWith } from '../../peers/mails.js'
import { PopClient, sayAll, startPopGateway } from '../../peers/pop-gateway.js'
import { MAILBOX, startPopServer, stuffed } from '../../peers/pop-server.js'
import { EICAR } from '../../peers/samples.js'

const LOGIN = [`USER ${MAILBOX.user}`, `PASS ${MAILBOX.password}`]
const PRODUCT = 'fsigk\\/fsigk_pop\\/[\\w.-]+\\/[^)]+'
const DATE = '\\w{3}, \\d\\d \\w{3} \\d{4} \\d\\d:\\d\\d:\\d\\d \\+0000'

/** A message that is fetched, as the client has it, and the first line of the reply. */
async function fetched(
  gateway: TestGateway,
  number = 1,
): Promise<{ readonly first: string; readonly message: string }> {
  using client = await PopClient.to(gateway)
  for (const command of LOGIN) await client.ask(command)
  const first = await client.ask(`RETR ${number}`)
  const message = first.startsWith('+OK') ? (await client.text()).replace(/^\.\./gm, '.') : ''
  await client.ask('QUIT')
  return { first, message }
}

describe('POP: messages', () => {
  test('what stands in place of an infected message: Received, X-Virus-Status, its Date, To and Cc, the template [POP-04] [POP-06]', async () => {
    await using server = await startPopServer({ messages: [INFECTED_MAIL, CLEAN_MAIL] })
    await using gateway = await startPopGateway(server)
    using client = await PopClient.to(gateway)
    for (const command of LOGIN) await client.ask(command)
    assert.equal(await client.ask('STAT'), `+OK 2 ${INFECTED_MAIL.length + CLEAN_MAIL.length}`)
    assert.equal(await client.ask('LIST 1'), `+OK 1 ${INFECTED_MAIL.length}`)
    const first = await client.ask('RETR 1')
    const message = await client.text()
    assert.equal(first, `+OK ${message.length} octets`)
    assert.match(
      message,
      new RegExp(
        `^Received: from FSIGK: ${DATE}\\r\\nX-Virus-Status: infected\\(${PRODUCT}\\) with \\[[^\\]]*eicar[^\\]]*\\]\\r\\n` +
          'Date: Mon, 07 Oct 2002 12:00:00 \\+0900\\r\\nTo: Ann <ann@example.org>, carol@example.org\\r\\nCc: dave@example.org\\r\\n',
        'i',
      ),
    )
    assert.match(message, /\r\nSubject: Virus detected: .*eicar/i)
    assert.match(message, /\r\nContent-Transfer-Encoding: 7bit\r\n\r\nThe mail gateway found a virus/)
    assert.match(message, /Message-Id: {2}<infected@example\.org>\r\n/)
    assert.ok(!message.includes(EICAR.toString('base64').slice(0, 40)))
    assert.doesNotMatch(message, /[^\r]\n/)
    // The session goes on, and the next message is the server's.
    assert.equal(await client.ask('RETR 2'), `+OK ${CLEAN_MAIL.length} octets`)
    assert.equal(`${await client.text()}.\r\n`, stuffed(CLEAN_MAIL).toString('latin1'))
    const line = parseLogLine(await gateway.line('pop', 'detect', /./))
    assert.deepEqual(
      [line.detection.result, line.action, line.status, line.method, line.bytes],
      ['INFECTED', 'DELETE', 200, 'GET', message.length],
    )
  })

  test('action=pass: the message as it is behind Received and X-Virus-Status [POP-04] [POP-06]', async () => {
    await using server = await startPopServer({ messages: [INFECTED_MAIL] })
    await using gateway = await startPopGateway(server, { settings: { 'pop.action': 'pass' } })
    const { first, message } = await fetched(gateway)
    assert.equal(first, `+OK ${message.length} octets`)
    const marks = new RegExp(
      `^Received: from FSIGK: ${DATE}\\r\\nX-Virus-Status: infected\\(${PRODUCT}\\) with \\[[^\\]]+\\]\\r\\n`,
    ).exec(message)
    assert.equal(message.slice(marks?.[0].length), INFECTED_MAIL)
    assert.match(await gateway.line('pop', 'detect', /./), / ACTION:PASS: /)
  })

  test('a clean message comes byte for byte, whatever it is made of [POP-04] [POP-06]', async () => {
    const strange = [
      '',
      '\r\n',
      '.\r\n',
      'Subject: dots\r\n\r\n.\r\n..\r\n.a\r\n\r\n.\r\n',
      `Subject: long\r\n\r\n${'x'.repeat(200_000)}\r\n`,
      Buffer.from([
        ...Array.from({ length: 256 }, (_, byte) => byte).filter((byte) => byte !== 0x0d && byte !== 0x0a),
        13,
        10,
      ]),
      'Subject: bare\r\n\r\none\ntwo\rthree\0four\r\n',
      Buffer.alloc(300_000, 'a line of a large message\r\n'),
    ]
    await using server = await startPopServer({ messages: strange })
    await using gateway = await startPopGateway(server, { scanners: [scannerThatFindsNothing] })
    const commands = strange.map((_message, at) => `RETR ${at + 1}`)
    const heard = await sayAll(gateway, ...LOGIN, ...commands, 'QUIT')
    const expected = strange.map((each) => `+OK ${each.length} octets\r\n${stuffed(each).toString('latin1')}`)
    assert.equal(heard, `+OK ready <1896.697170952@pop.test>\r\n+OK\r\n+OK welcome\r\n${expected.join('')}+OK QUIT\r\n`)
  })

  test('a dot behind a CR or LF by itself ends the message for no client: that line end becomes CRLF', async () => {
    const message = 'Subject: x\r\n\r\none\n.\r\n+OK 9 octets\r\nstill the same message\r.\r\n\n.\nend\r\n'
    await using server = await startPopServer({ messages: [message] })
    await using gateway = await startPopGateway(server, { scanners: [scannerThatFindsNothing] })
    const heard = await sayAll(gateway, ...LOGIN, 'RETR 1', 'QUIT')
    const [, text = ''] = heard.split(/\+OK \d+ octets\r\n(?=Subject)/)
    assert.equal(
      text,
      'Subject: x\r\n\r\none\r\n..\r\n+OK 9 octets\r\nstill the same message\r\n..\r\n\r\n..\nend\r\n.\r\n+OK QUIT\r\n',
    )
  })

  test('block_ext, block_partial_message and pass_filesize are those of mail; what is found is kept in the quarantine [POP-10] [POP-13]', async () => {
    const partial =
      'Subject: part\r\nContent-Type: message/partial; id="a@b"; number=1; total=2\r\n\r\nSubject: y\r\n\r\nx\r\n'
    const named = mailWith(Buffer.from('harmless'), 'Named', 'tool.PIF')
    await using server = await startPopServer({ messages: [partial, named, INFECTED_MAIL] })
    await using gateway = await startPopGateway(server, {
      settings: {
        'pop.block_partial_message': true,
        'pop.block_ext': true,
        'pop.block_ext_list': '.EXE,.PIF',
        'pop.quarantine': true,
      },
    })
    const names = ['POLICY_BLOCK_PARTIAL_MESSAGE', 'POLICY_BLOCK_EXT', 'eicar']
    for (const [at, name] of names.entries())
      assert.match((await fetched(gateway, at + 1)).message, new RegExp(`X-Virus-Status: .*${name}`, 'i'), name)
    const line = parseLogLine(await gateway.line('pop', 'detect', /eicar/i))
    const kept = await readFile(
      join(gateway.home, 'quarantine', line.detection.quarantined.split('/').at(-1) ?? ''),
      'latin1',
    )
    assert.match(kept, /^From /)
    assert.ok(kept.includes('Subject: Infected'))
    await gateway.set({ 'pop.block_partial_message': false, 'pop.block_ext': false })
    assert.equal((await fetched(gateway, 1)).message, partial)
    assert.equal((await fetched(gateway, 2)).message, named)
  })

  test('the template is that of the settings, its Subject and From as they stand there; text beyond ASCII is encoded [POP-04]', async () => {
    await using server = await startPopServer({ messages: [INFECTED_MAIL] })
    await using gateway = await startPopGateway(server, {
      settings: {
        'template.pop': 'Subject: Weg: ${DETECTION_NAME}\nFrom: Wächter <guard@example.org>\n\nGrüße, ${MESSAGE_ID}\n',
      },
    })
    const { message } = await fetched(gateway)
    assert.match(message, /\r\nSubject: Weg: \S+\r\n/)
    assert.match(message, /\r\nFrom: =\?UTF-8\?\S+ <guard@example\.org>\r\n/i)
    const [, text = ''] = message.split('\r\n\r\n')
    assert.equal(Buffer.from(text, 'base64').toString(), 'Grüße, <infected@example.org>\r\n')
    assert.ok(!message.includes(TEST_THREAT))
  })
})
