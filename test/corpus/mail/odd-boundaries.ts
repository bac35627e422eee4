/** Boundaries: how they are named, and how they stand in the body. */
import { bare, base64Part, mailOf, octets, type Payload, type Row, withPart } from './odd-mail.js'

/** Each a Content-Type of a multipart with the boundary `b1`. */
const types: readonly Row[] = (
  [
    'multipart/mixed; boundary=b1',
    'Multipart/Mixed; Boundary="b1"',
    'multipart/mixed;boundary=b1',
    'multipart/mixed; boundary = b1',
    'multipart/mixed; boundary= "b1"',
    'multipart/mixed;\n boundary="b1"',
    'multipart/mixed;\n\tboundary=\n\t"b1"',
    'multipart/mixed; boundary="b1";',
    'multipart/mixed; boundary="b1"; boundary="x"',
    'multipart/mixed; boundary="x"; boundary="b1"',
    'multipart/mixed; boundary="b1',
    'multipart/mixed; boundary=b1"',
    "multipart/mixed; boundary='b1'",
    'multipart/mixed; boundary="b\\1"',
    'multipart/mixed; boundary="b1 "',
    'multipart/mixed; boundary=b1 (a comment)',
    'multipart/mixed; (a comment) boundary="b1"',
    'multipart/mixed (a comment); boundary="b1"',
    'multipart/(a)mixed; boundary="b1"',
    '(a) multipart/mixed; boundary="b1"',
    'multipart/mixed; x="; boundary=y"; boundary="b1"',
    'multipart/mixed boundary="b1"',
    'multipart/mixed, boundary="b1"',
    'multipart/mixed; x-boundary="y"; boundary="b1"',
    'multipart/mixed; boundary*0="b"; boundary*1="1"',
    'multipart/mixed; boundary*1="1"; boundary*0="b"',
    "multipart/mixed; boundary*=us-ascii'en'b1",
    "multipart/mixed; boundary*=us-ascii''%62%31",
    "multipart/mixed; boundary*0*=us-ascii''%62; boundary*1=1",
    'multipart/mixed; boundary="=?us-ascii?Q?b1?="',
    'multipart; boundary="b1"',
    'multipart/; boundary="b1"',
    'multipart/x-unknown; boundary="b1"',
    'multipart/related; type="text/plain"; boundary="b1"',
    'multipart/alternative; boundary="b1"',
    'multipart/digest; boundary="b1"',
    'multipart/report; report-type=delivery-status; boundary="b1"',
    'multipart/parallel; boundary="b1"',
    'multipart/form-data; boundary="b1"',
    'multipart/mixed; boundary="b1"\nContent-Type: text/plain',
    'text/plain\nContent-Type: multipart/mixed; boundary="b1"',
    'multipart/mixed; boundary="x"\nContent-Type: multipart/mixed; boundary="b1"',
    'multipart/mixed; boundary="b1"\nContent-Type: multipart/mixed; boundary="x"',
    'text/plain; boundary="b1"',
    'multipart/mixed',
    'mutlipart/mixed; boundary="b1"',
    'application/octet-stream; boundary="b1"',
    'multipart/mixed; boundary=""',
    'multipart/mixed; boundary="b1\0"',
    'multipart/mixed; boundary="b1\xff"; boundary=b1',
  ] as const
).map((type) => [`the type ${JSON.stringify(type)}`, ({ base64 }) => withPart(base64Part, base64, type)])

/** Bodies of `multipart/mixed; boundary="b1"`, `PART` standing for a whole part. */
const bodies: readonly Row[] = (
  [
    ['a preamble', 'For readers without MIME.\n\n--b1\nPART\n--b1--\n'],
    ['no line before the first boundary', '--b1\nPART\n--b1--\n'],
    ['no last boundary', '--b1\nPART\n'],
    ['no last boundary, and no line end', '--b1\nPART'],
    ['the last boundary without dashes', '--b1\nPART\n--b1\n'],
    ['spaces behind boundaries', '--b1  \nPART\n--b1--  \n'],
    ['tabs behind boundaries', '--b1\t\nPART\n--b1--\t\n'],
    ['much white space behind a boundary', `--b1${' '.repeat(300)}\nPART\n--b1--\n`],
    ['a word behind a boundary', '--b1 x\nPART\n--b1--\n'],
    ['a part behind the last boundary', '--b1\n\nHello\n--b1--\n--b1\nPART\n--b1--\n'],
    ['a part after text behind the last boundary', '--b1\n\nHello\n--b1--\nBye\n--b1\nPART\n--b1--\n'],
    ['a space before a boundary', ' --b1\nPART\n --b1--\n'],
    ['an empty line before a boundary', '\n\n\n--b1\nPART\n\n\n--b1--\n'],
    ['boundaries after bare LF', `--b1${bare.lf}PART${bare.lf}--b1--${bare.lf}`],
    ['boundaries after bare CR', `--b1${bare.cr}PART${bare.cr}--b1--${bare.cr}`],
    ['a boundary that goes on', '--b1\n\nHello\n--b1x\nPART\n--b1--\n'],
    ['a boundary with three dashes', '---b1\nPART\n---b1--\n'],
    ['a boundary in upper case', '--B1\nPART\n--B1--\n'],
    ['a first boundary that looks like the last', '--b1--\nPART\n--b1--\n'],
    ['a last boundary with one dash', '--b1\n\nHello\n--b1-\nPART\n--b1--\n'],
    ['two boundaries in a row', '--b1\n--b1\nPART\n--b1--\n'],
    ['an empty part before it', '--b1\n\n--b1\nPART\n--b1--\n'],
    ['a hundred parts before it', `${'--b1\n\nHello\n'.repeat(100)}--b1\nPART\n--b1--\n`],
    ['a zero byte behind a boundary', '--b1\0\nPART\n--b1--\n'],
    ['a comment behind a boundary', '--b1 (first)\nPART\n--b1--\n'],
    ['quotes around a boundary', '--"b1"\nPART\n--"b1"--\n'],
  ] as const
).map(([how, body]) => [
  how,
  ({ base64 }) =>
    mailOf('Content-Type: multipart/mixed; boundary="b1"', body.replace('PART', `${base64Part}\n\n${base64}`)),
])

const inner = ({ base64 }: Payload, boundary: string): string =>
  `--${boundary}\n${base64Part}\n\n${base64}\n--${boundary}--\n`

const nested: readonly Row[] = [
  [
    'the same boundary inside and outside',
    (p) =>
      mailOf(
        'Content-Type: multipart/mixed; boundary="b1"',
        `--b1\nContent-Type: multipart/mixed; boundary="b1"\n\n${inner(p, 'b1')}--b1--\n`,
      ),
  ],
  [
    'an inner boundary that begins with the outer one',
    (p) =>
      mailOf(
        'Content-Type: multipart/mixed; boundary="b1"',
        `--b1\nContent-Type: multipart/mixed; boundary="b12"\n\n${inner(p, 'b12')}--b1--\n`,
      ),
  ],
  [
    'an outer boundary that begins with the inner one',
    (p) =>
      mailOf(
        'Content-Type: multipart/mixed; boundary="b12"',
        `--b12\nContent-Type: multipart/mixed; boundary="b1"\n\n${inner(p, 'b1')}--b12--\n`,
      ),
  ],
  [
    'an inner multipart that the outer one ends',
    (p) =>
      mailOf(
        'Content-Type: multipart/mixed; boundary="b1"',
        `--b1\nContent-Type: multipart/mixed; boundary="b2"\n\n--b2\n${base64Part}\n\n${p.base64}\n--b1--\n`,
      ),
  ],
  [
    'an inner part behind the end of the outer multipart',
    (p) =>
      mailOf(
        'Content-Type: multipart/mixed; boundary="b1"',
        `--b1\nContent-Type: multipart/mixed; boundary="b2"\n\n--b2\n\nHello\n--b1--\n${inner(p, 'b2')}`,
      ),
  ],
  [
    'a multipart inside that nobody declares',
    (p) =>
      mailOf(
        'Content-Type: multipart/mixed; boundary="b1"',
        `--b1\nContent-Type: text/plain\n\n${inner(p, 'b2')}--b1--\n`,
      ),
  ],
  ['a multipart that nobody declares', (p) => mailOf('X-Mailer: none', inner(p, 'b2'))],
  [
    'a multipart in base64',
    (p) =>
      mailOf(
        'Content-Type: multipart/mixed; boundary="b2"\nContent-Transfer-Encoding: base64',
        Buffer.from(inner(p, 'b2')).toString('base64'),
      ),
  ],
  [
    'a multipart in quoted-printable',
    (p) =>
      mailOf(
        'Content-Type: multipart/mixed; boundary="b2"\nContent-Transfer-Encoding: quoted-printable',
        inner(p, 'b2').replaceAll('=', '=3D'),
      ),
  ],
  [
    'a multipart named as in base64 that is not',
    (p) => mailOf('Content-Type: multipart/mixed; boundary="b2"\nContent-Transfer-Encoding: base64', inner(p, 'b2')),
  ],
  [
    'multiparts ten deep',
    (p) => {
      let text = `${base64Part}\n\n${p.base64}`
      for (let depth = 0; depth < 10; depth++)
        text = `Content-Type: multipart/mixed; boundary="d${depth}"\n\n--d${depth}\n${text}\n--d${depth}--\n`
      const [fields = '', ...body] = text.split('\n\n')
      return mailOf(fields, body.join('\n\n'))
    },
    'valid',
  ],
  ['a boundary of 70 characters', ({ base64 }) => long(70, base64), 'valid'],
  ['a boundary of 71 characters', ({ base64 }) => long(71, base64)],
  ['a boundary of 300 characters', ({ base64 }) => long(300, base64)],
  [
    'a boundary of odd characters',
    ({ base64 }) =>
      mailOf(
        'Content-Type: multipart/mixed; boundary="\'()+_,-./:=? b"',
        `--'()+_,-./:=? b\n${base64Part}\n\n${base64}\n--'()+_,-./:=? b--\n`,
      ),
    'valid',
  ],
  [
    'a boundary of 8-bit characters',
    ({ base64 }) =>
      mailOf(
        'Content-Type: multipart/mixed; boundary="\xe4\xf6"',
        `--\xe4\xf6\n${base64Part}\n\n${base64}\n--\xe4\xf6--\n`,
      ),
  ],
  [
    'parts without fields',
    ({ raw }) => mailOf('Content-Type: multipart/mixed; boundary="b1"', `--b1\n\n${raw}\n--b1--\n`),
    'valid',
  ],
  [
    'a part without its empty line',
    ({ base64 }) => mailOf('Content-Type: multipart/mixed; boundary="b1"', `--b1\n${base64Part}\n${base64}\n--b1--\n`),
  ],
  [
    'a part with white space in place of its empty line',
    ({ base64 }) =>
      mailOf('Content-Type: multipart/mixed; boundary="b1"', `--b1\n${base64Part}\n \t\n${base64}\n--b1--\n`),
  ],
  [
    'a part that begins with an empty line',
    ({ base64 }) =>
      mailOf('Content-Type: multipart/mixed; boundary="b1"', `--b1\n\n${base64Part}\n\n${base64}\n--b1--\n`),
  ],
  [
    'a boundary inside the header of a part',
    ({ base64 }) =>
      mailOf(
        'Content-Type: multipart/mixed; boundary="b1"',
        `--b1\n${octets}\n--b1\n${base64Part}\n\n${base64}\n--b1--\n`,
      ),
  ],
]

function long(characters: number, base64: string): string {
  const boundary = 'x'.repeat(characters)
  return mailOf(
    `Content-Type: multipart/mixed;\n boundary="${boundary}"`,
    `--${boundary}\n${base64Part}\n\n${base64}\n--${boundary}--\n`,
  )
}

export const oddBoundaries: readonly Row[] = [...types, ...bodies, ...nested]
