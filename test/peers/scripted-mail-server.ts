/** A mail server that keeps to a script: where it breaks off, what it refuses, and what it heard. */
import type { Socket } from 'node:net'
import { startRawServer, type Upstream } from '@fsigk/testing'

export interface MailScript {
  /** Replies instead of the usual ones, by the first word of a command; `GREETING` and `END` of data besides. `''` hangs up. */
  readonly replies?: Readonly<Record<string, string>>
  /** A recipient who is not here. */
  readonly refuse?: string
}

export interface ScriptedMailServer extends Upstream {
  /** Commands heard, in order. */
  readonly heard: readonly string[]
  /** Says something else from now on. */
  follow(script: MailScript): void
}

const usual: Readonly<Record<string, string>> = {
  GREETING: '220 mx.test ready',
  EHLO: '250 mx.test',
  HELO: '250 mx.test',
  MAIL: '250 ok',
  RCPT: '250 ok',
  DATA: '354 go on',
  END: '250 kept',
  QUIT: '221 bye',
}

export async function startScriptedMailServer(script: MailScript = {}): Promise<ScriptedMailServer> {
  let current = script
  const heard: string[] = []
  const say = (socket: Socket, word: string): boolean => {
    const reply = current.replies?.[word] ?? usual[word] ?? '500 what?'
    if (reply === '') {
      socket.destroy()
      return false
    }
    socket.write(`${reply}\r\n`)
    return true
  }
  const server = await startRawServer(async (socket) => {
    if (!say(socket, 'GREETING')) return
    let rest = ''
    let inData = false
    for await (const chunk of socket) {
      rest += (chunk as Buffer).toString('latin1')
      for (let end = rest.indexOf('\r\n'); end !== -1; end = rest.indexOf('\r\n')) {
        const line = rest.slice(0, end)
        rest = rest.slice(end + 2)
        if (inData && line !== '.') continue
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
    follow: {
      value: (next: MailScript) => {
        current = next
      },
    },
  })
}
