/** Mails in mails, fields of the header, and names. */
import { compressedMail, wrapped } from './encoders.js'
import { attached, bare, base64Part, mailOf, octets, type Row, sender, wire, withPart } from './odd-mail.js'

const message = 'Content-Type: message/rfc822'

const mails: readonly Row[] = [
  ['a mail in a mail', ({ mail }) => withPart(message, mail), 'valid'],
  ['a mail as the body of a mail', ({ mail }) => mailOf(message, mail), 'valid'],
  [
    'a mail in base64',
    ({ mail }) => withPart(`${message}\nContent-Transfer-Encoding: base64`, Buffer.from(mail).toString('base64')),
  ],
  [
    'a mail in quoted-printable',
    ({ mail }) => withPart(`${message}\nContent-Transfer-Encoding: quoted-printable`, mail.replaceAll('=', '=3D')),
  ],
  ['a mail of another type', ({ mail }) => withPart('Content-Type: message/x-mail', mail)],
  ['a mail of the type of RFC 6532', ({ mail }) => withPart('Content-Type: message/global', mail), 'valid'],
  ['a mail of the type message/news', ({ mail }) => withPart('Content-Type: message/news', mail)],
  [
    'a mail as a file',
    ({ mail }) =>
      withPart(
        'Content-Type: application/octet-stream; name="mail.eml"\nContent-Disposition: attachment; filename="mail.eml"',
        mail,
      ),
  ],
  ['a mail as a text', ({ mail }) => withPart('Content-Type: text/plain', mail)],
  ['a mail after an empty line', ({ mail }) => withPart(message, `\n${mail}`)],
  ['a mail as mbox has it', ({ mail }) => withPart(message, `From ann@example.com Tue Nov 24 09:30:00 2026\n${mail}`)],
  [
    'a mail of a digest',
    ({ mail }) => mailOf('Content-Type: multipart/digest; boundary="d"', `--d\n\n${mail}\n--d--\n`),
    'valid',
  ],
  [
    'a bounce',
    ({ mail }) =>
      mailOf(
        'Content-Type: multipart/report; report-type=delivery-status; boundary="r"',
        `--r\n\nSorry.\n--r\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; example.com\n\n--r\n${message}\n\n${mail}\n--r--\n`,
      ),
    'valid',
  ],
  ['a bounce without MIME', ({ mail }) => `${sender}\nSorry. This is a copy of your message:\n\n${mail}`],
  [
    'a bounce without MIME, of a mail that is a file',
    ({ base64 }) =>
      `${sender}\nHi. This is the qmail-send program at example.com.\n\n<bob@example.org>:\nSorry, no mailbox here by that name.\n\n--- Below this line is a copy of the message.\n\nReturn-Path: <ann@example.com>\n${mailOf(base64Part, base64)}\n`,
  ],
  [
    'a bounce of Exim, of a mail in quoted-printable',
    ({ escaped }) =>
      `${sender}\nThis message was created automatically by mail delivery software.\n\n------ This is a copy of the message, including all the headers. ------\n\n${mailOf(`${octets}\nContent-Transfer-Encoding: quoted-printable`, escaped)}\n`,
  ],
  [
    'the second of a mailbox in a text',
    ({ base64 }) =>
      mailOf(
        'Content-Type: text/plain',
        `From ann@example.com Tue Nov 24 09:30:00 2026\n${sender}\nHello.\n\nFrom ann@example.com Tue Nov 24 09:31:00 2026\n${mailOf(base64Part, base64)}\nFrom ann@example.com Tue Nov 24 09:32:00 2026\n${sender}\nBye.\n`,
      ),
  ],
  [
    'the second of a digest in a text',
    ({ base64 }) => {
      const line = '-'.repeat(30)
      return `${sender}\nToday's topics: none\n\n${'-'.repeat(70)}\n\n${sender}\nHello.\n\n${line}\n\n${mailOf(base64Part, base64)}\n\n${line}\n\nEnd of Digest\n*************\n`
    },
  ],
  ['a mail in gzip', ({ gzippedMail }) => withPart(`${message}\nContent-Transfer-Encoding: base64`, gzippedMail)],
  [
    'a mail in gzip, as a file',
    ({ gzippedMail }) =>
      withPart('Content-Type: application/gzip; name="mail.eml.gz"\nContent-Transfer-Encoding: base64', gzippedMail),
    'valid',
  ],
  [
    'a file in gzip',
    ({ gzip }) => withPart('Content-Type: application/gzip; name="a.bin.gz"\nContent-Transfer-Encoding: base64', gzip),
    'valid',
  ],
  ['a file in gzip, as something else', ({ gzip }) => withPart(base64Part, gzip), 'valid'],
  [
    'a part of a message',
    ({ mail }) => mailOf('Content-Type: message/partial; id="1@example.com"; number=1; total=2', mail),
  ],
  [
    'a message elsewhere, with a body all the same',
    ({ base64 }) =>
      mailOf(
        'Content-Type: message/external-body; access-type=URL; URL="http://example.com/"',
        `${base64Part}\n\n${base64}`,
      ),
  ],
  [
    'a double of Apple',
    ({ base64 }) =>
      mailOf(
        'Content-Type: multipart/appledouble; boundary="a"',
        `--a\nContent-Type: application/applefile\nContent-Transfer-Encoding: base64\n\nAAUWBwACAAA=\n--a\n${base64Part}\n\n${base64}\n--a--\n`,
      ),
    'valid',
  ],
  [
    'a compressed mail',
    ({ mail }) =>
      mailOf(
        'Content-Type: application/pkcs7-mime; smime-type=compressed-data; name=smime.p7z\nContent-Transfer-Encoding: base64',
        wrapped(compressedMail(wire(mail))),
      ),
    'valid',
  ],
  [
    'a signed mail',
    ({ base64 }) =>
      mailOf(
        'Content-Type: multipart/signed; micalg=sha-256; protocol="application/pkcs7-signature"; boundary="s"',
        `--s\n${base64Part}\n\n${base64}\n--s\nContent-Type: application/pkcs7-signature; name=smime.p7s\nContent-Transfer-Encoding: base64\n\nMAA=\n--s--\n`,
      ),
    'valid',
  ],
]

const nested: readonly Row[] = [3, 6].map((deep) => [
  `mails ${deep} deep`,
  ({ mail }) => {
    let text = mail
    for (let depth = 0; depth < deep; depth++) text = mailOf(message, text)
    return text
  },
  'valid',
])

const headers: readonly Row[] = [
  ['no header but an empty line', ({ raw }) => `\n${raw}`],
  [
    'a line of mbox before the header',
    ({ base64 }) => `From ann@example.com Tue Nov 24 09:30:00 2026\n${withPart(base64Part, base64)}`,
  ],
  [
    'an escaped line of mbox before the header',
    ({ base64 }) => `>From ann@example.com Tue Nov 24 09:30:00 2026\n${withPart(base64Part, base64)}`,
  ],
  [
    'white space in place of the empty line',
    ({ base64 }) => `${sender}MIME-Version: 1.0\n${base64Part}\n \t \n${base64}`,
  ],
  [
    'a line that is no field in place of the empty line',
    ({ base64 }) => `${sender}MIME-Version: 1.0\n${base64Part}\nHello\n\n${base64}`,
  ],
  [
    'an empty line before the fields of MIME',
    ({ base64 }) => `${sender}\nMIME-Version: 1.0\n${base64Part}\n\n${base64}`,
  ],
  [
    'header lines after bare LF',
    ({ base64 }) => `${sender}MIME-Version: 1.0\n${base64Part.replaceAll('\n', bare.lf)}\n\n${base64}`,
  ],
  [
    'header lines after bare CR',
    ({ base64 }) => `${sender}MIME-Version: 1.0\n${base64Part.replaceAll('\n', bare.cr)}\n\n${base64}`,
  ],
  [
    'an empty line of bare LF',
    ({ base64 }) => `${sender}MIME-Version: 1.0\n${base64Part}${bare.lf}${bare.lf}${base64}`,
  ],
  ['a thousand fields before them', ({ base64 }) => mailOf(`${'X-Hop: one more\n'.repeat(1000)}${base64Part}`, base64)],
  [
    'a field of 20,000 bytes before them',
    ({ base64 }) => mailOf(`X-Long: ${'a'.repeat(20_000)}\n${base64Part}`, base64),
  ],
  [
    'a folded field of 500 lines before them',
    ({ base64 }) => mailOf(`X-Long: a${'\n b'.repeat(500)}\n${base64Part}`, base64),
  ],
  ['a zero byte in a name of a field', ({ base64 }) => mailOf(`X-\0: a\n${base64Part}`, base64)],
  ['a zero byte in a value', ({ base64 }) => mailOf(`${octets}\nContent-Transfer-Encoding: base64\0`, base64)],
  ['8-bit names of fields', ({ base64 }) => mailOf(`X-\xe4: \xff\n${base64Part}`, base64)],
  ['a byte order mark before the header', ({ base64 }) => `\xef\xbb\xbf${withPart(base64Part, base64)}`],
  ['white space before the first field', ({ base64 }) => ` ${withPart(base64Part, base64)}`],
  ['a field without a name', ({ base64 }) => mailOf(`: nothing\n${base64Part}`, base64)],
  [
    'MIME-Version twice, of other numbers',
    ({ base64 }) => withPart(base64Part, base64).replace('1.0', '2.0\nMIME-Version: 0.9'),
  ],
  [
    'a type without a subtype',
    ({ base64 }) => withPart(`Content-Type: application\n${attached}\nContent-Transfer-Encoding: base64`, base64),
  ],
  [
    'a type of nothing',
    ({ base64 }) => withPart(`Content-Type:\n${attached}\nContent-Transfer-Encoding: base64`, base64),
  ],
  [
    'an encrypted-looking type with a plain file',
    ({ base64 }) =>
      withPart(
        `Content-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m\nContent-Transfer-Encoding: base64`,
        base64,
      ),
  ],
]

/** Each a Content-Disposition. */
const names: readonly Row[] = (
  [
    "attachment; filename*=utf-8''minutes%2Ebin",
    'attachment; filename*0="min"; filename*1="utes.bin"',
    'attachment; filename="=?utf-8?B?bWludXRlcy5iaW4=?="',
    'attachment; filename==?utf-8?Q?minutes=2Ebin?=',
    'attachment; filename=minutes of today.bin',
    'attachment; filename="a.txt"; filename="minutes.bin"',
    'attachment; filename="minutes.bin',
    'attachment; filename="..\\..\\minutes.bin"',
    'attachment; filename="minutes.bin\0.txt"',
    'inline',
    'attachment',
    'x-unknown; filename=minutes.bin',
  ] as const
).map((disposition) => [
  `the disposition ${JSON.stringify(disposition)}`,
  ({ base64 }) =>
    withPart(
      `Content-Type: application/octet-stream\nContent-Disposition: ${disposition}\nContent-Transfer-Encoding: base64`,
      base64,
    ),
])

export const oddStructures: readonly Row[] = [...mails, ...nested, ...headers, ...names]
