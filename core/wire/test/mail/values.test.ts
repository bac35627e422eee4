import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { bodies, everything, type Read, read } from './read.js'
import { base64, lines, PAYLOAD, quotedPrintable } from './tricks/kit.js'

const picture = Buffer.concat([Buffer.from('ffd8ffe000104a464946', 'hex'), Buffer.from(PAYLOAD)]).toString('base64')
const folded = base64.replace(/.{30}/g, '$&\r\n ')

function mailOf(type: string, ...body: readonly string[]): string {
  return lines('MIME-Version: 1.0', `Content-Type: ${type}`, '', ...body, '')
}

const calendar = (...properties: readonly string[]) =>
  mailOf('text/calendar', 'BEGIN:VCALENDAR', 'BEGIN:VEVENT', ...properties, 'SUMMARY:x', 'END:VEVENT', 'END:VCALENDAR')
const card = (...properties: readonly string[]) =>
  mailOf('text/x-vcard', 'BEGIN:VCARD', 'FN:A', ...properties, 'END:VCARD')
const page = (html: string) => mailOf('text/html', html)

const forms: readonly { readonly says: string; readonly mail: string; readonly names?: readonly string[] }[] = [
  { says: 'a file of a date', mail: calendar(`ATTACH;ENCODING=BASE64;VALUE=BINARY:${base64}`) },
  { says: 'one that says only what it is', mail: calendar(`ATTACH;VALUE=BINARY:${base64}`) },
  { says: 'one in folded lines', mail: calendar(`ATTACH;VALUE=BINARY;ENCODING=BASE64:\r\n ${folded}`) },
  {
    says: 'one whose parameters are folded',
    mail: calendar(`ATTACH;VALUE=BIN\r\n ARY;ENCOD\r\n\tING=BASE64:${folded}`),
  },
  { says: 'lines that end in LF', mail: calendar(`ATTACH;ENCODING=BASE64:${folded}`).replaceAll('\r\n', '\n') },
  {
    says: 'one with names and a type',
    mail: calendar(
      `ATTACH;FMTTYPE=application/x-msdownload;FILENAME=a.exe;X-FILENAME="b: c;.scr";ENCODING=BASE64:${folded}`,
    ),
    names: ['a.exe', 'b: c;.scr'],
  },
  { says: 'a name with a quotation mark that does not end', mail: calendar(`ATTACH;ENCODING=BASE64;X=":${base64}`) },
  { says: 'vCard 3', mail: card(`item1.PHOTO;ENCODING=b;TYPE=JPEG:${folded}`) },
  { says: 'vCard 2.1', mail: card(`KEY;X509;ENCODING=BASE64:\r\n ${folded}\r\n`) },
  { says: 'what says so in other quotation marks', mail: calendar(`ATTACH;ENCODING='BASE64':${base64}`) },
  { says: 'vCard 2.1 without the word', mail: card(`LOGO;BASE64;GIF:${folded}\r\n`) },
  { says: 'lines that are not folded', mail: card(`SOUND;ENCODING=BASE64:${base64.replace(/.{40}/g, '$&\r\n')}`) },
  { says: 'a value behind an empty line', mail: card(`SOUND;ENCODING=BASE64:\r\n\r\n${base64}`) },
  {
    says: 'quoted-printable',
    mail: card(`AGENT;ENCODING=QUOTED-PRINTABLE:${quotedPrintable.replace(/.{60}/g, '$&=\r\n')}`),
  },
  { says: 'vCard 4', mail: card(`PHOTO:data:application/octet-stream;base64\\,x`, `KEY:data:;base64,${folded}`) },
  {
    says: 'a URI that is folded in its word',
    mail: card(`KEY;X=1:da\r\n ta:application/pgp-keys;bas\r\n e64,${folded}`),
  },
  { says: 'a link of HTML', mail: page(`<a href="data:application/zip;base64,${base64}" download="a.zip">x</a>`) },
  { says: 'a link without a type', mail: page(`<a href="data:x;base64,${base64}" download="a.exe">x</a>`) },
  { says: 'a link of an odd type', mail: page(`<a href="data:'a b'/c<;base64 ,${base64}">x</a>`) },
  { says: 'a link of many parameters', mail: page(`<a href="data:a/b${';c=d'.repeat(99)};base64,${base64}">x</a>`) },
  { says: 'a link of a long parameter', mail: page(`<a href="data:a/b;c=${'d'.repeat(999)};base64,${base64}">x</a>`) },
  { says: 'a link behind one that is none', mail: page(`data: <a href="data:a/b;base64,${base64}">x</a>`) },
  { says: 'a link in other letters', mail: page(`<a href=' DATA:text/html;charset=x;Base64,${base64}'>`) },
  { says: 'a link in lines', mail: page(`<a href="data:a/b;base64,\r\n${base64.replace(/.{20}/g, '$&\r\n  ')}">`) },
  { says: 'a link without quotes', mail: page(`<a href=data:a/b;base64,${base64}>x</a>`) },
  { says: 'a link of percent signs', mail: page(`<a href="data:a/b,${quotedPrintable.replaceAll('=', '%')}">`) },
  { says: 'base64 with percent signs', mail: page(`<a href="data:a/b;base64,${base64.replace(/[=a-f]/g, escaped)}">`) },
  { says: 'what a picture is said to be', mail: page(`<img src="data:image/png;base64,${base64}">`) },
  { says: 'a URI in a text', mail: mailOf('text/plain', `See data:a/b;base64,${base64} for more.`) },
]

function escaped(character: string): string {
  return `%${character.charCodeAt(0).toString(16)}`
}

/** What is read of one beside its text. */
async function found(mail: string, chunkBytes?: number): Promise<readonly Read[]> {
  return (await read(mail, everything, chunkBytes)).filter(({ body }) => body === PAYLOAD)
}

describe('files that are values of properties and links are readings', () => {
  for (const { says, mail, names } of forms)
    test(says, async () => {
      for (const chunkBytes of [3, 50, 65_536]) {
        const [file] = await found(mail, chunkBytes)
        assert.ok(file !== undefined)
        if (names !== undefined)
          for (const name of names) assert.ok([file.name, ...file.otherNames].includes(name), name)
      }
    })

  test('a calendar as a file is read, whatever type it is said to have', async () => {
    const type = 'application/octet-stream; name=a.ics'
    assert.equal((await found(calendar(`ATTACH;VALUE=BINARY:${folded}`).replace('text/calendar', type))).length, 1)
  })

  test('UTF-16 is read as ASCII', async () => {
    const texts = [
      ['text/calendar; charset=utf-16', lines('BEGIN:VCALENDAR', `ATTACH;VALUE=BINARY:${folded}`, '')],
      ['application/octet-stream; name=a.ics', lines('BEGIN:VCALENDAR', `ATTACH;VALUE=BINARY:${folded}`, '')],
      ['text/html; charset=utf-16', `<a href="data:a/b;base64,${base64}">`],
      ['application/octet-stream; name=a.htm', `<a href="data:a/b;base64,${base64}">`],
    ] as const
    for (const [type, text] of texts)
      for (const bytes of [Buffer.from(`\ufeff${text}`, 'utf16le'), Buffer.from(`\ufeff${text}`, 'utf16le').swap16()]) {
        const mail = mailOf(`${type}\r\nContent-Transfer-Encoding: base64`, bytes.toString('base64'))
        for (const chunkBytes of [3, 65_536]) assert.equal((await found(mail, chunkBytes)).length, 1, type)
      }
  })

  test('the type that is claimed is told', async () => {
    const mail = calendar(`ATTACH;FMTTYPE=application/x-a;VALUE=BINARY:${folded}`)
    assert.equal((await found(mail))[0]?.type, 'application/x-a')
  })

  test('they are read of texts that the settings leave out', async () => {
    assert.deepEqual(
      await bodies(page(`text<a href="data:a/b;base64,${base64}">`), { text: false, wholeHtml: false }),
      [`<a href="data:a/b;base64,${base64}">`, PAYLOAD],
    )
  })

  test('pictures that are shown, and texts of a card, are none', async () => {
    for (const mail of [
      page(`<img src="data:image/jpeg;base64,${picture}">`),
      page(`<p style="background: url(data:image/jpeg;base64,${picture})">`),
      page(`<p style="background: url('data:image/svg+xml,${quotedPrintable.replaceAll('=', '%')}')">`),
      card(`PHOTO;ENCODING=b:${picture}`, `NOTE;ENCODING=QUOTED-PRINTABLE:${quotedPrintable}`),
      mailOf('text/plain', 'There are no data: none, and no data:, either.'),
    ])
      assert.equal((await read(mail)).length, 1, mail)
  })

  test('a picture that is stored under a name is one', async () => {
    assert.equal((await read(calendar(`ATTACH;VALUE=BINARY;FILENAME=a.exe:${picture}`))).length, 2)
    assert.equal((await read(page(`<a href="data:image/jpeg;base64,${picture}">`))).length, 2)
  })

  test('parameters that do not end make it unreadable', async () => {
    await assert.rejects(read(card(`PHOTO;X=${'y'.repeat(200_000)};ENCODING=b:${base64}`)), /longer than can be meant/)
  })
})
