import assert from 'node:assert/strict'
import { chmod, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { freePort, temporaryFolder } from '@fsigk/testing'
import { startDaemon } from '../../peers/daemon.js'
import { type KeptMail, valuesOf } from '../../peers/kept-mail.js'
import { curlMail, msmtp, type Sending, smtpSource, swaks } from '../../peers/mail-clients.js'
import { type Postfix, startPostfix } from '../../peers/postfix.js'
import { EICAR } from '../../peers/samples.js'
import { type SmtpGateway, startSmtpGateway } from './smtp-gateway.js'

const PEOPLE = ['one@inside.example', 'two@inside.example']

function mailWith(attachment: Buffer): Sending {
  const message = [
    'From: Sender <sender@inside.example>',
    'To: one@inside.example',
    'Cc: two@inside.example',
    'Date: Tue, 14 Apr 2026 09:15:02 +0900',
    'Message-ID: <1@inside.example>',
    'Subject: report',
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary=b',
    '',
    '--b',
    '',
    'See the report.',
    '.',
    '..',
    '--b',
    'Content-Type: application/octet-stream; name="report.bin"',
    'Content-Transfer-Encoding: base64',
    '',
    attachment.toString('base64'),
    '--b--',
    '',
  ].join('\n')
  return { from: 'sender@inside.example', to: PEOPLE, message }
}

const clean = mailWith(Buffer.from('a report'))
const infected = mailWith(EICAR)

/** Programs that send, and a postfix that keeps: what people see of each action. */
describe('SMTP: programs that send mail, and postfix behind the gateway', () => {
  let gateway: SmtpGateway
  let postfix: Postfix
  before(async () => {
    postfix = await startPostfix({ domains: ['inside.example'] })
    gateway = await startSmtpGateway(postfix, { settings: { 'common.admin_mailaddr': 'admin@inside.example' } })
  })
  after(async () => {
    await gateway[Symbol.asyncDispose]()
    await postfix[Symbol.asyncDispose]()
  })

  /** What postfix has kept beyond so many, once it has nothing left to do. */
  async function keptSince(count: number): Promise<readonly KeptMail[]> {
    await postfix.delivered()
    return (await postfix.mails()).slice(count)
  }

  /** Sends, and gives what came of it. */
  async function sendAll(action: string, send: () => Promise<{ readonly code: number }>) {
    await gateway.set({ 'smtp.action': action })
    const before = (await postfix.mails()).length
    const result = await send()
    return { result, kept: await keptSince(before) }
  }

  const programs = { swaks, msmtp, curl: curlMail }

  for (const [name, send] of Object.entries(programs)) {
    test(`${name}: a clean mail comes to each recipient, with fields added on top and nothing else [SMTP-05, SMTP-11]`, async () => {
      const { result, kept } = await sendAll('deny', () => send(gateway.smtp, clean))
      assert.equal(result.code, 0)
      assert.deepEqual(kept.map(({ recipient }) => recipient).sort(), PEOPLE)
      for (const { text } of kept) {
        const sent = text.indexOf(clean.message)
        assert.ok(sent > 0, text)
        assert.match(text.slice(0, sent), /^Received: from .*\n(?:\t.*\n)*X-Virus-Status: clean\(.*\)\n$/)
        assert.equal(text.slice(sent + clean.message.length).trim(), '')
      }
    })

    test(`${name}: an infected mail is refused, and the program says so [SMTP-07]`, async () => {
      const { result, kept } = await sendAll('deny', () => send(gateway.smtp, infected))
      assert.notEqual(result.code, 0)
      assert.match(JSON.stringify(result), /554 5\.7\.1 Infected by /)
      assert.deepEqual(kept, [])
    })
  }

  test('swaks: pass delivers with the finding in the header [SMTP-06]', async () => {
    const { result, kept } = await sendAll('pass', () => swaks(gateway.smtp, infected))
    assert.equal(result.code, 0)
    assert.equal(kept.length, 2)
    for (const mail of kept) {
      assert.match(valuesOf(mail, 'X-Virus-Status')[0] ?? '', /^infected\(.*\) with .*EICAR/i)
      assert.ok(mail.text.includes(EICAR.toString('base64')))
    }
  })

  test('swaks: blackhole says that it was taken, and nothing comes [SMTP-08]', async () => {
    const { result, kept } = await sendAll('blackhole', () => swaks(gateway.smtp, infected))
    assert.equal(result.code, 0)
    assert.deepEqual(kept, [])
  })

  test('swaks: delete sends the recipients a message instead, with To and Cc of the mail [SMTP-09]', async () => {
    const { result, kept } = await sendAll('delete', () => swaks(gateway.smtp, infected))
    assert.equal(result.code, 0)
    assert.deepEqual(kept.map(({ recipient }) => recipient).sort(), PEOPLE)
    for (const mail of kept) {
      assert.deepEqual(valuesOf(mail, 'To'), ['one@inside.example'])
      assert.deepEqual(valuesOf(mail, 'Cc'), ['two@inside.example'])
      assert.equal(mail.text.includes(EICAR.toString('base64')), false)
    }
  })

  test('swaks: sendback sends it to the sender instead [SMTP-10]', async () => {
    const { result, kept } = await sendAll('sendback', () => swaks(gateway.smtp, infected))
    assert.equal(result.code, 0)
    assert.deepEqual(
      kept.map(({ recipient }) => recipient),
      ['sender@inside.example'],
    )
  })

  test('swaks: a client that pipelines without being offered it is served in order [SMTP-03]', async () => {
    const { result, kept } = await sendAll('deny', () => swaks(gateway.smtp, clean, '--pipeline'))
    assert.equal(result.code, 0)
    assert.equal(kept.length, 2)
  })

  test('smtp-source: sixteen sessions at once, several messages in each; none is missing [SMTP-01]', async () => {
    const { result, kept } = await sendAll('deny', () =>
      smtpSource(
        gateway.smtp,
        '-s',
        '16',
        '-m',
        '160',
        '-l',
        '20000',
        '-d',
        '-f',
        'a@b.example',
        '-t',
        'one@inside.example',
      ),
    )
    assert.equal(result.code, 0)
    assert.equal(kept.length, 160)
    for (const mail of kept) assert.equal(valuesOf(mail, 'X-Virus-Status').length, 1)
  })
})

test('smtp-source and smtp-sink: many sessions at once through the gateway, and none is missing or unscanned [SMTP-01, SMTP-05]', async () => {
  await using folder = await temporaryFolder('smtp-sink')
  await chmod(folder.path, 0o777)
  const kept = join(folder.path, 'kept')
  const port = await freePort()
  await using _sink = await startDaemon(port, 'smtp-sink', '-u', 'nobody', '-D', kept, `127.0.0.1:${port}`, '100')
  await using gateway = await startSmtpGateway({ host: '127.0.0.1', port })
  const { code } = await smtpSource(
    gateway.smtp,
    '-s',
    '20',
    '-m',
    '100',
    '-l',
    '8000',
    '-f',
    'a@b.example',
    '-t',
    'one@c.example',
  )
  assert.equal(code, 0)
  const text = await readFile(kept, 'latin1')
  assert.equal(text.match(/^X-Virus-Status: clean\(/gm)?.length, 100)
  assert.equal(text.match(/^X-Rcpt-Args: <one@c\.example>/gm)?.length, 100)
})
