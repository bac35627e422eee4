/** Files that stand encoded in texts. */
import { yencoded } from './encoders.js'
import { mailOf, octets, type Row, sender, withPart } from './odd-mail.js'

function yencParts(raw: string): readonly string[] {
  const half = raw.length >> 1
  return [raw.slice(0, half), raw.slice(half)].map((piece, at) =>
    yencoded('minutes.bin', Buffer.from(piece, 'latin1'))
      .replace('line=', `part=${at + 1} total=2 line=`)
      .replace('\n', `\n=ypart begin=${at * half + 1} end=${at * half + piece.length}\n`),
  )
}

export const oddEmbedded: readonly Row[] = [
  ['uuencode without MIME', ({ uuencode }) => `${sender}\nHello,\n\n${uuencode}\nBye\n`],
  ['uuencode in a text', ({ uuencode }) => withPart('Content-Type: text/plain', `Hello\n${uuencode}`)],
  ['uuencode in HTML', ({ uuencode }) => withPart('Content-Type: text/html', `<p>Hello</p>\n${uuencode}`)],
  [
    'uuencode before the first boundary',
    ({ uuencode }) => mailOf('Content-Type: multipart/mixed; boundary="b1"', `${uuencode}--b1\n\nHello\n--b1--\n`),
  ],
  [
    'uuencode behind the last boundary',
    ({ uuencode }) => mailOf('Content-Type: multipart/mixed; boundary="b1"', `--b1\n\nHello\n--b1--\n${uuencode}`),
  ],
  [
    'uuencode in quoted-printable',
    ({ uuencode }) =>
      mailOf('Content-Type: text/plain\nContent-Transfer-Encoding: quoted-printable', uuencode.replaceAll('=', '=3D')),
  ],
  [
    'uuencode in base64',
    ({ uuencode }) =>
      mailOf('Content-Type: text/plain\nContent-Transfer-Encoding: base64', Buffer.from(uuencode).toString('base64')),
  ],
  ['yEnc in two parts', ({ raw }) => `${sender}\n${yencParts(raw).join('')}`],
  ['yEnc in two parts, the second first', ({ raw }) => `${sender}\n${yencParts(raw).toReversed().join('')}`],
  ['uuencode without its end', ({ uuencode }) => `${sender}\n${uuencode.replace('`\nend\n', '')}`],
  ['uuencode without a mode', ({ uuencode }) => `${sender}\n${uuencode.replace('644 ', ' ')}`],
  ['uuencode with spaces for zeros', ({ uuencode }) => `${sender}\n${uuencode.replaceAll('`', ' ')}`],
  ['uuencode with a mode of four digits', ({ uuencode }) => `${sender}\n${uuencode.replace('644', '0755')}`],
  ['uuencode with tabs', ({ uuencode }) => `${sender}\n${uuencode.replace(' 644 ', '\t644\t')}`],
  ['two files of uuencode', ({ uuencode }) => `${sender}\nbegin 644 first\n#86)C\n\`\nend\n${uuencode}`],
  ...(['x-uuencode', 'uuencode', 'X-UUE', 'x-uue'] as const).map(
    (name): Row => [
      `the encoding ${name}`,
      ({ uuencode }) => withPart(`${octets}\nContent-Transfer-Encoding: ${name}`, uuencode),
    ],
  ),
  [
    'the encoding x-uuencode after a text',
    ({ uuencode }) => withPart(`${octets}\nContent-Transfer-Encoding: x-uuencode`, `Hello\n${uuencode}`),
  ],
  [
    'the encoding x-uuencode without a beginning',
    ({ uuencode }) =>
      withPart(`${octets}\nContent-Transfer-Encoding: x-uuencode`, uuencode.slice(uuencode.indexOf('\n') + 1)),
  ],
  ['uuencode with base64', ({ base64 }) => `${sender}\nbegin-base64 644 minutes.bin\n${base64}\n====\n`],
  ['yEnc', ({ yenc }) => `${sender}\n${yenc}`],
  [
    'yEnc in a text',
    ({ yenc }) => withPart('Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: 8bit', yenc),
  ],
  ['yEnc without its end', ({ yenc }) => `${sender}\n${yenc.replace(/=yend.*/, '')}`],
  ['BinHex', ({ binhex }) => withPart('Content-Type: application/mac-binhex40; name="minutes.hqx"', binhex)],
  ['BinHex in a text', ({ binhex }) => `${sender}\nHello\n\n${binhex}`],
  [
    'TNEF',
    ({ tnef }) =>
      withPart('Content-Type: application/ms-tnef; name="winmail.dat"\nContent-Transfer-Encoding: base64', tnef),
    'valid',
  ],
  [
    'TNEF of the type of a file',
    ({ tnef }) =>
      withPart('Content-Type: application/octet-stream; name="winmail.dat"\nContent-Transfer-Encoding: base64', tnef),
  ],
  [
    'TNEF by another name',
    ({ tnef }) =>
      withPart('Content-Type: application/vnd.ms-tnef; name="a.dat"\nContent-Transfer-Encoding: base64', tnef),
  ],
  [
    'TNEF as a whole mail',
    ({ tnef }) => mailOf('Content-Type: application/ms-tnef\nContent-Transfer-Encoding: base64', tnef),
  ],
]
