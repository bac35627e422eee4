/** A mail server that takes everything and keeps it: the bytes of each message as they came, whole or not. */
import type { Socket } from 'node:net'
import { startRawServer, type Upstream } from '@fsigk/testing'

export interface MailSink extends Upstream {
  /** What came behind each DATA, its end included when it came. In order. */
  readonly messages: readonly SunkMessage[]
  /** Connections that are open. */
  readonly open: number
}

export interface SunkMessage {
  readonly bytes: Buffer
  /** Whether its end came, and 250 was said. */
  readonly isWhole: boolean
}

const END = Buffer.from('\r\n.\r\n')

export async function startMailSink(): Promise<MailSink> {
  const messages: { chunks: Buffer[]; tail: Buffer; isWhole: boolean }[] = []
  const sockets = new Set<Socket>()
  const server = await startRawServer(async (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    socket.write('220 sink.test\r\n')
    let lines = ''
    let message: (typeof messages)[number] | undefined
    for await (const chunk of socket as AsyncIterable<Buffer>) {
      if (message !== undefined) {
        message.chunks.push(chunk)
        message.tail = Buffer.concat([message.tail, chunk]).subarray(-END.length)
        if (!message.tail.equals(END)) continue
        message.isWhole = true
        message = undefined
        socket.write('250 kept\r\n')
        continue
      }
      lines += chunk.toString('latin1')
      for (let end = lines.indexOf('\r\n'); end !== -1; end = lines.indexOf('\r\n')) {
        const verb = (lines.slice(0, end).split(' ')[0] ?? '').toUpperCase()
        lines = lines.slice(end + 2)
        socket.write(verb === 'DATA' ? '354 go on\r\n' : '250 ok\r\n')
        if (verb !== 'DATA') continue
        message = { chunks: [], tail: Buffer.from('\r\n'), isWhole: false }
        messages.push(message)
      }
    }
    // Whoever has ended has left.
    socket.destroy()
  })
  return Object.defineProperties(server as MailSink, {
    messages: {
      get: () => messages.map(({ chunks, isWhole }) => ({ bytes: Buffer.concat(chunks), isWhole })),
    },
    open: { get: () => sockets.size },
  })
}
