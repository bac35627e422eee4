import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { bodies, everything, read } from './read.js'
import { base64, binary, inner, lines, PAYLOAD, quotedPrintable } from './tricks/kit.js'

const file = ['From: b@example.com', 'Subject: y', ...binary, '']
const octets = 'Content-Type: application/octet-stream'

function bounce(...quoted: readonly string[]): string {
  return lines('From: a@example.com', 'Subject: failure notice', '', 'Sorry.', '', ...quoted, '')
}

const forms: readonly { readonly says: string; readonly mail: string }[] = [
  { says: 'qmail', mail: bounce('--- Below this line is a copy of the message.', '', ...file) },
  {
    says: 'Exim',
    mail: bounce('------ This is a copy of the message, including all the headers. ------', '', ...file, '', 'x y'),
  },
  { says: 'without a line before it', mail: bounce(...file) },
  { says: 'behind a sentence', mail: bounce('Your message was:', ...file) },
  { says: 'in other letters', mail: bounce('content-transfer-encoding : BASE64', octets, '', base64) },
  {
    says: 'the encoding before a line that is no field',
    mail: bounce('Content-Transfer-Encoding: base64', 'x y', ...file),
  },
  { says: 'in folded fields', mail: bounce('Content-Transfer-Encoding:', ' base64', octets, '', base64) },
  { says: 'in lines that end in LF', mail: bounce(...file).replaceAll('\r\n', '\n') },
  { says: 'in short lines', mail: bounce(...file).replace(base64, base64.replace(/.{8}/g, '$&\r\n')) },
  {
    says: 'in lines that end in CR',
    mail: bounce(...file)
      .replaceAll('\r\n', '\r')
      .replace('\r\r', '\r\n\r\n'),
  },
  {
    says: 'quoted-printable',
    mail: bounce(octets, 'Content-Transfer-Encoding: quoted-printable', '', `${quotedPrintable}=`),
  },
  {
    says: 'the second of a mailbox',
    mail: lines('Subject: z', '', 'From x y', 'Subject: one', '', 'text', '', 'From x y', ...file, 'From x y', ...file),
  },
  {
    says: 'the second of a digest, between lines of dashes',
    mail: lines(
      '',
      'Topics',
      '-'.repeat(70),
      '',
      'Date: a',
      '',
      'b',
      '-'.repeat(30),
      '',
      ...file,
      '-'.repeat(30),
      '',
      'x',
    ),
  },
  { says: 'a mail that has one in its text', mail: bounce(...bounce(...file).split('\r\n')) },
  {
    says: 'in a text in base64',
    mail: lines('Content-Transfer-Encoding: base64', '', Buffer.from(bounce(...file)).toString('base64')),
  },
  { says: 'in a text of parts', mail: inner.replace('--b\r\n', `--b\r\n\r\n${bounce(...file)}\r\n--b\r\n`) },
]

describe('mails that stand in a text are read', () => {
  for (const { says, mail } of forms)
    test(says, async () => {
      for (const chunkBytes of [3, 50, 65_536])
        assert.ok((await bodies(mail, everything, chunkBytes)).includes(PAYLOAD), `${chunkBytes}`)
    })

  test('a line longer than can be held is one line', async () => {
    const long = `${'=41'.repeat(5450)}${quotedPrintable}`
    const mail = bounce(octets, 'Content-Transfer-Encoding: quoted-printable', '', long)
    for (const chunkBytes of [7, 50, 65_536])
      assert.ok((await bodies(mail, everything, chunkBytes)).some((body) => body.includes(PAYLOAD)))
  })

  test('with their names and types', async () => {
    const named = bounce('Content-Type: a/b; name="c.exe"', 'Content-Transfer-Encoding: base64', '', base64)
    const { name, type } = (await read(named)).find(({ body }) => body === PAYLOAD) ?? {}
    assert.deepEqual({ name, type }, { name: 'c.exe', type: 'a/b' })
  })

  test('also in a text that the settings leave out', async () => {
    assert.deepEqual(await bodies(bounce(...file), { text: false, wholeHtml: false }), [PAYLOAD])
  })

  test('two of them, each by itself', async () => {
    assert.deepEqual((await bodies(bounce(...file, ...file))).slice(1), [PAYLOAD, PAYLOAD])
  })

  test('what holds nothing that is encoded is a text', async () => {
    for (const quoted of [
      ['Content-Type: text/plain', '', 'x'],
      ['Content-Transfer-Encoding: 8bit', '', 'x'],
      ['Content-Transfer-Encoding: base64', '', 'is how files are sent.'],
      ['> Content-Transfer-Encoding: base64', '> ', `> ${base64}`],
    ])
      assert.equal((await read(bounce(...quoted))).length, 1, quoted.join())
  })

  test('a mail in a mail is not looked for once more', async () => {
    assert.equal(
      (await read(lines('Content-Type: message/rfc822', '', ...file))).filter(({ body }) => body === PAYLOAD).length,
      1,
    )
    assert.equal((await read(inner)).length, 1)
  })

  test('a text that speaks of encodings often is not beyond the bounds', async () => {
    const said = lines('Content-Transfer-Encoding: quoted-printable', '', 'a = b = =c', '', 'so =', '')
    assert.equal((await read(bounce(said.repeat(500)))).length, 501)
  })
})
