import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type MailReadingOptions, mailReadings, WireFault } from '../../src/index.js'
import { contentOf, everything } from './read.js'
import { lines } from './tricks/kit.js'

const coded = `${'QUJD'.repeat(19)}\r\n`.repeat(60)
const base64 = 'Content-Transfer-Encoding: base64'

/** A text, and a file of this header and body. */
function mailWith(header: readonly string[], body: string, behind: readonly string[] = ['--b--']): string {
  return lines(
    'Subject: the papers',
    'Content-Type: multipart/mixed; boundary=b',
    '',
    '--b',
    '',
    'a text',
    '--b',
    ...header,
    '',
    body,
    ...behind,
  )
}

const zip = ['Content-Type: application/zip; name="a.zip"', base64]

async function skeletons(
  mail: string,
  options: MailReadingOptions = everything,
  chunkBytes = 65_536,
): Promise<readonly string[]> {
  const found: string[] = []
  try {
    const content = contentOf(Buffer.from(mail, 'latin1'), chunkBytes)
    for await (const { isSkeleton, body } of mailReadings(content, AbortSignal.timeout(20_000), options)) {
      let text = ''
      for await (const bytes of body) text += bytes.toString('latin1')
      if (isSkeleton === true) found.push(text)
    }
  } catch (error) {
    if (!(error instanceof WireFault)) throw error
    found.push('fault')
  }
  return found
}

describe('the skeleton of a mail', () => {
  test('is the mail without the files that every reader decodes alike', async () => {
    const mail = mailWith(zip, coded, ['--b', ...zip, '', coded, '--b', '', 'a last text', '--b--'])
    for (const chunkBytes of [7, 1000, 65_536])
      assert.deepEqual(await skeletons(mail, everything, chunkBytes), [mail.replaceAll(coded, '')])
  })

  test('is the header of a mail that is nothing but a file', async () => {
    const header = lines('Subject: the papers', ...zip, '', '')
    assert.deepEqual(await skeletons(header + coded), [header])
  })

  const whole: readonly { readonly says: string; readonly mail: string }[] = [
    { says: 'pages and texts', mail: mailWith(['Content-Type: text/html; name="a.html"', base64], coded) },
    { says: 'mails', mail: mailWith(['Content-Type: message/rfc822', base64], coded) },
    { says: 'files without a type', mail: mailWith([base64], coded) },
    { says: 'files of two types', mail: mailWith(['Content-Type: text/html', ...zip], coded) },
    { says: 'small files', mail: mailWith(zip, coded.slice(0, 2000)) },
    { says: 'files as they are', mail: mailWith(['Content-Type: application/zip'], coded) },
    {
      says: 'quoted-printable',
      mail: mailWith([...zip.slice(0, 1), base64.replace('base64', 'quoted-printable')], coded),
    },
    { says: 'two codings', mail: mailWith([...zip, 'Content-Transfer-Encoding: 8bit'], coded) },
    { says: 'base64 that readers decode differently', mail: mailWith(zip, `${coded}QQ==${coded}`) },
    { says: 'base64 that some readers leave encoded', mail: mailWith(zip, `${coded}Q`) },
    { says: 'mails that readers take apart differently', mail: mailWith(zip, `${coded}--b x\r\n${coded}`) },
  ]
  for (const { says, mail } of whole)
    test(`leaves nothing out of ${says}`, async () => {
      assert.deepEqual(await skeletons(mail), [mail])
    })

  test('is the whole of what is beyond the bounds', async () => {
    const mail = mailWith(zip, coded, Array<string>(1001).fill('--b\r\nContent-Type: image/png\r\n\r\nx'))
    assert.deepEqual(await skeletons(mail), [mail, 'fault'])
  })

  test('[SMTP-21] is not shown where something in it is to be left out', async () => {
    const mail = mailWith(zip, coded)
    assert.deepEqual(await skeletons(mail, { text: false, wholeHtml: true }), [])
    assert.deepEqual(await skeletons(mail, { text: true, wholeHtml: false }), [])
  })
})
