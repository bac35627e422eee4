/** Syslog over a stream with octet counting (RFC 6587 3.4.1): TCP, or a local socket that is one. */
import { once } from 'node:events'
import { createConnection, type Socket } from 'node:net'
import { fail } from './errors.js'
import type { Link, Transport } from './outbox.js'

const CONNECT_MS = 5_000

/** How one end of a stream is named to `node:net`. */
export type StreamAddress = { readonly host: string; readonly port: number } | { readonly path: string }

export function streamTransport(address: StreamAddress): Transport {
  const target = 'path' in address ? address.path : `tcp://${address.host}:${address.port}`
  return {
    target,
    async connect(signal): Promise<Link> {
      const socket = createConnection(address)
      socket.on('error', () => undefined)
      try {
        await once(socket, 'connect', { signal: AbortSignal.any([signal, AbortSignal.timeout(CONNECT_MS)]) })
      } catch (cause) {
        socket.destroy()
        throw fail('FSIGK_SYSLOG_UNREACHABLE', [target, (cause as Error).message], { cause })
      }
      return new StreamLink(socket, target)
    },
  }
}

class StreamLink implements Link {
  readonly atOnce = 256
  #ended = false

  constructor(
    private readonly socket: Socket,
    private readonly target: string,
  ) {
    // A server says nothing on this connection; what it says is read so that its end is noticed.
    socket.resume()
    for (const event of ['end', 'close'] as const)
      socket.once(event, () => {
        this.#ended = true
      })
    if ('setKeepAlive' in socket) socket.setKeepAlive(true, 60_000)
  }

  async send(messages: readonly Buffer[]): Promise<void> {
    if (this.#ended) throw fail('FSIGK_SYSLOG_UNREACHABLE', [this.target, 'the server closed the connection'])
    const frames = messages.flatMap((message) => [Buffer.from(`${message.length} `, 'latin1'), message])
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const gone = () => reject(fail('FSIGK_SYSLOG_UNREACHABLE', [this.target, 'the server closed the connection']))
    this.socket.once('close', gone)
    this.socket.write(Buffer.concat(frames), (error) => (error ? reject(error) : resolve()))
    try {
      await promise
    } finally {
      this.socket.removeListener('close', gone)
    }
  }

  close(): void {
    this.socket.destroySoon()
  }
}
