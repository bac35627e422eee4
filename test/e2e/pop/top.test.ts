import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parseLogLine, temporaryFolder } from '@fsigk/testing'
import { CLEAN_MAIL, INFECTED_MAIL, mailWith } from '../../peers/mails.js'
import { PopClient, sayAll, startPopGateway } from '../../peers/pop-gateway.js'
import { MAILBOX, startPopServer } from '../../peers/pop-server.js'
import { EICAR } from '../../peers/samples.js'
import { countingScanner, Scans } from '../http/counting-scanner.js'

const LOGIN = [`USER ${MAILBOX.user}`, `PASS ${MAILBOX.password}`]
const [HEADER = ''] = CLEAN_MAIL.split('\r\n\r\n')

describe('POP: beginnings of messages', () => {
  test('TOP shows what RETR would: of an infected message nothing, of a clean one header and lines [POP-05]', async () => {
    await using server = await startPopServer({ messages: [CLEAN_MAIL, INFECTED_MAIL] })
    await using gateway = await startPopGateway(server)
    using client = await PopClient.to(gateway)
    for (const command of LOGIN) await client.ask(command)
    assert.equal(await client.askForText('TOP 1 0'), `${HEADER}\r\n\r\n`)
    assert.equal(await client.askForText('TOP 1 2'), `${HEADER}\r\n\r\n--cut-here\r\nContent-Type: text/plain\r\n`)
    for (const lines of [0, 5, 999_999_999]) {
      const shown = await client.askForText(`TOP 2 ${lines}`)
      assert.match(shown, /^Received: from FSIGK: .*\r\nX-Virus-Status: infected\(/)
      assert.ok(!shown.includes(EICAR.toString('base64').slice(0, 40)), `${lines} lines`)
      assert.equal(shown.includes('The mail gateway found'), lines > 0)
    }
    assert.equal(await client.askForText('TOP 3 0'), '-ERR no such message')
    for (const command of ['TOP', 'TOP 1', 'TOP 1 -1', 'TOP 1 x', 'TOP 1 1 1'])
      assert.equal(await client.ask(command), '-ERR TOP needs a message number and a number of lines')
    assert.match(await client.ask('RETR 1'), /^\+OK \d+ octets$/)
    await client.text()
    assert.equal(await client.ask('QUIT'), '+OK QUIT')
    // The server has not been told that a message was seen but by the RETR.
    assert.deepEqual(
      server.commands.filter((command) => command.startsWith('RETR')),
      ['RETR 1'],
    )
  })

  test('top=block refuses it and does not offer it; top=pass lets it through, logged as unscanned [POP-05]', async () => {
    await using server = await startPopServer({ messages: [INFECTED_MAIL] })
    await using gateway = await startPopGateway(server, { settings: { 'pop.top': 'block' } })
    using blocked = await PopClient.to(gateway)
    for (const command of LOGIN) await blocked.ask(command)
    assert.equal(await blocked.ask('TOP 1 9'), '-ERR TOP is not available through this gateway')
    assert.doesNotMatch(await blocked.askForText('CAPA'), /^TOP/m)
    await gateway.set({ 'pop.top': 'pass' })
    using passing = await PopClient.to(gateway)
    for (const command of LOGIN) await passing.ask(command)
    assert.match(await passing.askForText('TOP 1 0'), /^Date: .*\r\n\r\n$/s)
    assert.ok(server.commands.includes('TOP 1 0'))
    const line = parseLogLine(await gateway.line('pop', 'access', 'PASS_TOP'))
    assert.deepEqual([line.detection.result, line.proxy.details], ['UNSCANNED', ['PASS_TOP']])
    // Where nothing is scanned, the server is asked for no more than the client is.
    await gateway.set({ 'pop.top': 'whole', 'pop.virus_check': false })
    using unscanned = await PopClient.to(gateway)
    for (const command of LOGIN) await unscanned.ask(command)
    assert.match(await unscanned.askForText('TOP 1 3'), /^Date: /)
    assert.equal(server.commands.at(-1), 'TOP 1 3')
  })

  test('what TOP has had scanned need not be scanned for RETR [POP-05]', async () => {
    await using folder = await temporaryFolder('scans')
    const scans = new Scans(folder.path)
    await using server = await startPopServer({ messages: [mailWith(Buffer.from('plain attached'))] })
    await using gateway = await startPopGateway(server, { scanners: [countingScanner('bytes')], env: scans.env })
    const heard = await sayAll(gateway, ...LOGIN, 'TOP 1 0', 'RETR 1', 'TOP 1 5', 'QUIT')
    assert.match(heard, /\+OK QUIT\r\n$/)
    assert.equal((await scans.of('attached')).length, 1)
  })
})
