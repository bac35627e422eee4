/** A small POP server of our own that does as it is told, byte by byte, for what real ones never do. */
import { createHash } from 'node:crypto'
import type { Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { startRawServer, type Upstream } from '@fsigk/testing'

export interface PopServerOptions {
  /** What is in the mailbox: messages as they are, their lines ending in CRLF. */
  readonly messages?: readonly (Buffer | string)[]
  /** Without its CRLF. */
  readonly greeting?: string
  /** Answers a command in place of the server. @returns whether it did */
  answer?(command: string, socket: Socket): boolean
}

export interface PopServer extends Upstream {
  /** Every line that clients have sent. */
  readonly commands: readonly string[]
  /** Numbers of the messages that sessions deleted which ended in QUIT. */
  readonly deleted: readonly number[]
}

/** Its user, and his password. */
export const MAILBOX = { user: 'ann', password: 'secret word' } as const

const TIMESTAMP = '<1896.697170952@pop.test>'

/** As it goes over the wire, with the line that ends it. */
export function stuffed(message: Buffer | string): Buffer {
  const text = Buffer.from(message as string).toString('latin1')
  const ended = text === '' || text.endsWith('\r\n') ? text : `${text}\r\n`
  return Buffer.from(`${ended.replace(/(^|\r\n)\./g, '$1..')}.\r\n`, 'latin1')
}

export async function startPopServer(options: PopServerOptions = {}): Promise<PopServer> {
  const commands: string[] = []
  const deleted: number[] = []
  const server = await startRawServer(async (socket) => {
    socket.write(`${options.greeting ?? `+OK ready ${TIMESTAMP}`}\r\n`)
    const box = new Box(options.messages ?? [])
    for await (const line of createInterface({ input: socket.setEncoding('latin1') })) {
      commands.push(line)
      if (options.answer?.(line, socket)) continue
      socket.write(box.reply(line))
      if (!/^QUIT/i.test(line)) continue
      deleted.push(...box.deleted)
      break
    }
    socket.end()
  })
  return Object.assign(server, { commands, deleted })
}

/** One session with the mailbox. */
class Box {
  readonly deleted: number[] = []

  constructor(private readonly messages: readonly (Buffer | string)[]) {}

  reply(line: string): Buffer | string {
    const [verb = '', ...words] = line.split(' ')
    const number = Number(words[0])
    const message = this.messages[number - 1]
    switch (verb) {
      case 'CAPA':
        return text('+OK', ['TOP', 'USER', 'UIDL', 'PIPELINING', 'STLS', 'SASL PLAIN GSSAPI CRAM-MD5'])
      case 'USER':
        return words[0] === MAILBOX.user ? '+OK\r\n' : '-ERR no such user\r\n'
      case 'PASS':
        return line === `PASS ${MAILBOX.password}` ? '+OK welcome\r\n' : '-ERR [AUTH] wrong\r\n'
      case 'APOP':
        return words[1] === digest() ? '+OK welcome\r\n' : '-ERR [AUTH] wrong\r\n'
      case 'STAT':
        return `+OK ${this.messages.length} ${this.messages.reduce((sum, { length }) => sum + length, 0)}\r\n`
      case 'LIST':
        return this.#list(words, ({ length }) => `${length}`)
      case 'UIDL':
        return this.#list(words, (_message, at) => `uid-${at}`)
      case 'RETR':
        if (message === undefined) return '-ERR no such message\r\n'
        return Buffer.concat([Buffer.from(`+OK ${message.length} octets\r\n`), stuffed(message)])
      case 'TOP':
        return message === undefined ? '-ERR no such message\r\n' : top(message, Number(words[1]))
      case 'DELE':
        this.deleted.push(number)
        return '+OK deleted\r\n'
      case 'RSET':
        this.deleted.length = 0
        return '+OK\r\n'
      case 'NOOP':
      case 'QUIT':
        return `+OK ${verb}\r\n`
      default:
        return '-ERR unknown command\r\n'
    }
  }

  #list(words: readonly string[], shown: (message: Buffer | string, number: number) => string): string {
    const lines = this.messages.map((message, at) => `${at + 1} ${shown(message, at + 1)}`)
    if (words.length === 0) return text('+OK list', lines)
    return lines[Number(words[0]) - 1] === undefined
      ? '-ERR no such message\r\n'
      : `+OK ${lines[Number(words[0]) - 1]}\r\n`
  }
}

function top(message: Buffer | string, lines: number): Buffer {
  const whole = Buffer.from(message as string).toString('latin1')
  const [, header = whole, body = ''] = /^(.*?\r\n\r\n)(.*)$/s.exec(whole) ?? []
  const shown = body.split(/(?<=\r\n)/).slice(0, lines)
  return Buffer.concat([Buffer.from('+OK top\r\n'), stuffed(header + shown.join(''))])
}

function text(first: string, lines: readonly string[]): string {
  return [first, ...lines, '.', ''].join('\r\n')
}

/** RFC 1939, 7. */
function digest(): string {
  return createHash('md5').update(`${TIMESTAMP}${MAILBOX.password}`).digest('hex')
}
