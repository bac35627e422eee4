import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { RawClient, scannerThatFindsNothing, scannerThatTakes, scannerThatThrows, until } from '@fsigk/testing'
import { startClamd } from '../../peers/clamd.js'
import { CLEAN_MAIL, mailWith } from '../../peers/mails.js'
import { PopClient, sayAll, startPopGateway } from '../../peers/pop-gateway.js'
import { MAILBOX, startPopServer } from '../../peers/pop-server.js'

const LOGIN = [`USER ${MAILBOX.user}`, `PASS ${MAILBOX.password}`]

describe('POP: waiting and limits', () => {
  test('a scan that takes long keeps the server awake, and what it says to that is nobody else’s reply', async () => {
    await using server = await startPopServer({ messages: [CLEAN_MAIL] })
    await using gateway = await startPopGateway(server, {
      scanners: [scannerThatTakes(2500, false)],
      settings: { 'pop.idle_timeout': 5 },
    })
    const heard = await sayAll(gateway, ...LOGIN, 'RETR 1', 'STAT', 'QUIT')
    assert.match(heard, /\r\n\.\r\n\+OK 1 \d+\r\n\+OK QUIT\r\n$/)
    const noops = server.commands.filter((command) => command === 'NOOP').length
    assert.ok(noops >= 3, `${noops} times NOOP`)
  })

  test('while no scanner works: -ERR [SYS/TEMP], the message stays at the server, and the session goes on [SCAN-09]', async () => {
    await using server = await startPopServer({ messages: [CLEAN_MAIL] })
    await using gateway = await startPopGateway(server, { scanners: [scannerThatThrows] })
    using client = await PopClient.to(gateway)
    for (const command of LOGIN) await client.ask(command)
    for (const command of ['RETR 1', 'TOP 1 0'])
      assert.equal(await client.ask(command), '-ERR [SYS/TEMP] Message cannot be scanned now, try again later')
    assert.match(await client.ask('STAT'), /^\+OK 1 /)
    assert.equal(await client.ask('QUIT'), '+OK QUIT')
    assert.deepEqual(server.deleted, [])
    assert.match(
      await gateway.line('pop', 'access', 'DETECT-STAT:UNSCANNED:'),
      /TCP_MISS\/500 .* ACTION:DEFER: .*VSD_ERROR/,
    )
  })

  test('a message that was refused for now is not deleted by a client that did not wait; one that was delivered is [SCAN-09]', async () => {
    await using server = await startPopServer({ messages: [CLEAN_MAIL] })
    await using gateway = await startPopGateway(server, { scanners: [scannerThatThrows] })
    for (const commands of [
      ['RETR 1', 'DELE 1'],
      ['retr 01', 'dele +1'],
    ]) {
      const heard = await sayAll(gateway, ...LOGIN, ...commands, 'QUIT')
      assert.match(heard, /\r\n-ERR \[SYS\/TEMP\] .*\r\n-ERR \[SYS\/TEMP\] .* it is kept\r\n\+OK QUIT\r\n$/)
    }
    assert.deepEqual(server.deleted, [])
    await gateway.set({ 'pop.fail_open': true })
    await sayAll(gateway, ...LOGIN, 'RETR 1', 'DELE 1', 'QUIT')
    assert.deepEqual(server.deleted, [1])
  })

  test('clamd goes and comes back: nothing passes meanwhile, and the same session is served again [SCAN-09]', async () => {
    await using clamd = await startClamd()
    const messages = [
      CLEAN_MAIL,
      mailWith(Buffer.from('other'), 'Other'),
      mailWith(Buffer.from('marked-for-clamd'), 'Marked'),
    ]
    await using server = await startPopServer({ messages })
    await using gateway = await startPopGateway(server, {
      settings: { 'plugins.scanners': 'scanner-clamav', 'scanner_clamav.servers': clamd.socket },
    })
    using client = await PopClient.to(gateway)
    for (const command of LOGIN) await client.ask(command)
    assert.match(await client.askForText('RETR 1'), /^Date: /)
    await clamd.signal('SIGKILL')
    assert.match(await client.ask('RETR 2'), /^-ERR \[SYS\/TEMP\] /)
    await clamd.restart()
    await until('it scans again', async () => (await client.askForText('RETR 2')).startsWith('Date: '))
    assert.match(await client.askForText('RETR 3'), /X-Virus-Status: infected\(.*Marker\.Test/)
    assert.equal(await client.ask('QUIT'), '+OK QUIT')
  })

  test('who says nothing for idle_timeout is told so, and his session ends', async () => {
    await using server = await startPopServer()
    await using gateway = await startPopGateway(server, {
      scanners: [scannerThatFindsNothing],
      settings: { 'pop.idle_timeout': 1 },
    })
    using client = await PopClient.to(gateway)
    await client.ask('USER ann')
    assert.match(await client.closed, /\r\n-ERR \[SYS\/TEMP\] No command came for too long\r\n$/)
  })

  test('a client that may not come in, or has too many connections: -ERR in place of the greeting [POP-13] [ACL-03]', async () => {
    await using server = await startPopServer()
    await using gateway = await startPopGateway(server, {
      scanners: [scannerThatFindsNothing],
      settings: { 'pop.address_limit': 2, 'pop.address_limit_except': '', 'pop.pre_spawn': 8 },
    })
    {
      using first = await PopClient.to(gateway)
      using second = await PopClient.to(gateway)
      assert.equal(await sayAll(gateway, 'QUIT'), '-ERR Too many connections\r\n')
      assert.match((await first.ask('USER ann')) + (await second.ask('USER ann')), /^\+OK\+OK$/)
    }
    await gateway.set({ 'pop.acl_from': true, 'access.pop_from': '192.0.2.1', 'pop.address_limit': 100 })
    assert.equal(await sayAll(gateway, 'QUIT'), '-ERR Access Denied\r\n')
    await gateway.line('pop', 'info', 'Access Denied from [127.0.0.1:127.0.0.1]')
    assert.match(await gateway.line('pop', 'access', 'Access%20Denied'), /TCP_MISS\/500 /)
    assert.equal(server.connections, 2)
  })

  test('a client that leaves in the middle of a message ends its session, and the gateway serves on', async () => {
    await using server = await startPopServer({ messages: [Buffer.alloc(20_000_000, 'a line of a large message\r\n')] })
    await using gateway = await startPopGateway(server, { scanners: [scannerThatFindsNothing] })
    const client = await RawClient.to(await gateway.address('pop'))
    client.send([...LOGIN, 'RETR 1', ''].join('\r\n'))
    await client.until((heard) => heard.includes('large message'))
    client.socket.resetAndDestroy()
    await gateway.line('pop', 'access', 'PROXY-ERROR:The%20client%20closed')
    assert.match(await sayAll(gateway, ...LOGIN, 'STAT', 'QUIT'), /\+OK QUIT\r\n$/)
  })

  test('a service that is stopped lets a session end that is fetching, and ends those that say nothing', async () => {
    await using server = await startPopServer({ messages: [CLEAN_MAIL] })
    await using gateway = await startPopGateway(server, { scanners: [scannerThatTakes(500, false)] })
    using fetching = await PopClient.to(gateway)
    using idle = await PopClient.to(gateway)
    for (const command of LOGIN) await fetching.ask(command)
    const scanned = fetching.ask('RETR 1')
    const stopped = gateway.stop()
    assert.match(await idle.closed, /-ERR \[SYS\/TEMP\] Service is being restarted, try again\r\n$/)
    assert.match(await scanned, /^\+OK/)
    await fetching.text()
    assert.equal(await fetching.ask('DELE 1'), '+OK deleted')
    assert.equal(await fetching.ask('QUIT'), '+OK QUIT')
    await stopped
    assert.deepEqual(server.deleted, [1])
  })
})
