import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, test } from 'node:test'
import { parseLogLine, scannerThatFindsNothing } from '@fsigk/testing'
import { CLEAN_MAIL } from '../../peers/mails.js'
import { PopClient, startPopGateway } from '../../peers/pop-gateway.js'
import { MAILBOX, startPopServer } from '../../peers/pop-server.js'

const scanners = [scannerThatFindsNothing]
const base64 = (text: string) => Buffer.from(text).toString('base64')

describe('POP: logins', () => {
  test('APOP works with the timestamp of the greeting; the log names the mailbox [POP-03]', async () => {
    await using server = await startPopServer({ messages: [CLEAN_MAIL] })
    await using gateway = await startPopGateway(server, { scanners })
    using client = await PopClient.to(gateway)
    const [timestamp = ''] = /<[^>]+>/.exec(client.greeting) ?? []
    const digest = createHash('md5')
      .update(timestamp + MAILBOX.password)
      .digest('hex')
    assert.equal(await client.ask(`apop ${MAILBOX.user} 0123`), '-ERR [AUTH] wrong')
    assert.equal(await client.ask(`apop ${MAILBOX.user} ${digest}`), '+OK welcome')
    assert.match(await client.ask('RETR 1'), /^\+OK/)
    const line = parseLogLine(await gateway.line('pop', 'access', 'pop://'))
    assert.equal(line.url, `pop://${MAILBOX.user}@127.0.0.1:${server.port}`)
  })

  test('AUTH in as many steps as it takes, with what was answered at once; given up by the client [POP-03]', async () => {
    const steps = ['+ VXNlcm5hbWU6', '+ UGFzc3dvcmQ6', '+OK welcome']
    await using server = await startPopServer({
      messages: [CLEAN_MAIL],
      answer: (command, socket) => {
        if (command === '*') return socket.write('-ERR cancelled\r\n')
        if (command === 'AUTH PLAIN') return socket.write('+ \r\n')
        if (command === 'AUTH LOGIN') steps.splice(0, steps.length, '+ VXNlcm5hbWU6', '+ UGFzc3dvcmQ6', '+OK welcome')
        const isStep = command === 'AUTH LOGIN' || /^[\w+/]+=*$/.test(command)
        return isStep && socket.write(`${steps.shift()}\r\n`)
      },
    })
    await using gateway = await startPopGateway(server, { scanners })
    using client = await PopClient.to(gateway)
    assert.equal(await client.ask('AUTH plain'), '-ERR unknown command')
    assert.equal(await client.ask('AUTH PLAIN'), '+ ')
    assert.equal(await client.ask('*'), '-ERR cancelled')
    assert.equal(await client.ask('AUTH PLAIN'), '+ ')
    assert.equal(await client.ask('x'.repeat(12_289)), '-ERR Too long line')
    assert.equal(await client.ask('AUTH LOGIN'), '+ VXNlcm5hbWU6')
    assert.equal(await client.ask(base64(MAILBOX.user)), '+ UGFzc3dvcmQ6')
    assert.equal(await client.ask(base64('x'.repeat(4000))), '+OK welcome')
    assert.match(await client.ask('RETR 1'), /^\+OK/)
    assert.equal(server.commands.filter((command) => command === '*').length, 2)
    const line = parseLogLine(await gateway.line('pop', 'access', 'pop://'))
    assert.equal(line.url, `pop://${MAILBOX.user}@127.0.0.1:${server.port}`)
  })
  test('a server that never has enough answers is given up', async () => {
    await using server = await startPopServer({
      answer: (command, socket) => (command === '*' ? false : socket.write('+ more\r\n') || true),
    })
    await using gateway = await startPopGateway(server, { scanners })
    using client = await PopClient.to(gateway)
    assert.equal(await client.ask('AUTH PLAIN'), '+ more')
    for (let answer = 0; answer < 31; answer++) assert.equal(await client.ask('eA=='), '+ more')
    client.send('eA==\r\n')
    assert.equal(await client.line(), '+ more')
    assert.match(await client.line(), /^-ERR authentication mechanism/)
    assert.equal(server.commands.at(-1), '*')
  })
})
