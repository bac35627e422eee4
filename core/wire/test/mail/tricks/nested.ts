/** What may be in a part in its turn. */
import { gzipSync } from 'node:zlib'
import { compressed, long, signed as signedInDer } from './cms.js'
import { base64, binary, encoded, end, headed, inner, lines, mixed, part, type Trick, top, uuencoded } from './kit.js'

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

function pkcs7(message: Buffer): string {
  return lines(
    'Content-Type: application/pkcs7-mime; name=smime.p7m',
    'Content-Transfer-Encoding: base64',
    '',
    message.toString('base64'),
    '',
  )
}

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
  { says: 'a compressed mail', mail: pkcs7(compressed(lines(...binary))) },
  { says: 'a compressed mail whose lengths have a zero too many', mail: pkcs7(compressed(lines(...binary), long(4))) },
  { says: 'a compressed mail whose lengths have many', mail: pkcs7(compressed(lines(...binary), long(100))) },
  { says: 'a compressed mail of parts', mail: pkcs7(compressed(inner)) },
  { says: 'a compressed mail that begins as zlib does', mail: pkcs7(compressed(lines('x^: y', ...binary))) },
  { says: 'a compressed mail as any file', mail: pkcs7(compressed(inner)).replace('pkcs7-mime', 'octet-stream') },
  {
    says: 'a signed mail in a compressed one',
    mail: pkcs7(compressed(pkcs7(signedInDer(lines(...binary))))),
  },
  {
    says: 'a compressed mail in a signed one',
    mail: pkcs7(signedInDer(pkcs7(compressed(lines(...binary))))),
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
  {
    says: 'uuencode in a part of any type',
    mail: lines(...mixed, '--b', 'Content-Type: image/gif; name=a.gif', '', uuencoded('a.exe'), end, ''),
  },
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
