/** Messages that are nearly right: grammar first, then mutations of the kinds that smuggling is made of. From a seed. */

/** Small and quick, and the same everywhere: a failing message can be made again from its number. */
export class Random {
  #state: number

  constructor(seed: number) {
    this.#state = (seed ^ 0x9e3779b9) >>> 0
  }

  /** A whole number from 0 up to, not with, `limit` (mulberry32). */
  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let bits = this.#state
    bits = Math.imul(bits ^ (bits >>> 15), bits | 1)
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61)
    return ((bits ^ (bits >>> 14)) >>> 0) % limit
  }

  pick<T>(choices: readonly T[]): T {
    const choice = choices[this.below(choices.length)]
    if (choice === undefined) throw new Error('nothing to pick from')
    return choice
  }

  chance(percent: number): boolean {
    return this.below(100) < percent
  }
}

const methods = ['GET', 'POST', 'PUT', 'HEAD', 'DELETE', 'OPTIONS', 'PROPFIND', 'PATCH']
const urls = ['http://a/', 'http://site.example:8080/a?b=c', '/', '*', 'http://[::1]/', 'http://a/%00', '/a#b']
const names = ['Host', 'host', 'Accept', 'X-A', 'Cookie', 'Via', 'content-type', 'x_y', '__proto__', "!#$%&'*+-.^_`|~"]
const values = ['', 'a', 'a b', '\ta\t', 'a, b', '"q\\"x"', 'é', '\x80\xff', ': :', 'chunked', '5', 'x'.repeat(300)]
const lengthNames = ['Content-Length', 'content-length', 'CONTENT-LENGTH', 'Content_Length']
const codingNames = ['Transfer-Encoding', 'transfer-encoding', 'TRANSFER-ENCODING', 'Transfer_Encoding']
const lengths = [
  '0',
  '3',
  '5',
  '05',
  '+5',
  '-5',
  '5 ',
  ' 5',
  '5,5',
  '5, 5',
  '0x5',
  '5.0',
  '',
  '99999999999999999999',
  '5\t',
  'five',
]
const codings = [
  'chunked',
  'Chunked',
  'CHUNKED',
  'chunked ',
  'gzip',
  'gzip, chunked',
  'chunked, gzip',
  'chunked, chunked',
  'identity',
  'xchunked',
  '"chunked"',
  'chunked;a',
  ', chunked',
  '',
  'chun ked',
]
const statuses = [
  '200 OK',
  '204 No Content',
  '304 Not Modified',
  '404 Not Found',
  '200 ',
  '200',
  '100 Continue',
  '999 X',
  '200 d\xe9j\xe0',
  '500 a b c',
]
const ends = ['\r\n', '\r\n', '\r\n', '\r\n', '\r\n', '\r\n', '\r\n', '\r\n', '\n', '\r', '\r\r\n', '\n\r', '\r\n\r']
const inserted = [
  '\0',
  '\r',
  '\n',
  '\r\n',
  ' ',
  '\t',
  ':',
  ',',
  '\x0b',
  '\x7f',
  '\x80',
  '\xff',
  '0',
  'a',
  ';',
  '"',
  '\r\n ',
  '\r\n\t',
  '0\r\n\r\n',
  'GET / HTTP/1.1\r\n\r\n',
]

/** One or a few requests on one connection. */
export function generateRequests(random: Random): Buffer {
  const count = 1 + random.below(3)
  let text = ''
  for (let at = 0; at < count; at++) text += request(random)
  return mutate(random, text)
}

export function generateResponses(random: Random): Buffer {
  const count = 1 + random.below(2)
  let text = ''
  for (let at = 0; at < count; at++) text += response(random)
  return mutate(random, text)
}

function request(random: Random): string {
  const version = random.chance(90)
    ? 'HTTP/1.1'
    : random.pick(['HTTP/1.0', 'HTTP/0.9', 'HTTP/2.0', 'HTTP/1.2', 'http/1.1', 'HTTP/1.1 '])
  const space = random.chance(97) ? ' ' : random.pick(['  ', '\t', ''])
  const empty = random.chance(5) ? '\r\n' : ''
  return message(random, `${empty}${random.pick(methods)}${space}${random.pick(urls)} ${version}`)
}

function response(random: Random): string {
  const version = random.chance(85)
    ? 'HTTP/1.1'
    : random.pick(['HTTP/1.0', 'HTTP/2.0', 'HTTP/1.2', 'HTTP/11', 'HTTP/1.1 '])
  return message(random, `${version} ${random.pick(statuses)}`)
}

function message(random: Random, start: string): string {
  const lines: string[] = []
  for (let count = random.below(4); count > 0; count--)
    lines.push(field(random, random.pick(names), random.pick(values)))
  const framing = random.below(10)
  let body = ''
  if (framing < 3) {
    lines.push(field(random, 'Content-Length', '5'))
    body = 'hello'
  } else if (framing < 6) {
    lines.push(field(random, 'Transfer-Encoding', 'chunked'))
    body = chunks(random)
  } else if (framing < 8) {
    for (let count = 1 + random.below(2); count > 0; count--) {
      const isLength = random.chance(50)
      lines.push(
        isLength
          ? field(random, random.pick(lengthNames), random.pick(lengths))
          : field(random, random.pick(codingNames), random.pick(codings)),
      )
    }
    body = random.chance(50) ? 'hello' : chunks(random)
  }
  shuffle(random, lines)
  return `${start}${lineEnd(random)}${lines.map((line) => `${line}${lineEnd(random)}`).join('')}${lineEnd(random)}${body}`
}

function field(random: Random, name: string, value: string): string {
  const colon = random.chance(95) ? ': ' : random.pick([':', ' : ', ' :', ':\t', ''])
  return `${name}${colon}${value}${random.chance(5) ? random.pick([' ', '\t']) : ''}`
}

function chunks(random: Random): string {
  let text = ''
  for (let count = random.below(4); count > 0; count--) {
    const size = random.chance(85)
      ? '5'
      : random.pick([
          '05',
          '0005',
          '5 ',
          ' 5',
          '+5',
          '0x5',
          '6',
          '4',
          'A',
          'g',
          '',
          '00000000000000005',
          'ffffffffffffffff',
        ])
    const extension = random.chance(85) ? '' : random.pick([';a', ';a=b', ';a="b"', ' ;a=b', ';', ';a="\r\n"', ';\x01'])
    text += `${size}${extension}${lineEnd(random)}hello${lineEnd(random)}`
  }
  const trailer = random.chance(80) ? '' : `${field(random, 'X-T', random.pick(values))}${lineEnd(random)}`
  return `${text}0${random.chance(95) ? '' : ';x'}${lineEnd(random)}${trailer}${lineEnd(random)}`
}

function lineEnd(random: Random): string {
  return random.chance(98) ? '\r\n' : random.pick(ends)
}

function shuffle<T>(random: Random, items: T[]): void {
  for (let at = items.length - 1; at > 0; at--) {
    const other = random.below(at + 1)
    const [one, two] = [items[at], items[other]]
    if (one !== undefined && two !== undefined) [items[at], items[other]] = [two, one]
  }
}

/** Half of the messages stay as the grammar made them. */
function mutate(random: Random, text: string): Buffer {
  let bytes = text
  for (let count = random.chance(50) ? 1 + random.below(3) : 0; count > 0; count--) {
    const at = random.below(bytes.length + 1)
    const kind = random.below(4)
    if (kind === 0) bytes = bytes.slice(0, at) + random.pick(inserted) + bytes.slice(at)
    else if (kind === 1) bytes = bytes.slice(0, at) + bytes.slice(at + 1 + random.below(3))
    else if (kind === 2) bytes = bytes.slice(0, at) + String.fromCharCode(random.below(256)) + bytes.slice(at + 1)
    else bytes = bytes.slice(0, at)
  }
  return Buffer.from(bytes, 'latin1')
}
