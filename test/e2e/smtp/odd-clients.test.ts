/** Random sessions, well-formed and not: how their bytes are cut changes nothing, and what servers hear is always well-formed. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { RawClient } from '@fsigk/testing'
import { type ScriptedMailServer, startScriptedMailServer } from '../../peers/scripted-mail-server.js'
import { type SmtpGateway, startSmtpGateway } from './smtp-gateway.js'

const SESSIONS = 60
const COMMANDS = 12

const pieces = [
  ...['EHLO me', 'helo x', 'MAIL FROM:<a@b.example>', 'mail from : <> SIZE=5', 'MAIL FROM:<"q\\" <>@"@b>', 'MAIL'],
  ...[
    'RCPT TO:<c@d.example>',
    'rcpt to:e@f.example',
    'RCPT TO:<@x,@y:c@d>',
    'RCPT TO:<\x01@d>',
    'RCPT TO:<a@b> X=\x7f',
  ],
  ...[
    'DATA',
    'data',
    'Data now',
    'RSET',
    'NOOP \x1b\x08',
    'VRFY \xff\xfe',
    'HELP',
    'XFORWARD NAME=x',
    'BDAT 3 LAST\r\nabc',
  ],
  ...[
    'AUTH PLAIN AGEAYg==',
    'AUTH GSSAPI',
    '*',
    '',
    ' ',
    '.',
    '..',
    'x'.repeat(3000),
    'MAIL FROM:<a@b>\tBODY=BINARYMIME',
  ],
]
const messages = [
  'Subject: x\r\n\r\n..one\r\n.\r\n',
  '.\r\n',
  'no header\r\n..\r\n.\r\n',
  '\r\n\xff\x80\r\nQUIT\r\n.\r\n',
]

/** xorshift32: the same sessions each time. */
function* numbers(seed: number): Generator<number, never> {
  for (let state = seed; ; ) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    yield state >>> 0
  }
}

function randomSession(random: Iterator<number, never>): string {
  const pick = (from: readonly string[]) => from[random.next().value % from.length] ?? ''
  let text = ''
  for (let at = 0; at < COMMANDS; at++) {
    const command = pick(pieces)
    text += `${command}\r\n`
    // Where no message is asked for, its lines are commands, and most of them none.
    if (/^data$/i.test(command)) text += pick(messages)
    if (random.next().value % 4 === 0)
      text += `EHLO me\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n${pick(messages)}`
  }
  return `${text}QUIT\r\n`
}

describe('odd SMTP clients', () => {
  const resources = new AsyncDisposableStack()
  let server: ScriptedMailServer
  let gateway: SmtpGateway

  before(async () => {
    server = resources.use(await startScriptedMailServer({ replies: { AUTH: '535 no', HELP: '214-a\r\n214 b' } }))
    gateway = resources.use(await startSmtpGateway(server))
  })
  after(() => resources.disposeAsync())

  async function held(cuts: readonly Buffer[]) {
    const before = { heard: server.heard.length, messages: server.messages.length }
    using client = await RawClient.to(gateway.smtp)
    client.socket.setNoDelay(true)
    for (const cut of cuts) client.send(cut)
    const replies = await client.untilClosed()
    const messages = server.messages
      .slice(before.messages)
      .map((text) => text.replace(/^Received: .*\r\n(\s.*\r\n)*/, ''))
    return { replies, heard: server.heard.slice(before.heard), messages }
  }

  test('are answered alike however their bytes are cut, and no server hears control characters [SMTP-02, SMTP-26]', async () => {
    const random = numbers(20261124)
    let sent = 0
    for (let at = 0; at < SESSIONS; at++) {
      const bytes = Buffer.from(randomSession(random), 'latin1')
      const whole = await held([bytes])
      const cut: Buffer[] = []
      for (let from = 0; from < bytes.length; ) {
        const length = 1 + (random.next().value % 40)
        cut.push(bytes.subarray(from, from + length))
        from += length
      }
      assert.deepEqual(await held(cut), whole, bytes.toString('latin1'))
      for (const line of whole.heard) assert.match(line, /^[\x20-\x7e\x80-\xff]+$/)
      assert.match(whole.replies, /^220 [^\r\n]*\r\n(\d{3}[ -][^\r\n\0]*\r\n)*221 bye\r\n$/)
      sent += whole.messages.length
    }
    assert.ok(sent > SESSIONS, `${sent} messages`)
  })
})
