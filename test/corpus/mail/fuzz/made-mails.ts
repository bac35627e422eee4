/** Mails as the programs of the world write them, each a little different from the last. */
import { quotedPrintable, uuencoded, wrapped } from '../encoders.js'
import { aFile, aPage, aText } from './payloads.js'
import type { Random } from './random.js'

/** Lines of a header and what stands below, latin1 with LF. */
interface Entity {
  readonly fields: readonly string[]
  readonly body: string
}

const HEX = '0123456789ABCDEF'
const DIGITS = '0123456789'
const ALNUM = 'abcdefghijklmnopqrstuvwxyz0123456789'

/** How a program names itself, and its boundaries. */
const programs: readonly { readonly fields: readonly string[]; boundary(random: Random): string }[] = [
  {
    fields: ['X-Mailer: Microsoft Outlook 16.0', 'Content-Language: en-us'],
    boundary: (r) => `----=_NextPart_000_00${r.text(HEX, 2)}_01D9${r.text(HEX, 4)}.${r.text(HEX, 8)}`,
  },
  { fields: ['User-Agent: Mozilla Thunderbird'], boundary: (r) => `------------${r.text(ALNUM, 24)}` },
  { fields: ['X-Mailer: Apple Mail (2.3731)'], boundary: (r) => `Apple-Mail=_${r.text(HEX, 8)}-${r.text(HEX, 4)}` },
  { fields: ['X-Gm-Message-State: AOJu0Y'], boundary: (r) => `000000000000${r.text(ALNUM, 16)}` },
  { fields: ['User-Agent: Mutt/2.2.9'], boundary: (r) => r.text(`${ALNUM}+/`, 16) },
  { fields: ['X-Mailer: PHPMailer 6.8'], boundary: (r) => `b1_${r.text(ALNUM, 20)}` },
  {
    fields: ['X-MS-Has-Attach: yes', 'X-MS-TNEF-Correlator:'],
    boundary: (r) => `_00${r.text(DIGITS, 1)}_${r.text(HEX, 20)}prod_`,
  },
  { fields: ['X-Mailer: MIME::Lite 3.03'], boundary: (r) => `_----------=_${r.text(DIGITS, 16)}` },
  { fields: ['X-Mailer: sendEmail'], boundary: (r) => `----MIME delimiter for sendEmail-${r.text(DIGITS, 6)}` },
  { fields: [], boundary: (r) => `===============${r.text(DIGITS, 19)}==` },
]

const names = [
  'minutes.doc',
  'report 2026.xls',
  'a.exe',
  'photo.jpg',
  'R\xe9sum\xe9.pdf',
  'archive.tar.gz',
  'x.scr',
  'a;b.txt',
] as const
const fileTypes = [
  'application/octet-stream',
  'application/pdf',
  'image/jpeg',
  'application/zip',
  'application/x-msdownload',
  'text/csv',
] as const
const multiparts = [
  'mixed',
  'mixed',
  'alternative',
  'related',
  'report',
  'signed',
  'digest',
  'x-odd',
  'appledouble',
] as const

export function madeMail(random: Random): Buffer {
  const program = random.pick(programs)
  const { fields, body } = entity(random, 0, program.boundary)
  const header = [
    ...(random.chance(20)
      ? [
          'Received: from a.example.com (a.example.com [192.0.2.1])\n\tby b.example.org; Tue, 24 Nov 2026 09:30:01 +0900',
        ]
      : []),
    'From: "Ann Example" <ann@example.com>',
    `To: ${random.pick(['bob@example.org', 'Bob <bob@example.org>,\n Carol <carol@example.org>'])}`,
    `Subject: ${random.pick(['Minutes', '=?utf-8?B?5pel5pys6Kqe?=', 'Re: a\n very long subject'])}`,
    'Date: Tue, 24 Nov 2026 09:30:00 +0900',
    ...program.fields,
    ...(random.chance(95) ? ['MIME-Version: 1.0'] : []),
  ]
  const lines = random.chance(20) ? [...fields, ...header] : [...header, ...fields]
  return Buffer.from(`${lines.join('\n')}\n\n${body}`.replaceAll('\n', '\r\n'), 'latin1')
}

function entity(random: Random, depth: number, boundary: (random: Random) => string): Entity {
  const kind = random.int(depth < 4 ? 10 : 5)
  if (kind < 2) return leaf(random, 'text/plain; charset=utf-8', aText(random))
  if (kind < 3) return leaf(random, 'text/html; charset="iso-8859-1"', aPage(random))
  if (kind < 5) return attachment(random)
  if (kind < 9) return multipart(random, depth, boundary)
  return message(random, depth, boundary)
}

function leaf(random: Random, type: string, bytes: Buffer): Entity {
  const { encoding, body } = encoded(random, bytes)
  return {
    fields: [`Content-Type: ${type}`, ...(encoding === '' ? [] : [`Content-Transfer-Encoding: ${encoding}`])],
    body,
  }
}

function attachment(random: Random): Entity {
  const name = random.pick(names)
  const { fields, body } = leaf(
    random,
    `${random.pick(fileTypes)}${random.chance(60) ? `; name="${name}"` : ''}`,
    aFile(random),
  )
  return { fields: [...fields, `Content-Disposition: ${disposition(random, name)}`], body }
}

function disposition(random: Random, name: string): string {
  return random.pick([
    `attachment; filename="${name}"`,
    `attachment;\n\tfilename="${name}"; size=1234`,
    `attachment; filename=${name}`,
    `attachment; filename*=utf-8''${encodeURIComponent(name)}`,
    `attachment; filename*0="${name.slice(0, 4)}"; filename*1="${name.slice(4)}"`,
    `inline; filename="=?utf-8?B?${Buffer.from(name).toString('base64')}?="`,
    'attachment',
    'inline',
  ])
}

function encoded(random: Random, bytes: Buffer): { readonly encoding: string; readonly body: string } {
  switch (random.int(10)) {
    case 0:
      return { encoding: '', body: bytes.toString('latin1') }
    case 1:
      return { encoding: random.pick(['7bit', '8bit', 'binary']), body: bytes.toString('latin1') }
    case 2:
      return { encoding: random.pick(['x-uuencode', 'uuencode']), body: uuencoded(random.pick(names), bytes) }
    case 3:
      return { encoding: random.pick(['7bit', '']), body: `See below.\n\n${uuencoded(random.pick(names), bytes)}` }
    case 4:
    case 5:
      return { encoding: random.pick(['quoted-printable', 'Quoted-Printable']), body: `${quotedPrintable(bytes)}\n` }
    default:
      return {
        encoding: random.pick(['base64', 'base64', 'BASE64']),
        body: `${wrapped(bytes, random.pick([76, 72, 64, 60]))}\n`,
      }
  }
}

function multipart(random: Random, depth: number, boundary: (random: Random) => string): Entity {
  const name = boundary(random)
  const quote = random.chance(80) || /[^A-Za-z0-9_=+/.-]/.test(name) ? '"' : ''
  const parameters = [`boundary=${quote}${name}${quote}`]
  if (random.chance(20)) parameters.push('charset=us-ascii')
  const parts = Array.from({ length: 1 + random.int(3) }, () => entity(random, depth + 1, boundary))
  const texts = parts.map(({ fields, body }) => `--${name}\n${fields.join('\n')}\n\n${body}\n`)
  const preamble = random.chance(40) ? 'This is a multi-part message in MIME format.\n\n' : ''
  const end = random.chance(95) ? `--${name}--\n` : ''
  return {
    fields: [
      `Content-Type: multipart/${random.pick(multiparts)};${random.pick([' ', '\n ', '\n\t'])}${parameters.join('; ')}`,
    ],
    body: `${preamble}${texts.join('')}${end}${random.chance(20) ? '\nlist mailing list\n' : ''}`,
  }
}

function message(random: Random, depth: number, boundary: (random: Random) => string): Entity {
  const inner = entity(random, depth + 1, boundary)
  const body = `From: carol@example.org\nSubject: Fwd\nMIME-Version: 1.0\n${inner.fields.join('\n')}\n\n${inner.body}`
  const fields = [
    'Content-Type: message/rfc822',
    ...(random.chance(30) ? ['Content-Disposition: attachment; filename="mail.eml"'] : []),
  ]
  if (random.chance(15))
    return { fields: [...fields, 'Content-Transfer-Encoding: base64'], body: wrapped(Buffer.from(body, 'latin1')) }
  return { fields, body }
}
