/** Transfer encodings: how they are named, and how what they encode is broken. */
import { attached, bare, base64Part, mailOf, octets, type Row, withPart } from './odd-mail.js'

const named: readonly Row[] = (
  [
    'BASE64',
    'Base64',
    '"base64"',
    "'base64'",
    'base64;',
    'base64; x=y',
    ' \t base64 \t ',
    '(a comment) base64',
    'base64 (a comment)',
    'base64(a (nested) comment)',
    '\n base64',
    '\n\tbase64\n ',
    'base64,7bit',
    '7bit,base64',
    'base64.',
    'base-64',
    'x-base64',
    'base64 7bit',
    '<base64>',
    '=?us-ascii?Q?base64?=',
  ] as const
).map((name) => [
  `base64 named ${JSON.stringify(name)}`,
  ({ base64 }) => withPart(`${octets}\nContent-Transfer-Encoding: ${name}`, base64),
])

const fields: readonly Row[] = (
  [
    'content-transfer-encoding: base64',
    'CONTENT-TRANSFER-ENCODING:base64',
    'Content-Transfer-Encoding : base64',
    'Content-Transfer-Encoding\t: base64',
    'Content-Transfer-Encoding:\tbase64',
    'Content-Transfer-Encoding: 7bit\nContent-Transfer-Encoding: base64',
    'Content-Transfer-Encoding: base64\nContent-Transfer-Encoding: 7bit',
    'Content-Transfer-Encoding: quoted-printable\nContent-Transfer-Encoding: base64',
    'Content-Transfer-Encoding: base64\nContent-Transfer-Encoding: quoted-printable',
    'Content-Transfer-Encoding:\nContent-Transfer-Encoding: base64',
    'A line that is no field\nContent-Transfer-Encoding: base64',
    'X-Long: \n more\n\tand more\nContent-Transfer-Encoding: base64',
    'Content-Transfer-Encoding: base64\nX-Last: 8-bit \xe4\xff',
  ] as const
).map((lines) => [`the fields ${JSON.stringify(lines)}`, ({ base64 }) => withPart(`${octets}\n${lines}`, base64)])

const split = (text: string, bytes: number, by: string): string =>
  text
    .replaceAll('\n', '')
    .match(new RegExp(`.{1,${bytes}}`, 'g'))
    ?.join(by) ?? ''

/** The first so many bytes encoded by themselves, and the rest by itself, with padding in the middle. */
const twoTexts = (raw: string, first: number): string =>
  [raw.slice(0, first), raw.slice(first)].map((piece) => Buffer.from(piece, 'latin1').toString('base64')).join('')

const broken: readonly Row[] = (
  [
    ['in one line', (text) => split(text, 10_000, '')],
    ['in lines of one character', (text) => split(text, 1, '\n')],
    ['in lines of seven characters', (text) => split(text, 7, '\n')],
    ['with spaces', (text) => split(text, 5, ' ')],
    ['with tabs and empty lines', (text) => split(text, 9, '\t\n\n')],
    ['with white space before each line', (text) => split(text, 20, '\n    ')],
    ['after an empty line', (text) => `\n\n${text}`],
    ['with garbage in it', (text) => split(text, 6, '*')],
    ['with dots and exclamation marks', (text) => split(text, 11, '.!')],
    ['with 8-bit bytes', (text) => split(text, 8, '\xe4\xff')],
    ['with zero bytes', (text) => split(text, 8, '\0')],
    ['with bare LF', (text) => split(text, 20, bare.lf)],
    ['with bare CR', (text) => split(text, 20, bare.cr)],
    ['without padding', (text) => text.replace(/=+/, '')],
    ['with more padding', (text) => `${text}====`],
    [
      'with a footer of a mailing list',
      (text) => `${text}\n_______________________\nlist mailing list\nhttp://lists.example.org/`,
    ],
    ['with an equals sign before it', (text) => `=${text}`],
    ['with an equals sign at the end of each line', (text) => split(text, 40, '=\n')],
    ['with > before each line', (text) => `>${split(text, 40, '\n>')}`],
  ] as const satisfies readonly (readonly [string, (text: string) => string])[]
).map(([how, change]) => [`base64 ${how}`, ({ base64 }) => withPart(base64Part, change(base64))])

const more: readonly Row[] = [
  ['base64', ({ base64 }) => withPart(base64Part, base64), 'valid'],
  ['two texts of base64, padding between them', ({ raw }) => withPart(base64Part, twoTexts(raw, 4))],
  ['two texts of base64, more padding between them', ({ raw }) => withPart(base64Part, twoTexts(raw, 31))],
  ['a whole mail in base64', ({ base64 }) => mailOf(base64Part, base64), 'valid'],
  ['base64 without a type', ({ base64 }) => mailOf('Content-Transfer-Encoding: base64', base64), 'valid'],
  ['base64 without MIME-Version', ({ base64 }) => mailOf(base64Part, base64).replace('MIME-Version: 1.0\n', '')],
  [
    'base64 of a text',
    ({ base64 }) => withPart('Content-Type: text/plain\nContent-Transfer-Encoding: base64', base64),
    'valid',
  ],
  ['plain, 7bit', ({ raw }) => withPart(`${octets}\nContent-Transfer-Encoding: 7bit`, raw), 'valid'],
  ['plain, binary', ({ raw }) => withPart(`${octets}\nContent-Transfer-Encoding: binary`, raw), 'valid'],
  [
    'plain, named quoted-printable',
    ({ raw }) => withPart(`${octets}\nContent-Transfer-Encoding: quoted-printable`, raw),
  ],
  ['an unknown encoding', ({ raw }) => withPart(`${octets}\nContent-Transfer-Encoding: x-rot13`, raw)],
]

const quotedPart = `${octets}\nContent-Transfer-Encoding: quoted-printable`

const quoted = (how: string, change: (text: string) => string): Row => [
  `quoted-printable ${how}`,
  (payload) => withPart(quotedPart, change(payload.quoted.replaceAll('=\n', ''))),
]

const quotedPrintables: readonly Row[] = [
  ['quoted-printable', (payload) => withPart(quotedPart, payload.quoted), 'valid'],
  ['quoted-printable, all escaped', ({ escaped }) => withPart(quotedPart, escaped), 'valid'],
  ['quoted-printable, escaped in lower case', ({ escaped }) => withPart(quotedPart, escaped.toLowerCase())],
  quoted('with soft line ends', (text) => split(text, 10, '=\n')),
  quoted('with white space in soft line ends', (text) => split(text, 10, '= \t\n')),
  quoted('with soft line ends of bare LF', (text) => split(text, 10, `=${bare.lf}`)),
  quoted('with a soft line end at the end', (text) => `${text}=`),
  quoted('with an escaped line end', (text) => `${text}=0D=0A`),
  quoted('with a bad escape behind', (text) => `${text}\n=ZZ =4`),
  [
    'quoted-printable of a whole mail',
    ({ escaped }) => mailOf(`${attached}\nContent-Transfer-Encoding: quoted-printable`, escaped),
    'valid',
  ],
]

export const oddEncodings: readonly Row[] = [...named, ...fields, ...broken, ...more, ...quotedPrintables]
