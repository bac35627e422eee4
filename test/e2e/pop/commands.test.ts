import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { scannerThatFindsNothing, until } from '@fsigk/testing'
import { CLEAN_MAIL, mailWith } from '../../peers/mails.js'
import { PopClient, sayAll, startPopGateway } from '../../peers/pop-gateway.js'
import { MAILBOX, startPopServer, stuffed } from '../../peers/pop-server.js'

const scanners = [scannerThatFindsNothing]
const messages = [CLEAN_MAIL, mailWith(Buffer.from('more'), 'Second')]
const LOGIN = [`USER ${MAILBOX.user}`, `PASS ${MAILBOX.password}`]

describe('POP: commands', () => {
  test('every command and its reply pass, and every line that follows; the greeting as it is [POP-01] [POP-03]', async () => {
    await using server = await startPopServer({ messages })
    await using gateway = await startPopGateway(server, { scanners })
    using client = await PopClient.to(gateway)
    assert.equal(client.greeting, '+OK ready <1896.697170952@pop.test>')
    assert.equal(await client.ask('USER nobody'), '-ERR no such user')
    for (const command of LOGIN) assert.match(await client.ask(command), /^\+OK/)
    assert.match(await client.ask('STAT'), /^\+OK 2 \d+$/)
    assert.equal(await client.askForText('LIST'), `1 ${messages[0]?.length}\r\n2 ${messages[1]?.length}\r\n`)
    assert.equal(await client.ask('LIST 2'), `+OK 2 ${messages[1]?.length}`)
    assert.equal(await client.ask('LIST 3'), '-ERR no such message')
    assert.equal(await client.askForText('UIDL'), '1 uid-1\r\n2 uid-2\r\n')
    assert.equal(await client.ask('UIDL 1'), '+OK 1 uid-1')
    assert.equal(await client.ask('RETR 1'), `+OK ${CLEAN_MAIL.length} octets`)
    assert.equal(`${await client.text()}.\r\n`, stuffed(CLEAN_MAIL).toString('latin1'))
    assert.equal(await client.ask('RETR 3'), '-ERR no such message')
    assert.equal(await client.ask('NOOP'), '+OK NOOP')
    assert.equal(await client.ask('DELE 2'), '+OK deleted')
    assert.equal(await client.ask('RSET'), '+OK')
    assert.equal(await client.ask('DELE 1'), '+OK deleted')
    assert.equal(await client.ask('XUNHEARD of'), '-ERR unknown command')
    assert.equal(await client.ask('QUIT'), '+OK QUIT')
    await client.closed
    assert.deepEqual(server.deleted, [1])
  })

  test('commands that come all at once are answered in their order, by one that has ended its side too [POP-03]', async () => {
    await using server = await startPopServer({ messages })
    await using gateway = await startPopGateway(server, { scanners })
    const heard = await sayAll(gateway, ...LOGIN, 'LIST', 'RETR 2', 'RETR 1', 'NOOP', 'QUIT')
    const expected = [
      '+OK ready <1896.697170952@pop.test>\r\n+OK\r\n+OK welcome\r\n',
      `+OK list\r\n1 ${messages[0]?.length}\r\n2 ${messages[1]?.length}\r\n.\r\n`,
      ...[messages[1], messages[0]].map(
        (each = '') => `+OK ${each.length} octets\r\n${stuffed(each).toString('latin1')}`,
      ),
      '+OK NOOP\r\n+OK QUIT\r\n',
    ]
    assert.equal(heard, expected.join(''))
  })

  test('every letter case and spacing of RETR and TOP is scanned RETR and TOP, and the server reads it so [POP-03] [POP-05]', async () => {
    await using server = await startPopServer({ messages })
    await using gateway = await startPopGateway(server)
    for (const command of ['retr 1', ' RETR  1 ', 'rEtR\t1', 'top 1 0', ' Top\t1  0', 'TOP 1 999999']) {
      const heard = await sayAll(gateway, ...LOGIN, command, 'QUIT')
      assert.match(heard, /\r\nSubject: Clean\r\n/, command)
    }
    const asked = server.commands.filter((command) => /RETR|TOP/i.test(command))
    assert.deepEqual(new Set(asked), new Set(['RETR 1', 'TOP 1 2147483647']))
    const logged = async () => (await gateway.log('pop', 'access')).split('\n').length - 1
    await until('a line each', async () => (await logged()) >= 6)
    assert.equal(await logged(), 6)
  })

  test('what would hide the traffic is not offered and not sent on; nor is what no standard frames [POP-03]', async () => {
    await using server = await startPopServer({ messages })
    await using gateway = await startPopGateway(server, { scanners })
    using client = await PopClient.to(gateway)
    assert.equal(await client.askForText('capa'), 'TOP\r\nUSER\r\nUIDL\r\nPIPELINING\r\nSASL PLAIN CRAM-MD5\r\n')
    for (const command of ['STLS', 'stls ', 'XTND XLST From', 'XCLIENT ADDR=192.0.2.1'])
      assert.equal(await client.ask(command), '-ERR command is not available through this gateway', command)
    assert.match(await client.ask('AUTH GSSAPI'), /^-ERR authentication mechanism/)
    assert.match(await client.ask('AUTH digest-md5'), /^-ERR authentication mechanism/)
    assert.deepEqual(server.commands, ['CAPA'])
  })

  test('a line over 998 bytes is refused and the session goes on; so is one with a character that may end it [POP-11]', async () => {
    await using server = await startPopServer({ messages })
    await using gateway = await startPopGateway(server, { scanners })
    using client = await PopClient.to(gateway)
    assert.equal(await client.ask('x'.repeat(999)), '-ERR Too long line')
    assert.equal(await client.ask(`NOOP ${'x'.repeat(20_000)}`), '-ERR Too long line')
    assert.equal(await client.ask('NOOP\rRETR 1'), '-ERR Illegal character in command')
    assert.equal(await client.ask(''), '-ERR Illegal character in command')
    assert.equal(await client.ask('NOOP'), '+OK NOOP')
    assert.deepEqual(server.commands, ['NOOP'])
  })
})
