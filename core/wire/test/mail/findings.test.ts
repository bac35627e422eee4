import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { read } from './read.js'

const BOUNDARY = 'FSIGK/POLICY_FORMAT_MIME_BOUNDARY'
const FILENAME = 'FSIGK/POLICY_FORMAT_MIME_FILENAME'
const PARTIAL = 'FSIGK/POLICY_BLOCK_PARTIAL_MESSAGE'

async function threats(mail: string): Promise<string[]> {
  return (await read(mail)).flatMap(({ findings }) => findings.map(({ threat }) => threat))
}

function multipart(parameter: string): string {
  return `Content-Type: multipart/mixed; ${parameter}\r\n\r\n--b\r\n\r\nx\r\n--b--\r\n`
}

function attached(name: string): string {
  return `Content-Disposition: attachment; filename="${name}"\r\n\r\nx`
}

const forms: readonly { readonly says: string; readonly mail: string; readonly expect: readonly string[] }[] = [
  { says: 'an ordinary boundary', mail: multipart('boundary="----=_Part(1)\'b"'), expect: [] },
  { says: 'a quotation mark in a boundary', mail: multipart('boundary="b\\"c"'), expect: [BOUNDARY] },
  { says: 'a quotation mark in a plain boundary', mail: multipart('boundary=b"c'), expect: [BOUNDARY] },
  { says: 'a code below 0x1f in a boundary', mail: multipart('boundary="b\x01"'), expect: [BOUNDARY] },
  { says: 'a zero byte in a boundary', mail: multipart('boundary="b\0"'), expect: [BOUNDARY] },
  { says: 'a code above 0x7f in a boundary', mail: multipart('boundary="b\x80"'), expect: [BOUNDARY] },
  { says: 'an escape of ISO-2022 in a boundary', mail: multipart('boundary="b\x1b"'), expect: [BOUNDARY] },
  { says: 'an ordinary name', mail: attached('a b.txt'), expect: [] },
  { says: 'a name beyond ASCII', mail: attached('\xc3\xa9.txt'), expect: [] },
  { says: 'an escape of ISO-2022 in a name', mail: attached('\x1b$B%F\x1b(B.txt'), expect: [] },
  { says: 'a folded name', mail: attached('a\r\n\tb.txt'), expect: [] },
  { says: 'a code below 0x1f in a name', mail: attached('a\x02b.txt'), expect: [FILENAME] },
  { says: 'a tab in a name', mail: attached('a\tb.txt'), expect: [FILENAME] },
  { says: 'a zero byte in a name', mail: attached('a.exe\0.txt'), expect: [FILENAME] },
  {
    says: 'an encoded code in a name',
    mail: "Content-Disposition: attachment; filename*=us-ascii''a%01\r\n\r\nx",
    expect: [FILENAME],
  },
  {
    says: 'a piece of a message',
    mail: 'Content-Type: message/partial; id=a; number=2; total=3\r\n\r\nabc',
    expect: [PARTIAL],
  },
  {
    says: 'a piece of a message, in other letters',
    mail: 'Content-Type: MESSAGE/(x)Partial\r\n\r\nabc',
    expect: [PARTIAL],
  },
  {
    says: 'a piece of a message as a part',
    mail: multipart('boundary=b').replace('--b\r\n', '--b\r\nContent-Type: message/partial\r\n'),
    expect: [PARTIAL],
  },
]

describe('[SMTP-24] what the form of a mail is refused for', () => {
  for (const { says, mail, expect } of forms) test(says, async () => assert.deepEqual(await threats(mail), expect))
})

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex')
const zipped = (flags: string, method = '0800') =>
  hex(`504b0304 1400 ${flags} ${method} 00000000 00000000 00000000 00000000 0100 0000 61`)

const files: readonly { readonly says: string; readonly file: Buffer; readonly expect?: string }[] = [
  { says: 'a ZIP', file: zipped('0000') },
  { says: 'an encrypted ZIP', file: zipped('0100'), expect: 'ZIP' },
  { says: 'a ZIP with AES', file: zipped('0108', '6300'), expect: 'ZIP' },
  {
    says: 'a ZIP of which the second file is encrypted',
    file: Buffer.concat([zipped('0000'), zipped('0100')]),
    expect: 'ZIP',
  },
  { says: 'a RAR', file: hex('526172211a0700 cf90 73 0000 0d00 0000 00000000 0000 74 2080 2000') },
  { says: 'a RAR with encrypted headers', file: hex('526172211a0700 ce99 73 8000 0d00 0000 00000000'), expect: 'RAR' },
  {
    says: 'a RAR with an encrypted file',
    file: hex('526172211a0700 cf90 73 0000 0d00 0000 00000000 0000 74 2480 2000'),
    expect: 'RAR',
  },
  { says: 'a RAR 5', file: hex('526172211a070100 00000000 03 01 00 00 00000000 04 02 00 00 00') },
  { says: 'a RAR 5 with encrypted headers', file: hex('526172211a070100 00000000 04 04 00 00 00'), expect: 'RAR' },
  {
    says: 'a RAR 5 with an encrypted file',
    file: hex('526172211a070100 00000000 03 01 00 00 00000000 08 02 01 03 0000 02 01 00'),
    expect: 'RAR',
  },
  { says: '7z', file: hex('377abcaf271c 0004 00000000 2000') },
  {
    says: '7z with AES',
    file: Buffer.concat([hex('377abcaf271c 0004 00000000'), hex('2406f107010a0107')]),
    expect: '7z',
  },
  {
    says: 'signed data',
    file: hex('3080 06092a864886f70d010702 a080 3080 020101 3100 3080 06092a864886f70d010701 0000'),
  },
  { says: 'enveloped data', file: hex('3080 0609 2a864886f70d010703 a080'), expect: 'S/MIME' },
  { says: 'a PGP message', file: Buffer.from('-----BEGIN PGP MESSAGE-----\r\n'), expect: 'PGP' },
  { says: 'a PGP signature', file: Buffer.from('-----BEGIN PGP SIGNATURE-----\r\n') },
  {
    says: 'an encrypted document',
    file: Buffer.concat([hex('d0cf11e0a1b11ae1'), Buffer.alloc(1000), Buffer.from('EncryptedPackage', 'utf16le')]),
    expect: 'Office',
  },
]

describe('[SMTP-20] what nobody can look into, as far as the outside shows', () => {
  for (const { says, file, expect } of files) {
    test(says, async () => {
      const [part] = await read(`Content-Transfer-Encoding: base64\r\n\r\n${file.toString('base64')}`)
      assert.deepEqual(part?.unscanned, expect === undefined ? [] : [{ because: 'encrypted', detail: expect }])
    })
  }

  test('by its type', async () => {
    const pgp =
      'Content-Type: multipart/encrypted; boundary=b\r\n\r\n--b\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n--b--'
    assert.deepEqual(
      (await read(pgp)).map(({ unscanned }) => unscanned[0]?.detail),
      ['multipart/encrypted', 'PGP'],
    )
    const smime = 'Content-Type: application/pkcs7-mime; smime-type=enveloped-data\r\n\r\nx'
    assert.equal((await read(smime))[0]?.unscanned[0]?.detail, 'S/MIME')
  })
})
