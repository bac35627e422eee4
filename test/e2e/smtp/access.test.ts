/** Who may come in, and whether the server may be reached (guide 7.2, 11.9). */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parseLogLine, temporaryFolder, until } from '@fsigk/testing'
import { startDnsServer } from '../../peers/dns-server.js'
import { underNameServer } from '../../peers/name-service.js'
import { startScriptedMailServer } from '../../peers/scripted-mail-server.js'
import { sendMail } from './send-mail.js'
import { SmtpClient } from './smtp-client.js'
import { startSmtpGateway } from './smtp-gateway.js'

describe('SMTP access', () => {
  test('clients outside acl_from are greeted with 554 and the connection closes; the server hears nothing [SMTP-19, SMTP-04, ACL-03]', async () => {
    await using server = await startScriptedMailServer()
    await using gateway = await startSmtpGateway(server, {
      settings: { 'smtp.acl_from': true, 'access.smtp_from': '127.0.0.5' },
    })
    using allowed = await SmtpClient.to(gateway.smtp, { localAddress: '127.0.0.5' })
    assert.equal(await allowed.say('EHLO me'), '250 mx.test')
    const connections = server.connections
    using denied = await SmtpClient.to(gateway.smtp, { localAddress: '127.0.0.6', greeted: false })
    denied.raw.send('EHLO me\r\n')
    assert.match(await denied.reply(), /^554 Access Denied \(fsigk\/fsigk_smtp\/\S+\)$/)
    assert.equal(await denied.rest(), '')
    assert.equal(server.connections, connections)
    await gateway.line('smtp', 'info', 'Access Denied from [127.0.0.6:127.0.0.6]')
    const line = await gateway.line('smtp', 'access', '127.0.0.6')
    assert.match(line, /TCP_MISS\/500 0 GET mail: .*PROXY-ERROR:Access%20Denied: /)
  })

  test('a parent that acl_to does not allow is not reached: 421 with the connection error [SMTP-19, SMTP-23, ACL-03]', async () => {
    await using server = await startScriptedMailServer()
    await using gateway = await startSmtpGateway(server, {
      settings: { 'smtp.acl_to': true, 'access.smtp_to': '192.0.2.0/24' },
    })
    using denied = await SmtpClient.to(gateway.smtp, { greeted: false })
    const at = `${server.host}:${server.port}`
    const message = `CONNECT(${at})/Access Inhibited by Proxy(FSIGK)`
    assert.ok((await denied.reply()).startsWith(`421 server open error(${at}) errmsg=[${message}] (fsigk/`))
    assert.equal(await denied.rest(), '')
    await gateway.line('smtp', 'info', `Access Denied to [${server.host}:${server.host}]`)
    await gateway.set({ 'access.smtp_to': server.host })
    using allowed = await SmtpClient.to(gateway.smtp)
    assert.equal(await allowed.say('NOOP'), '250 ok')
  })

  test('names that reverselookup confirms decide, and stand in the log and in Received [SMTP-19, SMTP-18, SMTP-11]', async () => {
    const name = 'office.lan.test'
    await using folder = await temporaryFolder()
    await using _names = await startDnsServer('127.78.0.1', {
      ptr: { '127.0.0.5': name },
      a: { [name]: ['127.0.0.5'] },
    })
    await using server = await startScriptedMailServer()
    await using inner = await startScriptedMailServer({ replies: { EHLO: '250 inner' } })
    await using gateway = await startSmtpGateway(server, {
      under: await underNameServer(folder.path, '127.78.0.1'),
      settings: {
        'smtp.reverselookup': true,
        'smtp.lan': true,
        'access.smtp_lan': '.lan.test',
        'smtp.lan_parent_server': true,
        'smtp.lan_parent_server_host': inner.host,
        'smtp.lan_parent_server_port': inner.port,
      },
    })
    using known = await SmtpClient.to(gateway.smtp, { localAddress: '127.0.0.5' })
    assert.equal(await known.say('EHLO me'), '250 inner')
    assert.equal(await sendMail(known), '250 kept')
    assert.match(inner.messages[0] ?? '', /^Received: from office\.lan\.test \(\[127\.0\.0\.5\]\)\r\n/)
    await known.say('QUIT')
    using unknown = await SmtpClient.to(gateway.smtp, { localAddress: '127.0.0.6' })
    assert.equal(await unknown.say('EHLO me'), '250 mx.test')
    assert.equal(parseLogLine(await gateway.line('smtp', 'access', name)).client, name)
  })

  test('who has as many connections as one address may is told so, and others are served [SMTP-19]', async () => {
    await using server = await startScriptedMailServer()
    await using gateway = await startSmtpGateway(server, {
      settings: { 'smtp.pre_spawn': 8, 'smtp.address_limit': 2, 'smtp.address_limit_except': '' },
    })
    using first = await SmtpClient.to(gateway.smtp, { localAddress: '127.0.0.5' })
    using second = await SmtpClient.to(gateway.smtp, { localAddress: '127.0.0.5' })
    using third = await SmtpClient.to(gateway.smtp, { localAddress: '127.0.0.5', greeted: false })
    assert.match(await third.reply(), /^421 Too many connections \(fsigk\/fsigk_smtp\/\S+\)$/)
    assert.equal(await third.rest(), '')
    using other = await SmtpClient.to(gateway.smtp, { localAddress: '127.0.0.6' })
    for (const client of [first, second, other]) assert.equal(await client.say('NOOP'), '250 ok')
  })

  test('pre_spawn is never exceeded: a further client is greeted when one leaves [SMTP-19]', async () => {
    await using server = await startScriptedMailServer()
    await using gateway = await startSmtpGateway(server, { settings: { 'smtp.pre_spawn': 1 } })
    using first = await SmtpClient.to(gateway.smtp)
    using second = await SmtpClient.to(gateway.smtp, { greeted: false })
    await gateway.line('smtp', 'error', 'Client connections reached maximum connections (1)')
    const smtp = async () => (await gateway.status()).services.find(({ name }) => name === 'smtp')
    await until('it waits', async () => (await smtp())?.waiting === 1)
    assert.deepEqual([(await smtp())?.connections, second.raw.received.length, server.connections], [1, 0, 1])
    assert.equal(await first.say('QUIT'), '221 bye')
    assert.match(await second.reply(), /^220 /)
  })
})
