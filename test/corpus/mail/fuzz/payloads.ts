/** What stands in made mails: files and texts with a word in them that can be found again. */
import type { Random } from './random.js'

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'
const HEX = '0123456789abcdef'

/** Words that stand nowhere else: 18 letters between Q and Z. */
export const markers = /Q[A-Z]{18}Z/g

function marker(random: Random): string {
  return `Q${random.text(LETTERS, 18)}Z`
}

const files: readonly ((random: Random) => Buffer)[] = [
  (random) =>
    Buffer.concat([
      Buffer.from('MZ\x90\0\x03\0', 'latin1'),
      random.bytes(random.int(300)),
      Buffer.from(marker(random)),
    ]),
  (random) => Buffer.concat([Buffer.from(marker(random)), random.bytes(random.int(200))]),
  (random) => Buffer.from(`%PDF-1.4\n${marker(random)}\n${random.text(HEX, 90)}\n%%EOF\n`),
  (random) => Buffer.from(`PK\x03\x04${marker(random)}\0\0${random.text(HEX, 40)}`, 'latin1'),
  (random) => Buffer.from(`@echo off\r\nrem ${marker(random)}\r\nstart calc = ${random.int(9)}\r\n`),
  (random) => Buffer.from(`${marker(random)}${' '.repeat(random.int(3))}`),
]

const sentences = [
  'Please find the minutes attached.',
  'Best regards,\nAnn',
  '-- \nSent from my telephone',
  '> On Tuesday you wrote:\n> Thanks.',
  'Price = 20 % off; see http://example.com/?a=b&c=d',
  'Gr\xfc\xdfe aus K\xf6ln',
  '\u0004begin with the end in mind',
  '',
] as const

export function aFile(random: Random): Buffer {
  return random.pick(files)(random)
}

export function aText(random: Random): Buffer {
  const lines = Array.from({ length: 1 + random.int(4) }, () => random.pick(sentences))
  return Buffer.from(`Hello,\n${lines.join('\n')}\n${marker(random)}\n`, 'latin1')
}

export function aPage(random: Random): Buffer {
  const words = random.pick(['<b>Hello</b>', '<img src="cid:1@example.com">', '<a href=3D"http://example.com/">x</a>'])
  return Buffer.from(`<html><body>\n<p>${words}\n${marker(random)}</p></body></html>\n`)
}
