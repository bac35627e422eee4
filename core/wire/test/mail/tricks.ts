/** Mails that hide what they hold from one reader or another. */
import { gzipSync } from 'node:zlib'

/** What a scanner looks for. */
export const PAYLOAD = 'a payload that no reader may miss, whatever it does with the lines around it'
const bytes = Buffer.from(PAYLOAD)
const base64 = bytes.toString('base64')
const quotedPrintable = [...bytes].map((byte) => `=${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('')

export interface Trick {
  readonly says: string
  readonly mail: string
}

/** Lines that end in CR LF, without one behind the last. */
export function lines(...each: readonly string[]): string {
  return each.join('\r\n')
}

const binary = ['Content-Type: application/octet-stream', 'Content-Transfer-Encoding: base64', '', base64]
const top = (type: string) => ['From: a@example.com', 'MIME-Version: 1.0', `Content-Type: ${type}`, '']
const mixed = top('multipart/mixed; boundary=b')
const part = ['--b', ...binary]
const end = '--b--'

/** A multipart by this Content-Type, whose boundary is `b`. */
function typed(type: string): string {
  return lines(...top(type), ...part, end, '')
}

/** One part with this header. */
function headed(...header: readonly string[]): string {
  const type = header.some((field) => /^content-type/i.test(field)) ? [] : ['Content-Type: application/octet-stream']
  return lines(...mixed, '--b', ...type, ...header, '', base64, end, '')
}

function encoded(text: string): string {
  return Buffer.from(text, 'latin1').toString('base64').replace(/.{76}/g, '$&\r\n')
}

function uuencoded(name: string): string {
  const rows = bytes.toString('latin1').match(/.{1,45}/gs) ?? []
  const six = (value: number) => String.fromCharCode(value === 0 ? 0x60 : value + 0x20)
  const row = (text: string) => {
    let out = six(text.length)
    for (let at = 0; at < text.length; at += 3) {
      const [a = 0, b = 0, c = 0] = [0, 1, 2].map((offset) => text.charCodeAt(at + offset) || 0)
      out += [a >> 2, ((a & 3) << 4) | (b >> 4), ((b & 15) << 2) | (c >> 6), c & 63].map(six).join('')
    }
    return out
  }
  return lines(`begin 644 ${name}`, ...rows.map(row), '`', 'end')
}

const inner = lines(...mixed, ...part, end, '')

export const boundaries: readonly Trick[] = [
  { says: 'a plain boundary', mail: typed('multipart/mixed; boundary=b') },
  { says: 'a boundary in quotation marks', mail: typed('multipart/mixed; boundary="b"') },
  { says: 'a boundary in apostrophes', mail: typed("multipart/mixed; boundary='b'") },
  { says: 'a boundary without its second quotation mark', mail: typed('multipart/mixed; boundary="b') },
  { says: 'a boundary with escapes', mail: typed('multipart/mixed; boundary="\\b"') },
  { says: 'white space around the equals sign', mail: typed('multipart/mixed; boundary = b') },
  { says: 'a comment before the boundary', mail: typed('multipart/mixed; boundary=(hm)b') },
  { says: 'a comment behind the boundary', mail: typed('multipart/mixed; boundary=b (hm)') },
  { says: 'a comment in the type', mail: typed('multipart (a (nested) one) / mixed; boundary=b') },
  { says: 'a comment with a quotation mark', mail: typed('multipart/mixed (say "); boundary=b') },
  { says: 'a folded field', mail: typed('multipart/mixed;\r\n\t boundary=\r\n b') },
  { says: 'a field of other letters', mail: typed('MULTIPART/Mixed; BOUNDARY=b') },
  { says: 'an extended boundary', mail: typed("multipart/mixed; boundary*=us-ascii'en'%62") },
  {
    says: 'a boundary in pieces',
    mail: lines(...top('multipart/mixed; boundary*0=b; boundary*1="c"'), '--bc', ...binary, '--bc--'),
  },
  {
    says: 'pieces in another order',
    mail: lines(...top('multipart/mixed; boundary*1=c; boundary*0*=%62'), '--bc', ...binary, '--bc--'),
  },
  { says: 'an encoded word for a boundary', mail: typed('multipart/mixed; boundary="=?us-ascii?Q?b?="') },
  { says: 'two boundaries, the first meant', mail: typed('multipart/mixed; boundary=b; boundary=c') },
  { says: 'two boundaries, the second meant', mail: typed('multipart/mixed; boundary=c; boundary=b') },
  { says: 'a boundary behind a comma', mail: typed('multipart/mixed, boundary=b') },
  { says: 'a boundary behind nothing but white space', mail: typed('multipart/mixed boundary=b') },
  { says: 'a zero byte behind the boundary', mail: typed('multipart/mixed; boundary=b\0; x=y') },
  { says: 'a zero byte in the type', mail: typed('multi\0part/mixed; boundary=b') },
  {
    says: 'bytes beyond ASCII in a boundary',
    mail: lines(...top('multipart/mixed; boundary="b\xe9"'), '--b\xe9', ...binary, '--b\xe9--'),
  },
  { says: 'white space at the end of a boundary', mail: typed('multipart/mixed; boundary="b  "') },
  { says: 'an empty boundary', mail: lines(...top('multipart/mixed; boundary=""'), '--', ...binary, '----') },
  {
    says: 'two types with a boundary each',
    mail: lines('Content-Type: multipart/mixed; boundary=a', ...mixed, '--a', '', 'x', ...part, end),
  },
  { says: 'a second type that is no multipart', mail: lines('Content-Type: text/plain', ...mixed, ...part, end) },
  { says: 'a multipart without a boundary', mail: typed('multipart/mixed') },
  { says: 'half of a type', mail: typed('multipart; boundary=b') },
  { says: 'a boundary of a type that is no multipart', mail: typed('text/plain; boundary=b') },
  { says: 'parts that no header declares', mail: lines('Subject: x', '', ...part, end) },
  { says: 'parts in a text', mail: lines(...mixed, '--b', '', 'As you asked:', '--c', ...binary, '--c--', end) },
]

export const structures: readonly Trick[] = [
  { says: 'a part alone', mail: lines(...binary) },
  { says: 'no end', mail: lines(...mixed, ...part) },
  { says: 'no line end at the end', mail: lines(...mixed, ...part, end) },
  { says: 'a part behind the end', mail: lines(...mixed, '--b', '', 'x', end, ...part, end) },
  { says: 'an encoded file before the first boundary', mail: lines(...mixed, uuencoded('x'), '--b', '', 'x', end) },
  { says: 'an encoded file behind the end', mail: lines(...mixed, '--b', '', 'x', end, uuencoded('x')) },
  { says: 'lines that end in LF', mail: lines(...mixed, ...part, end).replaceAll('\r\n', '\n') },
  { says: 'lines that end in CR', mail: lines(...mixed, ...part, end).replaceAll('\r\n', '\r') },
  { says: 'a boundary line that ends in CR', mail: lines(...mixed, ...part).replace('--b\r\n', '--b\r') },
  { says: 'a boundary behind a CR', mail: `${lines(...mixed, 'x')}\r${lines(...part, end)}` },
  { says: 'a boundary behind LF CR', mail: `${lines(...mixed, '--b', '', 'x')}\n\r${lines(...part, end)}` },
  {
    says: 'more dashes than a boundary has',
    mail: lines(...top('multipart/mixed; boundary="---=b"'), '-------=b', ...binary, '-----=b--'),
  },
  {
    says: 'a boundary of dashes',
    mail: lines(...top('multipart/mixed; boundary="---"'), '-----', ...binary, '-------'),
  },
  { says: 'white space behind a boundary', mail: lines(...mixed, '--b \t', ...binary, end) },
  { says: 'text behind a boundary', mail: lines(...mixed, '--b x', ...binary, end) },
  { says: 'a longer line than the boundary', mail: lines(...mixed, '--bcd', ...binary, end) },
  {
    says: 'an end with something behind it that is none',
    mail: lines(...mixed, '--b', ...binary.slice(0, 2), '', base64.slice(0, 40), '--b-- ', base64.slice(40)),
  },
  { says: 'a boundary inside of a line', mail: lines(...mixed, `x ${part[0]}`, ...binary, end) },
  { says: 'a boundary of other letters', mail: lines(...mixed, '--B', ...binary, '--B--') },
  {
    says: 'a part that goes on behind what may be a boundary',
    mail: lines(
      ...top('multipart/mixed; boundary="!"'),
      '--!',
      ...binary.slice(0, 3),
      base64.slice(0, 40),
      '--!?',
      base64.slice(40),
      '--!--',
    ),
  },
  {
    says: 'multiparts in multiparts',
    mail: lines(
      ...mixed,
      '--b',
      'Content-Type: multipart/related; boundary=c',
      '',
      '--c',
      'Content-Type: multipart/alternative; boundary=d',
      '',
      '--d',
      ...binary,
      '--d--',
      '--c--',
      end,
    ),
  },
  {
    says: 'an inner boundary that begins with the outer one',
    mail: lines(...mixed, '--b', 'Content-Type: multipart/related; boundary=bb', '', '--bb', ...binary, '--bb--', end),
  },
  {
    says: 'an outer boundary that begins with the inner one',
    mail: lines(
      ...top('multipart/mixed; boundary=bb'),
      '--bb',
      'Content-Type: multipart/related; boundary=b',
      '',
      ...part,
      end,
      '--bb--',
    ),
  },
  {
    says: 'an inner multipart that does not end',
    mail: lines(...mixed, '--b', 'Content-Type: multipart/related; boundary=c', '', '--c', '', 'x', ...part, end),
  },
  {
    says: 'an inner multipart that goes on behind an outer boundary',
    mail: lines(
      ...mixed,
      '--b',
      'Content-Type: multipart/related; boundary=c',
      '',
      '--c',
      ...binary.slice(0, 3),
      base64.slice(0, 40),
      '--b',
      base64.slice(40),
      '--c--',
      end,
    ).replaceAll('x-nothing', ''),
  },
  { says: 'the boundary once more in an inner multipart', mail: lines(...mixed, '--b', ...mixed, ...part, end, end) },
  {
    says: 'a header without an empty line',
    mail: lines(...mixed, '--b', ...binary.slice(0, 2), base64, end),
  },
  {
    says: 'white space for an empty line',
    mail: lines(...mixed, '--b', ...binary.slice(0, 2), ' ', base64, end),
  },
  { says: 'a line in the header that is no field', mail: headed('what is this', 'Content-Transfer-Encoding: base64') },
  { says: 'a boundary in a header', mail: lines(...mixed, '--b', 'Content-Type: text/plain', ...part, end) },
  {
    says: 'a header that goes on behind a boundary',
    mail: lines(...mixed, '--b', ...binary.slice(0, 2), '--b', '', base64, end),
  },
  { says: 'an empty line before the header', mail: lines('', ...mixed, ...part, end) },
  { says: 'many empty lines before the header', mail: lines(...Array<string>(40).fill(''), ...mixed, ...part, end) },
  { says: 'an empty line before a part', mail: lines(...mixed, '--b', '', ...binary, end) },
  {
    says: 'the line of a mailbox before the header',
    mail: lines('From a@example.com Mon Jan  1 00:00:00 2024', ...mixed, ...part, end),
  },
  { says: 'no header', mail: lines('', PAYLOAD) },
  { says: 'a text without a header', mail: PAYLOAD },
]

export const fields: readonly Trick[] = [
  { says: 'white space before a colon', mail: headed('Content-Transfer-Encoding : base64') },
  { says: 'a tab before a colon', mail: headed('Content-Transfer-Encoding\t: base64') },
  { says: 'a folded name', mail: headed('Content-Transfer-\r\n Encoding: base64') },
  { says: 'a CR before a colon', mail: headed('Content-Transfer-Encoding\r: base64') },
  { says: 'a zero byte in a name', mail: headed('Content-Transfer-Enc\0oding: base64') },
  { says: 'a field of other letters', mail: headed('CONTENT-TRANSFER-ENCODING: BASE64') },
  { says: 'a folded value', mail: headed('Content-Transfer-Encoding:\r\n base64') },
  { says: 'a comment', mail: headed('Content-Transfer-Encoding: (so) base64 (it is)') },
  { says: 'quotation marks', mail: headed('Content-Transfer-Encoding: "base64"') },
  { says: 'a semicolon', mail: headed('Content-Transfer-Encoding: base64;') },
  { says: 'a zero byte', mail: headed('Content-Transfer-Encoding: base64\0x') },
  { says: 'a prefix', mail: headed('Content-Transfer-Encoding: x-base64') },
  {
    says: 'two encodings, the first meant',
    mail: headed('Content-Transfer-Encoding: base64', 'Content-Transfer-Encoding: 7bit'),
  },
  {
    says: 'two encodings, the second meant',
    mail: headed('Content-Transfer-Encoding: quoted-printable', 'Content-Transfer-Encoding: base64'),
  },
  { says: 'a type that is only a name', mail: headed('Content-Type: name=x', 'Content-Transfer-Encoding: base64') },
  { says: 'no white space behind the colon', mail: headed('Content-Transfer-Encoding:base64') },
  { says: 'a header that ends in CR alone', mail: headed('X: y\rContent-Transfer-Encoding: base64') },
  {
    says: 'quoted-printable',
    mail: headed('Content-Transfer-Encoding: quoted-printable').replace(base64, quotedPrintable),
  },
  {
    says: 'base64 in two texts with padding',
    mail: headed('Content-Transfer-Encoding: base64').replace(
      base64,
      `${bytes.subarray(0, 10).toString('base64')}\r\n${bytes.subarray(10).toString('base64')}`,
    ),
  },
]

/** In pieces of twenty bytes, with lengths that are not told. */
const signed = Buffer.concat([
  Buffer.from(
    '308006092a864886f70d010702a080308002010131003080 06092a864886f70d010701 a0802480'.replaceAll(' ', ''),
    'hex',
  ),
  ...(lines(...binary).match(/.{1,20}/gs) ?? []).map((piece) =>
    Buffer.from(`\x04${String.fromCharCode(piece.length)}${piece}`),
  ),
  Buffer.alloc(12),
])

export const nested: readonly Trick[] = [
  { says: 'a mail', mail: lines(...mixed, '--b', 'Content-Type: message/rfc822', '', ...binary, end) },
  {
    says: 'a mail with parts',
    mail: lines(
      ...mixed,
      '--b',
      'Content-Type: message/rfc822',
      '',
      inner.replaceAll('b\r\n', 'c\r\n').replace('--b--', '--c--'),
      end,
    ),
  },
  {
    says: 'a mail in base64',
    mail: lines(
      ...mixed,
      '--b',
      'Content-Type: message/rfc822',
      'Content-Transfer-Encoding: base64',
      '',
      encoded(inner),
      end,
    ),
  },
  {
    says: 'a mail in quoted-printable',
    mail: lines(
      ...mixed,
      '--b',
      'Content-Type: message/rfc822',
      'Content-Transfer-Encoding: quoted-printable',
      '',
      inner.replaceAll('=', '=3D'),
      end,
    ),
  },
  {
    says: 'a mail in other alphabets',
    mail: lines(...mixed, '--b', 'Content-Type: message/global', '', ...binary, end),
  },
  { says: 'a part of a digest', mail: lines(...top('multipart/digest; boundary=b'), '--b', '', ...binary, end) },
  { says: 'a piece of a mail', mail: lines(...top('message/partial; id=x; number=1; total=2'), ...binary) },
  {
    says: 'a body that is elsewhere',
    mail: lines(...mixed, '--b', 'Content-Type: message/external-body; access-type=ftp', '', ...binary, end),
  },
  {
    says: 'a mail that is not declared',
    mail: lines(...mixed, '--b', 'Content-Type: application/octet-stream', '', ...binary, end),
  },
  {
    says: 'a mail that is not declared, in base64',
    mail: lines(...mixed, '--b', 'Content-Transfer-Encoding: base64', '', encoded(inner), end),
  },
  {
    says: 'a multipart in base64',
    mail: lines('Content-Transfer-Encoding: base64', ...mixed, encoded(lines(...part, end))),
  },
  {
    says: 'a multipart that is not in base64',
    mail: lines('Content-Transfer-Encoding: base64', ...mixed, ...part, end),
  },
  {
    says: 'a multipart in quoted-printable',
    mail: lines('Content-Transfer-Encoding: quoted-printable', ...mixed, lines(...part, end).replaceAll('=', '=3D')),
  },
  {
    says: 'a mail in a mail in a mail',
    mail: lines('Content-Type: message/rfc822', '', 'Content-Type: message/rfc822', '', ...binary),
  },
  {
    says: 'a mail in gzip',
    mail: headed('Content-Type: application/gzip', 'Content-Transfer-Encoding: base64').replace(
      base64,
      gzipSync(inner).toString('base64'),
    ),
  },
  {
    says: 'a file in gzip',
    mail: headed('Content-Transfer-Encoding: base64').replace(base64, gzipSync(lines(...binary)).toString('base64')),
  },
  {
    says: 'a signed mail in BER',
    mail: headed('Content-Type: application/pkcs7-mime', 'Content-Transfer-Encoding: base64').replace(
      base64,
      signed.toString('base64'),
    ),
  },
  {
    says: 'a mail in other letters',
    mail: headed('Content-Type: text/plain').replace(
      base64,
      lines('Hello', '--c', 'X-A: b', 'cOnTeNt-TyPe: application/octet-stream', ...binary.slice(1), '--c--'),
    ),
  },
  {
    says: 'a mail in a document',
    mail: headed('Content-Type: application/msword')
      .replace(base64, lines('junk', '', ...part, '--b--'))
      .replaceAll('--b', '--c')
      .replaceAll('boundary=b', 'boundary=c'),
  },
  {
    says: 'a mail by its name',
    mail: lines(
      ...mixed,
      '--b',
      'Content-Type: application/octet-stream; name=a.eml',
      '',
      ...Array.from({ length: 400 }, (_, n) => `X-Long-${n}: ${'y'.repeat(60)}`),
      ...binary,
      end,
    ),
  },
  {
    says: 'a mail with a long header',
    mail: lines(
      ...mixed,
      '--b',
      'Content-Type: application/octet-stream',
      '',
      ...Array.from({ length: 400 }, (_, n) => `X-Long-${n}: ${'y'.repeat(60)}`),
      ...binary,
      end,
    ),
  },
  {
    says: 'a mail that is not in base64',
    mail: lines(
      ...mixed,
      '--b',
      'Content-Type: message/rfc822',
      'Content-Transfer-Encoding: base64',
      '',
      ...binary,
      end,
    ),
  },
  { says: 'an encoded type', mail: lines(...top('=?us-ascii?Q?multipart/mixed=3B_boundary=3Db?='), ...part, end) },
  { says: 'uuencode in a text', mail: lines('Subject: x', '', 'See this:', uuencoded('a.exe')) },
  {
    says: 'uuencode in an encoded text',
    mail: headed('Content-Type: text/plain', 'Content-Transfer-Encoding: base64').replace(
      base64,
      encoded(`hello\r\n${uuencoded('a.exe')}\r\n`),
    ),
  },
  {
    says: 'uuencode as an encoding',
    mail: headed('Content-Transfer-Encoding: x-uuencode', 'Content-Type: application/octet-stream').replace(
      base64,
      uuencoded('a'),
    ),
  },
]
