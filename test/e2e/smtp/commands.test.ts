/** Every command of guide 11.9, with a mail server that keeps to a script. */
import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { startBetween } from './between.js'
import { SmtpClient } from './smtp-client.js'

const { server, gateway } = await startBetween()

describe('SMTP commands', () => {
  /** `(fsigk/fsigk_smtp/0.1.0/gw.example)` */
  let product = ''

  before(async () => {
    using client = await SmtpClient.to(gateway.smtp, { greeted: false })
    const [, host = '', name = ''] = /^220 (\S+) (\S+)$/.exec(await client.reply()) ?? []
    assert.match(name, new RegExp(`^fsigk/fsigk_smtp/[0-9.]+/${host}$`))
    product = `(${name})`
  })

  const heardSince = (count: number) => server.heard.slice(count)

  test('are the same in every letter case and spacing, and go to the server in one form [SMTP-02]', async () => {
    const before = server.heard.length
    using client = await SmtpClient.to(gateway.smtp)
    await client.say('  ehlo me', 'Mail  From : <a@b.example>  size=10', 'rCPT\tTO:<c@d.example>', '\tRset ', 'quit')
    const [hello, ...rest] = heardSince(before)
    assert.match(hello ?? '', /^EHLO \S+$/)
    assert.deepEqual(rest, ['MAIL FROM:<a@b.example> size=10', 'RCPT TO:<c@d.example>', 'RSET', 'QUIT'])
  })

  test('HELO and EHLO give the server our name and the client the server’s reply [SMTP-02]', async () => {
    for (const verb of ['HELO', 'EHLO']) {
      const before = server.heard.length
      using client = await SmtpClient.to(gateway.smtp)
      assert.equal(await client.say(`${verb} client.example`), '250 mx.test')
      assert.match(product, new RegExp(`/${(server.heard[before] ?? '').replace(`${verb} `, '')}\\)$`))
      server.follow({ replies: { [verb]: '550 not you' } })
      assert.equal(await client.say(`${verb} client.example`), '550 not you')
      server.follow({})
    }
  })

  test('VRFY, EXPN, HELP, NOOP, RSET and XFORWARD pass with what the server says, in several lines too [SMTP-02]', async () => {
    using client = await SmtpClient.to(gateway.smtp)
    await client.say('EHLO me')
    const commands = [
      'VRFY someone',
      'EXPN <list@b.example>',
      'HELP MAIL',
      'NOOP x',
      'RSET',
      'XFORWARD ADDR=192.0.2.1 NAME=x',
    ]
    for (const line of commands) {
      const verb = line.split(' ')[0] ?? ''
      server.follow({ replies: { [verb]: `252-2.1.5 one\r\n252 2.1.5 ${verb} ä` } })
      const before = server.heard.length
      assert.equal(await client.say(line), `252-2.1.5 one\n252 2.1.5 ${verb} \xc3\xa4`)
      assert.deepEqual(heardSince(before), [line])
    }
  })

  test('that are none are answered here, their bytes made harmless, and the session goes on [SMTP-02, SMTP-04]', async () => {
    const before = server.heard.length
    using client = await SmtpClient.to(gateway.smtp)
    assert.equal(await client.say('TEST'), `500 Unknown Command: "TEST" ${product}`)
    assert.equal(await client.say('bdat 10 LAST'), `500 Unknown Command: "bdat 10 LAST" ${product}`)
    assert.equal(await client.say('STARTTLS'), `500 Unknown Command: "STARTTLS" ${product}`)
    assert.equal(await client.say('X\x1b[2J\xff'), `500 Unknown Command: "X?[2J?" ${product}`)
    assert.equal(await client.say(''), `500 Unknown Command: "" ${product}`)
    assert.match(await client.say('Y'.repeat(9998)), /^500 Unknown Command: "Y{100}" /)
    assert.equal(await client.say('NOOP'), '250 ok')
    assert.deepEqual(heardSince(before), ['NOOP'])
  })

  test('MAIL and RCPT that are wrong are answered here in the guide’s words [SMTP-02, SMTP-04]', async () => {
    const before = server.heard.length
    using client = await SmtpClient.to(gateway.smtp)
    assert.equal(await client.say('MAIL'), `501 Syntax error ("MAIL FROM:") ${product}`)
    assert.equal(await client.say('MAIL TO:<a@b>'), `501 Syntax error ("MAIL FROM:") ${product}`)
    assert.equal(await client.say('RCPT FROM:<a@b>'), `500 RCPT command must begin with "RCPT TO:" ${product}`)
    assert.match(await client.say('MAIL FROM:<a b@c>'), /^501 Syntax error in address /)
    assert.match(await client.say('MAIL FROM:<a@c> x='), /^501 Syntax error in parameters /)
    assert.match(await client.say('MAIL FROM:<a@c> BODY=BINARYMIME'), /^555 Unsupported parameter: "BODY=BINARYMIME" /)
    assert.deepEqual(heardSince(before), [])
    assert.equal(await client.say('MAIL FROM:<>'), '250 ok')
    assert.match(await client.say('RCPT TO:<>'), /^501 Syntax error in address /)
    assert.match(await client.say('RCPT TO:<a@\x01c>'), /^501 Syntax error in address /)
    assert.deepEqual(heardSince(before), ['MAIL FROM:<>'])
  })

  test('out of turn are answered here: a message comes only for recipients whom the server took [SMTP-02]', async () => {
    const before = server.heard.length
    using client = await SmtpClient.to(gateway.smtp)
    await client.say('EHLO me')
    assert.match(await client.say('RCPT TO:<a@b>'), /^503 Bad sequence of commands /)
    assert.match(await client.say('DATA'), /^503 Bad sequence of commands /)
    await client.say('MAIL FROM:<a@b>')
    assert.match(await client.say('MAIL FROM:<a@b>'), /^503 Bad sequence of commands /)
    assert.match(await client.say('DATA'), /^554 No valid recipients /)
    server.follow({ refuse: 'nobody' })
    assert.equal(await client.say('RCPT TO:<nobody@b>'), '550 not here')
    assert.match(await client.say('DATA'), /^554 No valid recipients /)
    assert.match(await client.say('DATA now'), /^501 Syntax error \("DATA"\) /)
    // RSET, HELO and EHLO end what was begun; a refused one does not.
    assert.equal(await client.say('RCPT TO:<a@b>'), '250 ok')
    server.follow({ replies: { EHLO: '501 no' } })
    await client.say('EHLO me')
    assert.equal(await client.say('RCPT TO:<c@b>'), '250 ok')
    server.follow({})
    for (const end of ['RSET', 'EHLO me', 'HELO me']) {
      await client.say(end)
      assert.match(await client.say('DATA'), /^503 Bad sequence of commands /)
      await client.say('MAIL FROM:<a@b>', 'RCPT TO:<a@b>')
    }
    assert.ok(!heardSince(before).includes('DATA'))
  })

  test('a sender whom the server refuses begins nothing [SMTP-02]', async () => {
    using client = await SmtpClient.to(gateway.smtp)
    server.follow({ replies: { MAIL: '451 4.7.1 later' } })
    assert.equal(await client.say('EHLO me', 'MAIL FROM:<a@b>'), '451 4.7.1 later')
    assert.match(await client.say('RCPT TO:<a@b>'), /^503 /)
    server.follow({})
    assert.equal(await client.say('MAIL FROM:<a@b>'), '250 ok')
  })

  test('251 and 252 of RCPT count as accepted, and the session goes on after a refused recipient [SMTP-02]', async () => {
    using client = await SmtpClient.to(gateway.smtp)
    await client.say('EHLO me', 'MAIL FROM:<a@b>')
    server.follow({ replies: { RCPT: '251 will forward' } })
    assert.equal(await client.say('RCPT TO:<c@d>'), '251 will forward')
    server.follow({ replies: { RCPT: '550 5.1.1 no' } })
    assert.equal(await client.say('RCPT TO:<e@d>'), '550 5.1.1 no')
    server.follow({})
    assert.equal(await client.say('DATA'), `354 Enter mail ${product}`)
    assert.equal(await client.say('Subject: x\r\n\r\nhello\r\n.'), '250 kept')
  })

  test('QUIT is answered by the server, and by us when the server is silent [SMTP-02]', async () => {
    using client = await SmtpClient.to(gateway.smtp)
    assert.equal(await client.say('QUIT'), '221 bye')
    assert.equal(await client.rest(), '')
    server.follow({ replies: { QUIT: '' } })
    using other = await SmtpClient.to(gateway.smtp)
    assert.equal(await other.say('QUIT'), `221 Bye ${product}`)
    assert.equal(await other.rest(), '')
  })

  test('parameters of MAIL and RCPT and replies with enhanced codes pass [SMTP-29]', async () => {
    const before = server.heard.length
    using client = await SmtpClient.to(gateway.smtp)
    server.follow({ replies: { MAIL: '250 2.1.0 ok', RCPT: '250-2.1.5 fine\r\n250 2.1.5 ok' } })
    const mail = 'MAIL FROM:<\xc3\xa4@b.example> SIZE=1234 BODY=8BITMIME SMTPUTF8 RET=HDRS ENVID=QQ314159 AUTH=<>'
    const rcpt = 'RCPT TO:<c@d.example> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;c+2Bx@d.example'
    assert.equal(await client.say('EHLO me', mail), '250 2.1.0 ok')
    assert.equal(await client.say(rcpt), '250-2.1.5 fine\n250 2.1.5 ok')
    assert.deepEqual(heardSince(before).slice(1), [mail, rcpt])
  })
})
