import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { freePort, parseLogLine, scannerThatFindsNothing } from '@fsigk/testing'
import { CLEAN_MAIL } from '../../peers/mails.js'
import { PopClient, sayAll, startPopGateway } from '../../peers/pop-gateway.js'
import { MAILBOX, startPopServer } from '../../peers/pop-server.js'

const scanners = [scannerThatFindsNothing]
const PASS = `PASS ${MAILBOX.password}`
const FORMAT = '-ERR USER format is USER username@hostname or username#hostname'

describe('POP: the server that a user names', () => {
  test('the last separator counts, @ or #, with a port behind it; no other command comes first [POP-02] [POP-11]', async () => {
    await using server = await startPopServer({ messages: [CLEAN_MAIL] })
    await using gateway = await startPopGateway(undefined, { scanners })
    const { host, port } = server
    for (const separator of ['@', '#']) {
      using client = await PopClient.to(gateway)
      assert.match(client.greeting, /^\+OK fsigk\/fsigk_pop\/[\w.-]+\/\S+ starting\.$/)
      for (const command of ['CAPA', 'PASS x', 'APOP ann 0', 'AUTH PLAIN', 'STLS', 'XSOMETHING'])
        assert.equal(await client.ask(command), '-ERR please use USER command at first.')
      assert.equal(await client.ask('USER ann'), FORMAT)
      assert.equal(await client.ask('USER ann@'), FORMAT)
      assert.equal(await client.ask('USER'), FORMAT)
      assert.equal(await client.ask(`user  ann@example.org${separator}${host}:${port}`), '-ERR no such user')
      assert.equal(await client.ask(`USER ${MAILBOX.user}${separator}${host}:${port}`), '+OK')
      assert.equal(await client.ask(PASS), '+OK welcome')
      assert.match(await client.ask('RETR 1'), /^\+OK/)
      await client.text()
      assert.equal(await client.ask('QUIT'), '+OK QUIT')
    }
    assert.equal(server.connections, 2)
    assert.equal(server.commands[0], 'USER ann@example.org')
    const line = parseLogLine(await gateway.line('pop', 'access', 'pop://'))
    assert.equal(line.url, `pop://${MAILBOX.user}@${host}:${port}`)
  })

  test('who names none is at the parent; QUIT before USER is answered here [POP-02]', async () => {
    await using server = await startPopServer()
    await using gateway = await startPopGateway(server, { scanners, settings: { 'pop.self_proxy': true } })
    assert.match(await sayAll(gateway, 'QUIT'), /^\+OK \S+ starting\.\r\n\+OK Quit\r\n$/)
    assert.match(
      await sayAll(gateway, 'USER ann', PASS, 'QUIT'),
      /starting\.\r\n\+OK\r\n\+OK welcome\r\n\+OK QUIT\r\n$/,
    )
    assert.equal(server.connections, 1)
  })

  test('USER again goes to the server that it names then, until the mailbox is open [POP-02]', async () => {
    await using first = await startPopServer()
    await using second = await startPopServer({ messages: [CLEAN_MAIL] })
    await using gateway = await startPopGateway(undefined, { scanners })
    using client = await PopClient.to(gateway)
    assert.equal(await client.ask(`USER ann@127.0.0.1:${first.port}`), '+OK')
    assert.equal(await client.ask(`USER ann@127.0.0.1:${second.port}`), '+OK')
    assert.equal(await client.ask(PASS), '+OK welcome')
    assert.match(await client.ask('STAT'), /^\+OK 1 /)
    await client.ask(`USER ann@127.0.0.1:${first.port}`)
    assert.match(await client.ask('STAT'), /^\+OK 1 /)
    assert.deepEqual(first.commands, ['USER ann'])
  })

  test("a server that cannot be reached, or must not be: -ERR Can't Connect to …; another may be named then [POP-11] [POP-13] [ACL-03]", async () => {
    await using server = await startPopServer()
    await using gateway = await startPopGateway(undefined, {
      scanners,
      settings: { 'pop.acl_to': true, 'access.pop_to': '127.0.0.1', 'pop.connect_timeout': 5 },
    })
    const closed = await freePort()
    using client = await PopClient.to(gateway)
    assert.equal(
      await client.ask(`USER ann@127.0.0.1:${closed}`),
      `-ERR Can't Connect to (127.0.0.1: ${closed}) errmsg=[CONNECT(127.0.0.1:${closed})/connect: Connection refused]`,
    )
    assert.match(
      await client.ask(`USER ann@127.0.0.2:${server.port}`),
      /^-ERR Can't Connect to \(127\.0\.0\.2: \d+\) errmsg=\[CONNECT\(127\.0\.0\.2:\d+\)\/Access Inhibited by Proxy\(FSIGK\)/,
    )
    assert.match(await client.ask('USER ann@127.0.0.2'), /^-ERR Can't Connect to \(127\.0\.0\.2: 110\) errmsg=\[/)
    assert.equal(await client.ask('STAT'), '-ERR please use USER command at first.')
    assert.equal(await client.ask(`USER ann@127.0.0.1:${server.port}`), '+OK')
    await gateway.line('pop', 'info', 'Access Denied to [127.0.0.2:127.0.0.2]')
  })

  test('a local address is no server unless local_to lists it; the parent may be local, though acl_to applies to it [POP-13]', async () => {
    await using server = await startPopServer()
    await using gateway = await startPopGateway(undefined, { scanners, settings: { 'pop.local_to': '' } })
    assert.match(
      await sayAll(gateway, `USER ann@127.0.0.1:${server.port}`),
      /errmsg=\[CONNECT\(127\.0\.0\.1:\d+\)\/Access Inhibited by Proxy\(FSIGK\).*pop\.local_to/,
    )
    await gateway.set({
      'pop.self_proxy': false,
      'pop.parent_server_host': '127.0.0.1',
      'pop.parent_server_port': server.port,
    })
    assert.match(await sayAll(gateway, 'QUIT'), /^\+OK ready/)
    await gateway.set({ 'pop.acl_to': true, 'access.pop_to': '192.0.2.1' })
    assert.match(
      await sayAll(gateway, 'QUIT'),
      /^-ERR Can't Connect to \(127\.0\.0\.1: \d+\) errmsg=\[CONNECT.*Access Inhibited/,
    )
    assert.equal(server.connections, 1)
  })

  test("the parent's greeting is the client's; without a parent, or when it is away, the session ends [POP-01] [POP-11]", async () => {
    await using busy = await startPopServer({ greeting: '-ERR [IN-USE] come later' })
    await using gateway = await startPopGateway(busy, { scanners })
    assert.equal(await sayAll(gateway, 'QUIT'), '-ERR [IN-USE] come later\r\n')
    await using odd = await startPopServer({ greeting: '220 mail.example ESMTP' })
    await gateway.set({ 'pop.parent_server_port': odd.port })
    assert.match(
      await sayAll(gateway, 'QUIT'),
      /^-ERR Can't Connect to \(127\.0\.0\.1: \d+\) errmsg=\[Illegal response from server\]\r\n$/,
    )
    await gateway.set({ 'pop.parent_server_host': '' })
    assert.match(
      await sayAll(gateway, 'QUIT'),
      /^-ERR Can't Connect to .*pop\.parent_server_host names no server\]\r\n$/,
    )
    const line = parseLogLine(await gateway.line('pop', 'access', 'names no server'.replaceAll(' ', '%20')))
    assert.deepEqual([line.status, line.detection.result], [500, 'CLEAN'])
  })
})
