/** A mail server that keeps to a script: where it breaks off, what it refuses, and what it heard. */
import type { Socket } from 'node:net'
import { startRawServer, type Upstream } from '@fsigk/testing'

export interface MailScript {
  /**
   * Replies instead of the usual ones, by the first word of a command; `GREETING` and `END` of data besides. `''` hangs up,
   * `'silence'` says nothing.
   */
  readonly replies?: Readonly<Record<string, string>>
  /** A recipient who is not here. */
  readonly refuse?: string
}

export interface ScriptedMailServer extends Upstream {
  /** Commands heard, in order. */
  readonly heard: readonly string[]
  /** Messages that came whole, as they came between DATA and the dot. */
  readonly messages: readonly string[]
  /** Says something else from now on. */
  follow(script: MailScript): void
  /** Says this to all who are connected, whatever they asked. */
  interject(text: string): void
  /** Closes all connections. */
  hangUp(): void
}

const usual: Readonly<Record<string, string>> = {
  GREETING: '220 mx.test ready',
  EHLO: '250 mx.test',
  HELO: '250 mx.test',
  MAIL: '250 ok',
  RCPT: '250 ok',
  DATA: '354 go on',
  END: '250 kept',
  RSET: '250 ok',
  NOOP: '250 ok',
  QUIT: '221 bye',
}

export async function startScriptedMailServer(script: MailScript = {}): Promise<ScriptedMailServer> {
  let current = script
  const heard: string[] = []
  const messages: string[] = []
  const sockets = new Set<Socket>()
  const say = (socket: Socket, word: string): boolean => {
    const reply = current.replies?.[word] ?? usual[word] ?? '500 what?'
    if (reply === '') {
      socket.destroy()
      return false
    }
    if (reply !== 'silence') socket.write(`${reply}\r\n`)
    return true
  }
  const server = await startRawServer(async (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    if (!say(socket, 'GREETING')) return
    let rest = ''
    let inData = false
    let message = ''
    for await (const chunk of socket) {
      rest += (chunk as Buffer).toString('latin1')
      for (let end = rest.indexOf('\r\n'); end !== -1; end = rest.indexOf('\r\n')) {
        const line = rest.slice(0, end)
        rest = rest.slice(end + 2)
        if (inData && line !== '.') {
          message += `${line}\r\n`
          continue
        }
        if (inData) {
          messages.push(message)
          message = ''
        }
        const word = inData ? 'END' : (line.split(/[ :]/)[0] ?? '').toUpperCase()
        if (!inData) heard.push(line)
        inData = false
        if (word === 'RCPT' && current.refuse !== undefined && line.includes(current.refuse)) {
          socket.write('550 not here\r\n')
          continue
        }
        if (!say(socket, word)) return
        if (word === 'DATA' && (current.replies?.['DATA'] ?? '354').startsWith('354')) inData = true
        if (word === 'QUIT') return
      }
    }
  })
  return Object.defineProperties(server as ScriptedMailServer, {
    heard: { value: heard },
    messages: { value: messages },
    interject: {
      value: (text: string) => {
        for (const socket of sockets) socket.write(text)
      },
    },
    hangUp: {
      value: () => {
        for (const socket of sockets) socket.destroy()
      },
    },
    follow: {
      value: (next: MailScript) => {
        current = next
      },
    },
  })
}
