/** Notices about mail (guide 7.3, 7.1.1.2, 7.1.1.3): templates, their senders, and mail to the administrator, by real mails. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { parseLogLine, RawClient, scannerThatFinds } from '@fsigk/testing'
import { fieldsOf, type MailServer, type ReceivedMail, startMailServer } from '../../peers/mail-server.js'
import { MAILBOX, startPopServer } from '../../peers/pop-server.js'
import { EICAR } from '../../peers/samples.js'
import { startScriptedMailServer } from '../../peers/scripted-mail-server.js'
import { sendMail } from '../smtp/send-mail.js'
import { SmtpClient } from '../smtp/smtp-client.js'
import { type SmtpGateway, startSmtpGateway } from '../smtp/smtp-gateway.js'

/** All of guide 7.3, written down once more: a variable that is lost is noticed here. */
const variables =
  'SERVICE_TYPE DETECTION_NAME VIRUS_INFO_URL CLIENT_HOST CLIENT_ADDR SERVER_HOST SERVER_ADDR STATUS METHOD URL CONTENT_TYPE CONTENT_LENGTH FILENAME QUARANTINE_FILE TIME TIME_STR HEADER TEXT MAILFROM RCPTTO MESSAGE_ID ERROR_STR ACTION PATH_QUERY X_FORWARDED_FOR'.split(
    ' ',
  )

const body = `${variables.map((name) => `${name}<<\${${name}}>>`).join('\n')}\n\${FOO} #{URL}\n.\n..dots\nend\n`
const template = (from: string) =>
  `Subject: 検出: \${DETECTION_NAME} \${FILENAME}\n${from}X-Found: \${MESSAGE_ID}\nX-All: \${HEADER}\n\n${body}`

/** Written by somebody who knows our templates. */
const NAME = '${TIME}\u2028検疫.com'
const INFECTED = [
  'From: <sender@example.org>',
  'To: =?UTF-8?B?5qSc55ar?= <one@example.com>,',
  ' two@example.com',
  'Cc: three@example.com',
  'Date: Mon, 1 Jan 2024 10:00:00 +0900',
  'Message-Id: <id-${URL}@example.org>',
  'Subject: hello',
  'MIME-Version: 1.0',
  'Content-Type: multipart/mixed; boundary=b',
  '',
  '--b',
  '',
  'Text of ${ACTION}',
  'Bcc: evil@example.net',
  '..',
  '',
  '--b',
  `Content-Type: application/octet-stream`,
  `Content-Disposition: attachment; filename*=UTF-8''${encodeURIComponent(NAME)}`,
  'Content-Transfer-Encoding: base64',
  '',
  EICAR.toString('base64'),
  '--b--',
  '',
].join('\r\n')

/** As it goes over the wire. */
const DOTTED = INFECTED.replaceAll(/^\./gm, '..')

/** The values in a text made of `body`. */
function valuesIn(text: string): ReadonlyMap<string, string> {
  const plain = text.replaceAll('\r\n', '\n')
  assert.ok(plain.endsWith('\n${FOO} #{URL}\n.\n..dots\nend\n'), JSON.stringify(plain.slice(-100)))
  return new Map(
    variables.map((name) => [
      name,
      new RegExp(`(?:^|>>\n)${name}<<(.*?)>>(?:\n|$)`, 's').exec(plain)?.[1] ?? assert.fail(name),
    ]),
  )
}

function expectValues(text: string, expected: Readonly<Record<string, string | RegExp>>): void {
  const values = valuesIn(text)
  assert.deepEqual(Object.keys(expected).sort(), [...variables].sort())
  for (const [name, value] of Object.entries(expected))
    if (typeof value === 'string') assert.equal(values.get(name), value, name)
    else assert.match(values.get(name) ?? '', value, name)
}

const common = {
  VIRUS_INFO_URL: /^http:\/\/info\.test\/\?q=\S*eicar\S*$/i,
  CLIENT_HOST: '127.0.0.1',
  CLIENT_ADDR: '127.0.0.1',
  SERVER_HOST: '127.0.0.1',
  SERVER_ADDR: '127.0.0.1',
  STATUS: '200',
  METHOD: 'GET',
  CONTENT_TYPE: /^(multipart\/mixed|message\/rfc822)/,
  CONTENT_LENGTH: `${INFECTED.length}`,
  FILENAME: '${TIME}検疫.com',
  TIME: /^\d+$/,
  TIME_STR: /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]?\d \d\d:\d\d:\d\d \d{4}$/,
  HEADER: /^From: <sender@example\.org>\n[\s\S]*Subject: hello\n[\s\S]*boundary=b\n?$/,
  TEXT: /^Text of \$\{ACTION\}\nBcc: evil@example\.net\n\.\.\n/,
  MESSAGE_ID: '<id-${URL}@example.org>',
  ERROR_STR: '',
  PATH_QUERY: '',
  X_FORWARDED_FOR: '',
} as const

/** What must hold of each notice, whoever gets it. */
function expectHeader(mail: ReceivedMail): void {
  assert.deepEqual(mail.defects, [])
  assert.match(mail.rawHeader, /^[\t\x20-\x7e\r\n]*$/)
  assert.match(fieldsOf(mail, 'subject').join(), /^検出: \S*eicar\S* \$\{TIME\}検疫\.com$/i)
  assert.deepEqual(fieldsOf(mail, 'bcc'), [])
  assert.deepEqual(fieldsOf(mail, 'x-found'), ['<id-${URL}@example.org>'])
  assert.equal(fieldsOf(mail, 'x-all').length, 1)
  assert.match(mail.rawHeader, /^Content-Type: text\/plain; charset=utf-8\r?$/im)
}

describe('notices about mail', () => {
  const resources = new AsyncDisposableStack()
  let server: MailServer
  let gateway: SmtpGateway
  /** Mails that came before the last that was sent. */
  let earlier = 0

  before(async () => {
    server = resources.use(await startMailServer())
    gateway = resources.use(
      await startSmtpGateway(server, {
        settings: {
          'smtp.quarantine': true,
          'common.virus_info_url': 'http://info.test/?q=${DETECTION_NAME}',
          'common.admin_mailaddr': 'admin@example.org',
          'common.admin_mx_host': server.host,
          'common.admin_mx_port': server.port,
        },
      }),
    )
  })
  after(() => resources.disposeAsync())

  async function send(options: Parameters<typeof sendMail>[1] = {}, localAddress = '127.0.0.1'): Promise<string> {
    earlier = server.mails.length
    using client = await SmtpClient.to(gateway.smtp, { localAddress })
    await client.say('EHLO client.test')
    return await sendMail(client, { to: ['one@example.com', 'two@example.com'], message: DOTTED, ...options })
  }

  /** The mails that came since the last was sent, of which there are so many. */
  async function news(count: number): Promise<readonly ReceivedMail[]> {
    await server.received(earlier + count)
    return server.mails.slice(earlier)
  }

  test('recipients get the template with all 25 variables, from the sender of the message whatever From: says [TPL-01, TPL-02, SMTP-09]', async () => {
    await gateway.set({ 'smtp.action': 'delete', 'template.smtp': template('From: 検疫 <gate@example.net>\n') })
    assert.match(await send(), /^250 /)
    const [mail = assert.fail(), ...more] = await news(1)
    assert.deepEqual(more, [])
    expectHeader(mail)
    assert.equal(mail.from, 'sender@example.org')
    assert.deepEqual(mail.to, ['one@example.com', 'two@example.com'])
    assert.deepEqual(fieldsOf(mail, 'from'), ['検疫 <gate@example.net>'])
    assert.deepEqual(fieldsOf(mail, 'to'), ['検疫 <one@example.com>, two@example.com'])
    assert.deepEqual(fieldsOf(mail, 'cc'), ['three@example.com'])
    const line = parseLogLine(await gateway.line('smtp', 'detect', 'mail:'))
    expectValues(mail.text, {
      ...common,
      SERVICE_TYPE: 'smtp',
      DETECTION_NAME: line.detection.name,
      URL: 'mail:one@example.com,two@example.com',
      QUARANTINE_FILE: line.detection.quarantined,
      MAILFROM: 'sender@example.org',
      RCPTTO: 'one@example.com,two@example.com',
      ACTION: 'DELETE',
    })
    assert.match(line.detection.quarantined, /^smtp-/)
    assert.equal(line.status, 200)
  })

  test('the sender gets it from the address that From: names, else from the administrator [TPL-02, SMTP-10]', async () => {
    await gateway.set({ 'smtp.action': 'sendback', 'template.smtp': template('From: 検疫 <gate@example.net>\n') })
    assert.match(await send(), /^250 /)
    const [named = assert.fail()] = await news(1)
    expectHeader(named)
    assert.deepEqual([named.from, named.to], ['gate@example.net', ['sender@example.org']])
    assert.deepEqual(fieldsOf(named, 'from'), ['検疫 <gate@example.net>'])
    assert.equal(valuesIn(named.text).get('ACTION'), 'SENDBACK')

    await gateway.set({ 'template.smtp': template('') })
    assert.match(await send(), /^250 /)
    const [unnamed = assert.fail()] = await news(1)
    expectHeader(unnamed)
    assert.deepEqual([unnamed.from, unnamed.to], ['admin@example.org', ['sender@example.org']])
    assert.deepEqual(fieldsOf(unnamed, 'from'), ['admin@example.org'])
  })

  test('the administrator is told of a mail with all that is known of it [TPL-01, TPL-02, TPL-04, SMTP-13]', async () => {
    await gateway.set({
      'smtp.action': 'deny',
      'smtp.notify_admin': true,
      'template.admin': template('From: 検疫 <gate@example.net>\n'),
    })
    assert.match(await send(), /^554 Infected by /)
    const [mail = assert.fail()] = await news(1)
    expectHeader(mail)
    assert.deepEqual([mail.from, mail.to], ['gate@example.net', ['admin@example.org']])
    assert.match(fieldsOf(mail, 'x-admin-notification-id').join(), /^[0-9a-f]{64}$/)
    expectValues(mail.text, {
      ...common,
      STATUS: '500',
      SERVICE_TYPE: 'smtp',
      DETECTION_NAME: /eicar/i,
      URL: 'mail:one@example.com,two@example.com',
      QUARANTINE_FILE: /^smtp-/,
      MAILFROM: 'sender@example.org',
      RCPTTO: 'one@example.com,two@example.com',
      ACTION: 'DENY',
    })
    await gateway.set({ 'smtp.notify_admin': false })

    const before = server.mails.length
    assert.match(await send({ to: ['untold@example.com'] }), /^554 Infected by /)
    await gateway.set({ 'smtp.notify_admin': true })
    assert.match(await send({ to: ['told@example.com'] }), /^554 Infected by /)
    // They come in order: had there been one of the first, it would be here.
    await server.received(before + 1)
    assert.equal(valuesIn(server.mails[before]?.text ?? '').get('RCPTTO'), 'told@example.com')
    await gateway.set({ 'smtp.notify_admin': false })
  })

  test('mail of the LAN has a template of its own, and its own word on the administrator [SMTP-18, TPL-01]', async () => {
    await gateway.set({
      'smtp.lan': true,
      'access.smtp_lan': '127.0.5.',
      'smtp.lan_action': 'delete',
      'smtp.lan_notify_admin': true,
      'template.smtp_lan': `Subject: of the LAN\n\n${body}`,
      'template.admin': 'Subject: told\n\n${CLIENT_ADDR}\n',
      'smtp.action': 'delete',
    })
    assert.match(await send({}, '127.0.5.9'), /^250 /)
    const mails = await news(2)
    const [notice = assert.fail()] = mails.filter(({ to }) => to.includes('one@example.com'))
    assert.deepEqual(fieldsOf(notice, 'subject'), ['of the LAN'])
    assert.equal(valuesIn(notice.text).get('CLIENT_ADDR'), '127.0.5.9')
    const [told = assert.fail()] = mails.filter(({ to }) => to.includes('admin@example.org'))
    assert.deepEqual(fieldsOf(told, 'subject'), ['told'])

    await gateway.set({ 'smtp.notify_admin': true, 'smtp.lan_notify_admin': false })
    const before = server.mails.length
    await send({}, '127.0.5.9')
    await send()
    // They come in order: had there been one of the LAN, it would be here.
    await server.received(before + 3)
    const tellingOf = server.mails.slice(before).filter(({ to }) => to.includes('admin@example.org'))
    assert.deepEqual(
      tellingOf.map(({ text }) => text.trim()),
      ['127.0.0.1'],
    )
    await gateway.set({ 'smtp.lan': false, 'smtp.notify_admin': false })
  })

  test('a mailbox shows the template in place of the message, dated and addressed as that was, and the administrator is told [TPL-01, POP-04, POP-13]', async () => {
    await using box = await startPopServer({ messages: [INFECTED] })
    await gateway.set({
      'pop.pop_service': true,
      'pop.svcport': '127.0.0.1:0',
      'pop.parent_server_host': box.host,
      'pop.parent_server_port': box.port,
      'pop.quarantine': true,
      'pop.notify_admin': true,
      'template.admin': 'Subject: told\n\n${SERVICE_TYPE} ${CLIENT_ADDR} ${DETECTION_NAME}\n',
      'template.pop': template('From: 検疫 <gate@example.net>\n'),
    })
    earlier = server.mails.length
    const shown = await fetched(gateway)
    const [told = assert.fail()] = await news(1)
    assert.deepEqual(told.to, ['admin@example.org'])
    assert.match(told.text, /^pop 127\.0\.0\.1 \S*EICAR/)
    const mail = await parsed(shown)
    expectHeader(mail)
    assert.deepEqual(fieldsOf(mail, 'from'), ['検疫 <gate@example.net>'])
    assert.deepEqual(fieldsOf(mail, 'date'), ['Mon, 1 Jan 2024 10:00:00 +0900'])
    assert.deepEqual(fieldsOf(mail, 'to'), ['検疫 <one@example.com>, two@example.com'])
    assert.deepEqual(fieldsOf(mail, 'cc'), ['three@example.com'])
    expectValues(mail.text, {
      ...common,
      SERVICE_TYPE: 'pop',
      DETECTION_NAME: /eicar/i,
      URL: `pop://${MAILBOX.user}@127.0.0.1:${box.port}`,
      QUARANTINE_FILE: /^pop-/,
      MAILFROM: '',
      RCPTTO: '',
      ACTION: 'DELETE',
    })
  })

  /** A message as Python's email package reads it: by way of the mail server. */
  async function parsed(message: string): Promise<ReceivedMail> {
    earlier = server.mails.length
    using client = await SmtpClient.to(server)
    await client.say('EHLO client.test')
    await sendMail(client, { message: message.replaceAll(/^\./gm, '..') })
    const [mail = assert.fail()] = await news(1)
    return mail
  }
})

/** The first message of the mailbox, through the gateway, without its dots. */
async function fetched(gateway: SmtpGateway): Promise<string> {
  using client = await RawClient.to(await gateway.address('pop'))
  client.send(`USER ${MAILBOX.user}\r\nPASS ${MAILBOX.password}\r\nRETR 1\r\nQUIT\r\n`)
  await client.untilClosed()
  const text = client.received.toString('latin1').split('\r\n').slice(4).join('\r\n')
  return text.slice(0, text.indexOf('\r\n.\r\n') + 2).replaceAll(/^\.\./gm, '.')
}

describe('what a mail says to its reader', () => {
  test('is in the notice as it is read, whatever it is encoded in [TPL-01]', async () => {
    await using server = await startMailServer()
    await using gateway = await startSmtpGateway(server, {
      scanners: [scannerThatFinds],
      settings: { 'smtp.action': 'delete', 'template.smtp': 'Subject: x\n\n<${TEXT}>\n' },
    })
    const part = (type: string, text: Buffer) =>
      `--b\r\nContent-Type: ${type}\r\nContent-Transfer-Encoding: base64\r\n\r\n${text.toString('base64')}\r\n`
    const parts = [
      part('application/x-file', Buffer.from('a file')),
      part('text/html; charset=utf-8', Buffer.from('<p>Grüße</p>')),
      part('text/plain; charset=iso-8859-1', Buffer.from('Grüße', 'latin1')),
    ]
    using client = await SmtpClient.to(gateway.smtp)
    await client.say('EHLO client.test')
    await sendMail(client, {
      message: `Content-Type: multipart/mixed; boundary=b\r\n\r\n${parts.join('')}--b--\r\n`,
    })
    const [notice = assert.fail()] = await server.received(1)
    assert.equal(notice.text.trim(), '<Grüße>')
  })
})

describe('a notice whose way leads through the gateway itself', () => {
  test('is not scanned again, and whatever copies its id is [SMTP-13]', async () => {
    await using server = await startMailServer()
    await using gateway = await startSmtpGateway(server, {
      settings: {
        'smtp.action': 'deny',
        'smtp.notify_admin': true,
        'common.admin_mailaddr': 'admin@example.org',
        // Quotes what was found: it would be found again.
        'template.admin': 'Subject: 検出 ${DETECTION_NAME}\n\n${TEXT}\n',
      },
    })
    await gateway.set({ 'common.admin_mx_host': gateway.smtp.host, 'common.admin_mx_port': gateway.smtp.port })
    const send = async (message: string) => {
      using client = await SmtpClient.to(gateway.smtp)
      await client.say('EHLO client.test')
      return await sendMail(client, { message })
    }
    assert.match(await send(`Subject: x\r\n\r\n${EICAR}\r\n`), /^554 Infected by /)
    const [notice = assert.fail()] = await server.received(1)
    assert.ok(notice.text.includes(String(EICAR)))
    assert.doesNotMatch(notice.rawHeader, /^X-Virus-Status:/m)
    const line = await gateway.line('smtp', 'access', 'mail:admin@example.org')
    assert.match(line, /DETECT-STAT:UNSCANNED:.*:PASS_NOTIFICATION: PROTOCOL-STAT:/)

    await using box = await startPopServer({ messages: [notice.raw] })
    await gateway.set({
      'pop.pop_service': true,
      'pop.svcport': '127.0.0.1:0',
      'pop.parent_server_host': box.host,
      'pop.parent_server_port': box.port,
    })
    assert.ok((await fetched(gateway)).endsWith(notice.raw.toString('latin1')))

    await gateway.set({ 'smtp.notify_admin': false })
    const whole = notice.raw.toString('latin1')
    assert.equal(await send(whole), '250 kept')
    const other = Buffer.from(`${EICAR} `).toString('base64')
    for (const message of [
      whole.replace(/(\r\n\r\n)[\s\S]*$/, `$1${other}\r\n`),
      whole.replace('MIME-Version', 'Content-Type: text/html\r\nMIME-Version'),
      whole.replace(/^Subject: /m, 'Subject: more '),
    ])
      assert.match(await send(message), /^554 Infected by /, message)

    await gateway.set({ 'common.admin_notification_id': 'shared by several gateways' })
    assert.match(await send(whole), /^554 Infected by /)
  })
})

describe('mail to the administrator about mail', () => {
  test('what his server does wrong is told in the error.log of the service, in the words of the guide [TPL-04, LOG-03]', async () => {
    await using parent = await startScriptedMailServer()
    await using admin = await startScriptedMailServer({ replies: { GREETING: '554 go away' } })
    await using gateway = await startSmtpGateway(parent, {
      settings: {
        'smtp.action': 'deny',
        'smtp.notify_admin': true,
        'common.admin_mailaddr': 'admin@example.org',
        'common.admin_mx_host': '127.0.0.1',
        'common.admin_mx_port': admin.port,
      },
    })
    const meetVirus = async () => {
      using client = await SmtpClient.to(gateway.smtp)
      await client.say('EHLO client.test')
      await sendMail(client, { message: `\r\n${EICAR}\r\n` })
    }
    await meetVirus()
    await gateway.line('smtp', 'error', /###ERROR### notify_admin:smtp error:\[GREETING\]: buf=\[554 go away\]/)
    admin.follow({ replies: { RCPT: '550 who?' } })
    await gateway.line('smtp', 'error', /###ERROR### notify_admin:smtp error:\[RCPT TO\]: buf=\[550 who\?\]/)
    await gateway.set({ 'common.admin_mx_host': 'no-such-host.invalid' })
    await meetVirus()
    await gateway.line('smtp', 'error', /###ERROR### notify_admin:gethostbyname error:admin_mx_host=\[no-such-host/)
    await gateway.set({ 'common.admin_mx_host': '127.0.0.1', 'common.admin_mx_port': 1 })
    await meetVirus()
    await gateway.line('smtp', 'error', '###ERROR### notify_admin:cannot connect to admin mail server[127.0.0.1:1] /')
  })
})
