/** Changes that leave a mail readable to some, and not to all. */
import type { Random } from './random.js'

const LINE_END = Buffer.from('\r\n')

type Mutation = (mail: Buffer, random: Random, other: Buffer) => Buffer

const odd = [
  '\0',
  '\r',
  '\n',
  ' ',
  '\t',
  '"',
  '=',
  '-',
  ';',
  ':',
  '(',
  ')',
  '\\',
  '\xff',
  '\x1b',
  ',',
  '*',
  "'",
  '--',
  '\r\n',
  '\r\n\r\n',
  '\n\n',
  '\r\n ',
  '%41',
  '=?',
  '?=',
]

const words: readonly (readonly string[])[] = [
  ['base64', 'quoted-printable', '7bit', '8bit', 'binary', 'x-uuencode', 'uuencode', 'base-64', 'BASE64', 'x'],
  [
    'multipart/mixed',
    'multipart/alternative',
    'multipart/digest',
    'multipart/related',
    'text/plain',
    'message/rfc822',
    'text/html',
    'application/octet-stream',
    'multipart',
    'message/partial',
    'application/ms-tnef',
  ],
  ['boundary=', 'boundary*=', 'boundary*0=', 'Boundary =', 'boundary="x"; boundary=', 'xboundary='],
  ['filename=', 'filename*=', 'name=', 'filename*0*='],
  ['Content-Type:', 'content-type :', 'Content-Type', 'Content-type:text/plain\r\nContent-Type:', 'X-Type:'],
  [
    'Content-Transfer-Encoding:',
    'content-transfer-encoding:',
    'Content-Transfer-Encoding: 7bit\r\nContent-Transfer-Encoding:',
    'Content-Transfer-Encoding :',
  ],
  ['MIME-Version: 1.0', 'MIME-Version: 2.0', 'Mime-version:1.0 (made)', ''],
]

const mutations: readonly Mutation[] = [
  // A byte becomes another.
  (mail, random) => {
    const at = random.int(mail.length)
    return spliced(
      mail,
      at,
      1,
      Buffer.of(random.chance(50) ? random.int(256) : ((mail[at] ?? 0) ^ (1 << random.int(8))) & 255),
    )
  },
  (mail, random) => spliced(mail, random.int(mail.length), 0, latin1(random.pick(odd))),
  (mail, random) => spliced(mail, random.int(mail.length), 1 + random.int(3), latin1('')),
  (mail, random) => mail.subarray(0, Math.max(1, random.int(mail.length))),
  // Lines are repeated, swapped, dropped.
  (mail, random) => onLines(mail, (lines, at) => lines.splice(at, 0, lines[random.int(lines.length)] ?? ''), random),
  (mail, random) => onLines(mail, (lines, at) => lines.splice(at, 1), random),
  (mail, random) =>
    onLines(
      mail,
      (lines, at) => {
        const other = random.int(lines.length)
        const line = lines[at] ?? ''
        lines[at] = lines[other] ?? ''
        lines[other] = line
      },
      random,
    ),
  // A line of a header is repeated, changed.
  (mail, random) => onHeaderLine(mail, (line) => `${line}\r\n${line}`, random),
  (mail, random) =>
    onHeaderLine(
      mail,
      (line) => line.replace(/([:;=/])/, `$1${random.pick([' ', '\t', '\r\n ', '(c)', '"'])}`),
      random,
    ),
  (mail, random) => onHeaderLine(mail, (line) => (random.chance(50) ? line.toUpperCase() : line.toLowerCase()), random),
  (mail, random) => onHeaderLine(mail, (line) => line.replace(/"/g, random.pick(['', "'", '\\"'])), random),
  (mail, random) => onHeaderLine(mail, (line) => ` ${line}`, random),
  // A boundary line is changed.
  (mail, random) =>
    onBoundaryLine(mail, (line) => line + random.pick([' ', '\t', '--', '-', 'x', ' x', '\0', '\r']), random),
  (mail, random) => onBoundaryLine(mail, (line) => random.pick([' ', '-', '', '\t', '>']) + line, random),
  (mail, random) => onBoundaryLine(mail, (line) => line.slice(0, -1 - random.int(2)), random),
  (mail, random) => onBoundaryLine(mail, (line) => `${line}\r\n\r\n`, random),
  // A word becomes another of its kind.
  (mail, random) => replaced(mail, random),
  (mail, random) => replaced(mail, random),
  // Line ends become others.
  (mail, random) => {
    const to = random.pick(['\n', '\r', '\r\r\n', '\n\r'])
    const from = random.chance(50) ? 0 : random.int(mail.length)
    const text = mail.toString('latin1')
    return latin1(text.slice(0, from) + text.slice(from).replaceAll('\r\n', to))
  },
  // A piece of another mail, or of this one.
  (mail, random, other) => {
    const from = random.int(other.length)
    return spliced(mail, random.int(mail.length), random.int(40), other.subarray(from, from + random.int(400)))
  },
  (mail, random) => {
    const from = random.int(mail.length)
    return spliced(mail, random.int(mail.length), 0, Buffer.from(mail.subarray(from, from + random.int(300))))
  },
]

/** One to four changes; it ends with a line end, as SMTP and POP give every mail. @param other a mail from which pieces may come */
export function mutated(mail: Buffer, random: Random, other: Buffer): Buffer {
  let changed = mail
  for (let left = 1 + random.int(4); left > 0; left--) changed = random.pick(mutations)(changed, random, other)
  return changed.subarray(-2).equals(LINE_END) ? changed : Buffer.concat([changed, LINE_END])
}

function latin1(text: string): Buffer {
  return Buffer.from(text, 'latin1')
}

function spliced(mail: Buffer, at: number, drop: number, insert: Buffer): Buffer {
  return Buffer.concat([mail.subarray(0, at), insert, mail.subarray(at + drop)])
}

function onLines(mail: Buffer, change: (lines: string[], at: number) => void, random: Random): Buffer {
  const lines = mail.toString('latin1').split('\r\n')
  change(lines, random.int(lines.length))
  return latin1(lines.join('\r\n'))
}

function onSome(mail: Buffer, which: RegExp, change: (line: string) => string, random: Random): Buffer {
  const lines = mail.toString('latin1').split('\r\n')
  const some = [...lines.keys()].filter((at) => which.test(lines[at] ?? ''))
  const at = random.pick(some)
  if (at !== undefined) lines[at] = change(lines[at] ?? '')
  return latin1(lines.join('\r\n'))
}

function onHeaderLine(mail: Buffer, change: (line: string) => string, random: Random): Buffer {
  return onSome(mail, /^(?:content-|mime-|[ \t]+(?:boundary|filename))/i, change, random)
}

function onBoundaryLine(mail: Buffer, change: (line: string) => string, random: Random): Buffer {
  return onSome(mail, /^--\S/, change, random)
}

function replaced(mail: Buffer, random: Random): Buffer {
  const kind = random.pick(words)
  const text = mail.toString('latin1')
  const found = kind.flatMap((word) => (word !== '' && text.includes(word) ? [word] : []))
  const word = random.pick(found)
  return word === undefined ? mail : latin1(text.replace(word, random.pick(kind).replaceAll('$', '$$$$')))
}
