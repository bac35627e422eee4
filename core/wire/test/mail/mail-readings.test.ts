import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { mailReadings, WireFault } from '../../src/index.js'
import { bodies, contentOf, everything, read } from './read.js'
import { lines } from './tricks/kit.js'

const part = ['--b', 'Content-Type: application/octet-stream', '', 'x']
const mixed = ['Content-Type: multipart/mixed; boundary=b', '']

/** A signed mail in BER with so many elements where its content is, or its algorithms. */
function signedElements(element: string, count: number, where: 'content' | 'algorithms'): string {
  const elements = `${Buffer.from(element.repeat(count), 'latin1').toString('hex')}0000`
  const [algorithms, content] = where === 'content' ? ['3100', elements] : [`3180${elements}`, '0401780000']
  const hex = `308006092a864886f70d010702a0803080020101${algorithms}308006092a864886f70d010701a0802480${content}`
  const mail = `${Buffer.from(hex, 'hex').toString('latin1')}${'\0'.repeat(10)}`
  return `Content-Type: application/pkcs7-mime\r\n\r\n${mail}`
}

const beyond: readonly { readonly says: string; readonly mail: string }[] = [
  { says: 'parts', mail: lines(...mixed, ...Array<string>(1001).fill(lines(...part)), '--b--') },
  { says: 'boundary lines', mail: lines(...mixed, ...Array<string>(5002).fill('--b--'), '') },
  { says: 'a header', mail: `Subject: ${'x'.repeat(4_400_000)}\r\n\r\nx` },
  { says: 'lines of a header', mail: `${'X: y\r\n'.repeat(50_001)}\r\nx` },
  { says: 'pieces of S/MIME', mail: signedElements('\x04\x01x', 20_000, 'content') },
  { says: 'pieces of S/MIME that are empty', mail: signedElements('\x04\0', 20_000, 'content') },
  { says: 'algorithms of S/MIME', mail: signedElements('\x05\0', 20_000, 'algorithms') },
  { says: 'mails in mails', mail: `${'Content-Type: message/rfc822\r\n\r\n'.repeat(20)}x` },
  {
    says: 'multiparts in multiparts',
    mail: Array.from({ length: 40 }, (_, n) =>
      lines(`Content-Type: multipart/mixed; boundary=b${n}z`, '', `--b${n}z`, ''),
    ).join(''),
  },
  { says: 'a boundary', mail: `Content-Type: multipart/mixed; boundary="${'b'.repeat(300)}"\r\n\r\nx` },
  {
    says: 'boundaries',
    mail: `Content-Type: multipart/mixed${Array.from({ length: 40 }, (_, n) => `; boundary=b${n}`).join('')}\r\n\r\nx`,
  },
  {
    says: 'doubts',
    mail: lines(
      ...mixed,
      ...part,
      '--b ',
      ...part.slice(1),
      '--bx',
      ...part.slice(1),
      'y --b',
      ...part.slice(1),
      '--B',
      ...part.slice(1),
      '--b',
      'what is this',
      ...part.slice(1),
    ),
  },
]

/** Which would take minutes if their parts were looked for anew from every byte. */
const slow: readonly { readonly says: string; readonly mail: string }[] = [
  {
    says: 'lines of a header that end in CR',
    mail: `Subject: x\r\n${`X: ${'y'.repeat(36)}\r`.repeat(49_000)}\r\nx`,
  },
  { says: 'white space in a type', mail: `Content-Type: text${' '.repeat(1_000_000)}x/plain\r\n\r\nx` },
  {
    says: 'lines that may be one of many boundaries',
    mail: lines(
      `Content-Type: multipart/mixed${Array.from({ length: 30 }, (_, n) => `; boundary=b${n}`).join('')}`,
      '',
      '--b\r\n'.repeat(400_000),
    ),
  },
]

describe('a mail is read within bounds', () => {
  for (const { says, mail } of beyond)
    test(`more ${says} than can be meant make it unreadable, not clean`, async () => {
      await assert.rejects(read(mail), WireFault)
    })

  test('a mail of any size is read without holding it', async () => {
    const head = Buffer.from(
      lines(
        'Content-Type: multipart/mixed; boundary=b',
        '',
        '--b',
        'Content-Type: application/zip',
        'Content-Transfer-Encoding: base64',
        '',
        '',
      ),
    )
    const chunk = Buffer.from(`${'QUJD'.repeat(19)}\r\n`.repeat(800))
    async function* endless(): AsyncGenerator<Buffer> {
      yield head
      for (let sent = 0; sent < 4000; sent++) yield chunk
      yield Buffer.from('--b--')
    }
    const before = process.memoryUsage.rss()
    let bytes = 0
    for await (const { body } of mailReadings({ open: endless }, AbortSignal.timeout(60_000), everything))
      for await (const piece of body) bytes += piece.length
    assert.equal(bytes, 4000 * 800 * 57 + head.length + '\r\n--b--'.length)
    assert.ok(process.memoryUsage.rss() - before < bytes * 0.6)
  })

  for (const { says, mail } of slow)
    test(`it takes no longer than its length: ${says}`, async () => {
      const begun = process.cpuUsage()
      await read(mail)
      const { user, system } = process.cpuUsage(begun)
      assert.ok(user + system < 3_000_000, `${user + system} µs`)
    })

  test('a long header that comes in small pieces is copied a few times, not once for each', async () => {
    const begun = process.cpuUsage()
    await read(`To: ${'Ann Example <ann@example.com>,\r\n '.repeat(40_000)}b@example.com\r\n\r\nx`, everything, 64)
    const { user, system } = process.cpuUsage(begun)
    assert.ok(user + system < 3_000_000, `${user + system} µs`)
  })

  test('it stops when nobody waits any more', async () => {
    const stop = new AbortController()
    const mail = Buffer.from(lines(...mixed, ...part, ...part, ...part, '--b--'))
    const readings = mailReadings(contentOf(mail, 10), stop.signal, everything)
    await assert.rejects(async () => {
      for await (const { body } of readings) {
        stop.abort(new Error('over'))
        for await (const _ of body);
      }
    }, /over/)
  })
})

const text = 'a text that is shown'
const page = '<html><body title="t">shown<script>runs()</script>shown too<img src="data:x"></body></html>'
const both = lines(
  'Content-Type: multipart/alternative; boundary=b',
  '',
  '--b',
  'Content-Type: text/plain',
  '',
  text,
  '--b',
  'Content-Type: text/html',
  '',
  page,
  '--b',
  'Content-Type: text/plain; name=a.txt',
  '',
  'attached',
  '--b--',
)

describe('[SMTP-21] bodies that the settings leave out', () => {
  test('all, by default', async () => {
    assert.deepEqual(await bodies(both), [text, page, 'attached'])
  })

  test('virus_check_text=no leaves out text, not attached text', async () => {
    assert.deepEqual(await bodies(both, { text: false, wholeHtml: true }), [page, 'attached'])
  })

  test('what a reader may take for a file is given', async () => {
    for (const header of [
      'Content-Disposition: unknown',
      'Content-Type: ;x',
      'Content-Type: text/plain\r\nContent-Type: a/b',
    ])
      assert.deepEqual(await bodies(`${header}\r\n\r\nabc`, { text: false, wholeHtml: false }), ['abc'], header)
  })

  test('virus_check_wholehtml=no leaves of HTML what runs or loads', async () => {
    const [, reduced] = await bodies(both, { text: true, wholeHtml: false })
    assert.equal(reduced, '<html><body title="t"><script>runs()</script><img src="data:x"></body></html>')
  })

  test('what is encoded in a text that is left out is read', async () => {
    const mail = `Subject: x\r\n\r\n${text}\r\nbegin 644 a\r\n#86)C\r\n\`\r\nend\r\n`
    assert.deepEqual(await bodies(mail, { text: false, wholeHtml: false }), ['abc'])
  })

  test('text between parts is left out with it, and read with it', async () => {
    const mail = both.replace('\r\n\r\n--b', '\r\n\r\nBefore all parts.\r\n--b')
    assert.ok((await bodies(mail)).includes('Before all parts.'))
    assert.ok(!(await bodies(mail, { text: false, wholeHtml: true })).includes('Before all parts.'))
  })
})
