/** The reply to EHLO (guide 11.9): what the server offers, without what the gateway cannot pass on. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { startBetween } from './between.js'
import { SmtpClient } from './smtp-client.js'

const { server, gateway } = await startBetween()

describe('the reply to EHLO', () => {
  /** What a client hears that greets a server which offers this. */
  async function offered(...lines: readonly string[]): Promise<readonly string[]> {
    const all = ['mx.test greets you', ...lines]
    const reply = all.map((line, at) => `250${at === all.length - 1 ? ' ' : '-'}${line}`).join('\r\n')
    server.follow({ replies: { EHLO: reply } })
    using client = await SmtpClient.to(gateway.smtp)
    const heard = await client.say('EHLO me')
    assert.match(heard, /^(250-[^\n]*\n)*250 [^\n]*$/)
    return heard.split('\n').map((line) => line.slice(4))
  }

  test('keeps its first line and all offers but CHUNKING, BINARYMIME, PIPELINING and STARTTLS [SMTP-03]', async () => {
    const kept = ['8BITMIME', 'SMTPUTF8', 'DSN', 'ENHANCEDSTATUSCODES', 'VRFY', 'ETRN', 'DELIVERBY 240']
    assert.deepEqual(await offered('PIPELINING', ...kept, 'chunking', 'STARTTLS', 'BinaryMIME'), [
      'mx.test greets you',
      ...kept,
    ])
    assert.deepEqual(await offered('PIPELINING'), ['mx.test greets you'])
  })

  test('has the smaller SIZE of both: 2,000,000,000, or block_messagesize_len when that is on [SMTP-03]', async () => {
    assert.deepEqual(await offered('SIZE 10240000'), ['mx.test greets you', 'SIZE 10240000'])
    assert.deepEqual(await offered('SIZE 2000000001'), ['mx.test greets you', 'SIZE 2000000000'])
    assert.deepEqual(await offered('SIZE'), ['mx.test greets you', 'SIZE 2000000000'])
    assert.deepEqual(await offered('HELP'), ['mx.test greets you', 'HELP'])
    await gateway.set({ 'smtp.block_messagesize': true, 'smtp.block_messagesize_len': 5000 })
    assert.deepEqual(await offered('SIZE 10240000'), ['mx.test greets you', 'SIZE 5000'])
    assert.deepEqual(await offered('SIZE 4000'), ['mx.test greets you', 'SIZE 4000'])
    await gateway.set({ 'smtp.block_messagesize': false })
  })

  test('has only those AUTH mechanisms after which everything can still be read [SMTP-03]', async () => {
    assert.deepEqual(await offered('AUTH GSSAPI DIGEST-MD5 PLAIN LOGIN', 'AUTH=PLAIN GSSAPI'), [
      'mx.test greets you',
      'AUTH PLAIN LOGIN',
      'AUTH=PLAIN',
    ])
    assert.deepEqual(await offered('AUTH GSSAPI'), ['mx.test greets you'])
  })

  test('decides whether our own replies carry enhanced status codes [SMTP-04, SMTP-29]', async () => {
    server.follow({ replies: { EHLO: '250-mx\r\n250 ENHANCEDSTATUSCODES' } })
    using client = await SmtpClient.to(gateway.smtp)
    assert.match(await client.say('TEST'), /^500 Unknown Command/)
    await client.say('EHLO me')
    assert.match(await client.say('TEST'), /^500 5\.5\.1 Unknown Command: "TEST" \(/)
    assert.match(await client.say('MAIL'), /^501 5\.5\.2 Syntax error \("MAIL FROM:"\) \(/)
    await client.say('HELO me')
    assert.match(await client.say('TEST'), /^500 Unknown Command/)
    server.follow({})
    await client.say('EHLO me')
    assert.match(await client.say('TEST'), /^500 Unknown Command/)
  })
})
