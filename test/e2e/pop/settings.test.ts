import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parseLogLine, RawClient, temporaryFolder, until } from '@fsigk/testing'
import { startMailServer } from '../../peers/mail-server.js'
import { CLEAN_MAIL, INFECTED_MAIL } from '../../peers/mails.js'
import { underNameServer } from '../../peers/name-service.js'
import { PopClient, sayAll, startPopGateway } from '../../peers/pop-gateway.js'
import { MAILBOX, startPopServer } from '../../peers/pop-server.js'

const LOGIN = [`USER ${MAILBOX.user}`, `PASS ${MAILBOX.password}`]
const LARGE = `Subject: large\r\n\r\n${'a line of a large message\r\n'.repeat(40_000)}`

describe('POP: settings', () => {
  test('messages that are larger than allowed are replaced, and the session goes on behind them [POP-10]', async () => {
    await using server = await startPopServer({ messages: [LARGE, CLEAN_MAIL] })
    await using gateway = await startPopGateway(server, {
      settings: { 'pop.block_messagesize': true, 'pop.block_messagesize_len': 100_000 },
    })
    const expect = async (name: RegExp) => {
      using client = await PopClient.to(gateway)
      for (const command of LOGIN) await client.ask(command)
      assert.match(await client.askForText('RETR 1'), name)
      assert.match(await client.askForText('RETR 2'), /^Date: /)
      assert.equal(await client.ask('QUIT'), '+OK QUIT')
    }
    await expect(/X-Virus-Status: .*POLICY_BLOCK_MESSAGESIZE/)
    await gateway.set({
      'pop.block_messagesize': false,
      'pop.block_filesize': true,
      'pop.block_filesize_len': 100_000,
    })
    await expect(/X-Virus-Status: .*POLICY_BLOCK_FILESIZE/)
  })

  test('a detection is mailed to the administrator; what is skipped by name passes, and is logged so [POP-10] [POP-13]', async () => {
    await using mail = await startMailServer()
    await using server = await startPopServer({ messages: [INFECTED_MAIL] })
    await using gateway = await startPopGateway(server, {
      settings: {
        'pop.notify_admin': true,
        'common.admin_mailaddr': 'admin@example.org',
        'common.admin_mx_host': '127.0.0.1',
        'common.admin_mx_port': mail.port,
      },
    })
    await sayAll(gateway, ...LOGIN, 'RETR 1', 'QUIT')
    const [notice = assert.fail()] = await mail.received(1)
    assert.match(notice.text, new RegExp(`pop://${MAILBOX.user}@127\\.0\\.0\\.1:${server.port}`))
    await gateway.set({ 'pop.pass_ext': true, 'pop.pass_ext_list': '.COM' })
    assert.match(await sayAll(gateway, ...LOGIN, 'RETR 1', 'QUIT'), /filename="eicar\.com"/)
    const line = parseLogLine(await gateway.line('pop', 'access', 'PASS_EXT'))
    assert.equal(line.detection.result, 'UNSCANNED')
  })

  test('no more than pre_spawn are served at a time; the next one waits [POP-13]', async () => {
    await using server = await startPopServer()
    await using gateway = await startPopGateway(server, { settings: { 'pop.pre_spawn': 1 } })
    using first = await PopClient.to(gateway)
    using second = await RawClient.to(await gateway.address('pop'))
    second.send('QUIT\r\n')
    assert.equal(await first.ask('USER ann'), '+OK')
    assert.equal(second.received.length, 0)
    assert.equal(await first.ask('QUIT'), '+OK QUIT')
    assert.match(await second.untilClosed(), /^\+OK ready .*\r\n\+OK QUIT\r\n$/)
    await gateway.line('pop', 'error', 'Client connections reached maximum connections (1)')
  })

  test('names that reverselookup confirms decide who may come in, and stand in the log [POP-13]', async () => {
    await using folder = await temporaryFolder('names')
    await using server = await startPopServer()
    const hosts = '127.0.0.1 reader.office.example\n127.0.0.1 localhost\n'
    await using gateway = await startPopGateway(server, {
      under: await underNameServer(folder.path, '127.0.0.1', hosts),
      settings: { 'pop.acl_from': true, 'access.pop_from': '.office.example' },
    })
    assert.equal(await sayAll(gateway, 'QUIT'), '-ERR Access Denied\r\n')
    await gateway.set({ 'pop.reverselookup': true })
    await until('the name is known', async () => (await sayAll(gateway, 'QUIT')).startsWith('+OK ready'))
    assert.equal(parseLogLine(await gateway.line('pop', 'access', 'TCP_MISS/200')).client, 'reader.office.example')
  })
})
