import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { endsInOne, WireFault } from '../../src/index.js'
import { read } from './read.js'

const names: readonly { readonly says: string; readonly header: string; readonly name: string }[] = [
  { says: 'of a disposition', header: 'Content-Disposition: attachment; filename=a.exe', name: 'a.exe' },
  { says: 'of a type', header: 'Content-Type: application/octet-stream; name="a.exe"', name: 'a.exe' },
  { says: 'of a type that is only a name', header: 'Content-Type: name=a.exe', name: 'a.exe' },
  { says: 'of neither attachment nor inline', header: 'Content-Disposition: filename=a.exe', name: 'a.exe' },
  { says: 'without a semicolon', header: 'Content-Disposition: attachment filename=a.exe', name: 'a.exe' },
  {
    says: 'the first of two',
    header: 'Content-Disposition: attachment; filename=a.exe; filename=b.txt',
    name: 'a.exe',
  },
  {
    says: 'the second of two',
    header: 'Content-Disposition: attachment; filename=b.txt; filename=a.exe',
    name: 'a.exe',
  },
  {
    says: 'of the second of two fields',
    header: 'Content-Disposition: attachment; filename=b.txt\r\nContent-Disposition: attachment; filename=a.exe',
    name: 'a.exe',
  },
  { says: 'with a comment behind', header: 'Content-Disposition: attachment; filename=a.exe (a file)', name: 'a.exe' },
  {
    says: 'without a second quotation mark',
    header: 'Content-Disposition: attachment; filename="a.exe',
    name: 'a.exe',
  },
  { says: 'with escapes', header: 'Content-Disposition: attachment; filename="\\a.\\exe"', name: 'a.exe' },
  { says: 'in a folder', header: 'Content-Disposition: attachment; filename="c:\\x\\a.exe"', name: 'a.exe' },
  { says: 'with a semicolon in it', header: 'Content-Disposition: attachment; filename="a;b.exe"', name: 'a;b.exe' },
  { says: 'up to a zero byte', header: 'Content-Disposition: attachment; filename="a.exe\0.txt"', name: 'a.exe' },
  { says: 'with a zero byte in it', header: 'Content-Disposition: attachment; filename="a.e\0xe"', name: 'a.exe' },
  { says: 'of UTF-8 as it stands', header: 'Content-Disposition: attachment; filename="\xc3\xa9.exe"', name: 'é.exe' },
  { says: 'of latin1 as it stands', header: 'Content-Disposition: attachment; filename="\xe9.exe"', name: 'é.exe' },
  { says: 'extended', header: "Content-Disposition: attachment; filename*=utf-8'en'%c3%a9.exe", name: 'é.exe' },
  {
    says: 'extended without its apostrophes',
    header: 'Content-Disposition: attachment; filename*=%61.exe',
    name: 'a.exe',
  },
  {
    says: 'percent-encoded where it should not be',
    header: 'Content-Disposition: attachment; filename="a%2eexe"',
    name: 'a.exe',
  },
  { says: 'in pieces', header: 'Content-Disposition: attachment; filename*0="a."; filename*1=exe', name: 'a.exe' },
  {
    says: 'in pieces in another order',
    header: 'Content-Disposition: attachment; filename*1=exe; filename*0="a."',
    name: 'a.exe',
  },
  {
    says: 'in pieces of which one is missing',
    header: 'Content-Disposition: attachment; filename*0="a."; filename*2=exe',
    name: 'a.exe',
  },
  {
    says: 'in pieces from one',
    header: 'Content-Disposition: attachment; filename*1="a."; filename*2=exe',
    name: 'a.exe',
  },
  {
    says: 'in pieces with zeros',
    header: 'Content-Disposition: attachment; filename*00="a."; filename*01=exe',
    name: 'a.exe',
  },
  {
    says: 'in pieces that are extended',
    header: "Content-Disposition: attachment; filename*0*=utf-8''%61.; filename*1*=%65xe",
    name: 'a.exe',
  },
  {
    says: 'in pieces with encoded words in them',
    header: 'Content-Disposition: attachment; filename*0="=?utf-8?Q?a=2E"; filename*1="exe?="',
    name: 'a.exe',
  },
  {
    says: 'an encoded word',
    header: 'Content-Type: application/octet-stream; name="=?utf-8?B?YS5leGU=?="',
    name: 'a.exe',
  },
  {
    says: 'encoded words in a row',
    header: 'Content-Type: application/octet-stream; name="=?utf-8?Q?a=2E?=\r\n =?utf-8?Q?exe?="',
    name: 'a.exe',
  },
  {
    says: 'an encoded word without quotation marks',
    header: 'Content-Disposition: attachment; filename==?utf-8?Q?a.exe?=',
    name: 'a.exe',
  },
  {
    says: 'an encoded word of latin1',
    header: 'Content-Disposition: attachment; filename="=?iso-8859-1?Q?=E9.exe?="',
    name: 'é.exe',
  },
  {
    says: 'an encoded word with a language',
    header: 'Content-Disposition: attachment; filename="=?utf-8*en?Q?a.exe?="',
    name: 'a.exe',
  },
  {
    says: 'encoded words that share an escape',
    header: 'Content-Disposition: attachment; filename="=?utf-8?Q?a.e=?= =?utf-8?Q?78e?="',
    name: 'a.exe',
  },
  {
    says: 'an encoded word around the parameter',
    header: 'Content-Disposition: attachment; =?utf-8?Q?filename=3Da.exe?=',
    name: 'a.exe',
  },
  {
    says: 'an encoded word of UTF-16',
    header: 'Content-Disposition: attachment; filename="=?utf-16?B?/v8AYQAuAGUAeABl?="',
    name: 'a.exe',
  },
  {
    says: 'an encoded word of UTF-7',
    header: 'Content-Disposition: attachment; filename="=?utf-7?Q?a+AC4-exe?="',
    name: 'a.exe',
  },
  {
    says: 'with characters that Windows leaves out',
    header: 'Content-Disposition: attachment; filename="<a.exe>"',
    name: 'a.exe',
  },
  {
    says: 'with a stream behind',
    header: 'Content-Disposition: attachment; filename="a.exe::$DATA"',
    name: 'a.exe',
  },
  {
    says: 'behind much white space',
    header: `Content-Disposition: attachment; filename=${' '.repeat(5000)}a.exe`,
    name: 'a.exe',
  },
  { says: 'folded', header: 'Content-Disposition: attachment;\r\n filename=\r\n "a.exe"', name: 'a.exe' },
  { says: 'of other letters', header: 'CONTENT-DISPOSITION: ATTACHMENT; FILENAME=a.exe', name: 'a.exe' },
  {
    says: 'with white space around the equals sign',
    header: 'Content-Disposition: attachment; filename = a.exe',
    name: 'a.exe',
  },
]

describe('[SMTP-20] every name that a reader may give a part', () => {
  for (const { says, header, name } of names) {
    test(says, async () => {
      const [part] = await read(`Content-Transfer-Encoding: base64\r\n${header}\r\n\r\nQUJD`)
      const found = [part?.name, ...(part?.otherNames ?? [])]
      assert.ok(found.includes(name), JSON.stringify(found))
    })
  }

  test('one that has no end in sight makes the mail unreadable', async () => {
    for (const name of [`${'a '.repeat(3000)}.exe`, `"${'a '.repeat(3000)}.exe"`])
      await assert.rejects(read(`Content-Disposition: attachment; filename=${name}\r\n\r\nabc`), WireFault)
  })

  test('the one that it shows comes first', async () => {
    const header = "Content-Disposition: attachment; filename*=utf-8''%e2%82%ac.exe; filename=x.txt"
    assert.equal((await read(`${header}\r\n\r\nabc`))[0]?.name, '€.exe')
  })

  test('Windows leaves out dots and spaces at the end', async () => {
    const [part] = await read('Content-Disposition: attachment; filename="a.exe. ."\r\n\r\nabc')
    assert.ok(endsInOne(part?.name ?? '', ['.exe']))
  })

  test('a multipart with a name has a reading without a body', async () => {
    const [named] = await read('Content-Type: multipart/mixed; boundary=b; name=a.exe\r\n\r\n--b\r\n\r\nx\r\n--b--')
    assert.equal(named?.name, 'a.exe')
    assert.equal(named.body, '')
  })

  test('all types that are claimed count, those of attachments first', async () => {
    const [part] = await read('Content-Type: text/plain\r\nContent-Type: application/x-dosexec\r\n\r\nx')
    assert.equal(part?.type, 'application/x-dosexec, text/plain')
  })

  test('a file in uuencode has the name that stands there', async () => {
    const found = await read('Subject: x\r\n\r\nbegin 644 a%20b.exe\r\n#86)C\r\n`\r\nend\r\n')
    assert.deepEqual(found.map(({ name, body }) => [name, body])[1], ['a b.exe', 'abc'])
    assert.ok(found[1]?.otherNames.includes('a%20b.exe'))
  })
})
