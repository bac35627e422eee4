import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type LogLine, parseLogLine, RawClient, scannerThatFindsNothing, type TestGateway, until } from '@fsigk/testing'
import { CLEAN_MAIL } from '../../peers/mails.js'
import { sayAll, startPopGateway } from '../../peers/pop-gateway.js'
import { MAILBOX, startPopServer } from '../../peers/pop-server.js'

const LOGIN = [`USER ${MAILBOX.user}`, `PASS ${MAILBOX.password}`]

async function lines(gateway: TestGateway, count: number): Promise<readonly LogLine[]> {
  const read = async () => (await gateway.log('pop', 'access')).trim().split('\n')
  await until(`${count} lines`, async () => (await read()).length >= count)
  return (await read()).map(parseLogLine)
}

describe('POP: access.log', () => {
  test('a line a message, with the mailbox as URL, GET, 1 file; one for a session without any [LOG-01]', async () => {
    const messages = [CLEAN_MAIL, 'Subject: x\r\n\r\n.\r\n']
    await using server = await startPopServer({ messages })
    await using gateway = await startPopGateway(server, { scanners: [scannerThatFindsNothing] })
    await sayAll(gateway, ...LOGIN, 'RETR 1', 'RETR 2', 'RETR 3', 'QUIT')
    await sayAll(gateway, ...LOGIN, 'STAT', 'QUIT')
    const told = await lines(gateway, 3)
    const url = `pop://${MAILBOX.user}@127.0.0.1:${server.port}`
    for (const line of told) {
      assert.deepEqual([line.status, line.method, line.url, line.user], [200, 'GET', url, '-'])
      assert.equal(line.server, '127.0.0.1')
      assert.deepEqual([line.proxy.service, line.proxy.requests, line.error], ['pop', 1, ''])
      assert.equal(line.detection.result, 'CLEAN')
    }
    assert.deepEqual(
      told.map(({ bytes, proxy }) => [bytes, proxy.checks]),
      [
        [CLEAN_MAIL.length, 1],
        [messages[1]?.length, 1],
        [0, 0],
      ],
    )
  })

  test('a client that says nothing is 000 where nothing was relayed, and a server that is away 500 [LOG-01]', async () => {
    await using gateway = await startPopGateway(undefined, { scanners: [scannerThatFindsNothing] })
    using client = await RawClient.to(await gateway.address('pop'))
    client.socket.end()
    await client.untilClosed()
    await sayAll(gateway, 'USER ann@127.0.0.1:1', 'QUIT')
    const [silent, away] = await lines(gateway, 2)
    assert.deepEqual([silent?.status, silent?.url], [0, '-'])
    assert.deepEqual(
      [away?.status, away?.url, away?.error],
      [500, 'pop://ann@127.0.0.1:1', 'CONNECT(127.0.0.1:1)/connect: Connection refused'],
    )
  })
})
