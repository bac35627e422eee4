/** Syslog servers that keep what they hear, byte for byte. */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'

export interface SyslogServer extends AsyncDisposable {
  readonly port: number
  /** Messages so far, without their octet counts. */
  readonly messages: readonly string[]
  /** Waits until so many messages are there. */
  until(count: number): Promise<void>
}

abstract class Hearing {
  readonly messages: string[] = []
  #news = Promise.withResolvers<void>()

  hear(message: string): void {
    this.messages.push(message)
    this.#news.resolve()
    this.#news = Promise.withResolvers<void>()
  }

  async until(count: number): Promise<void> {
    while (this.messages.length < count) await this.#news.promise
  }
}

/** Octet counting (RFC 6587), on a port of loopback or on a local socket. */
export class StreamServer extends Hearing implements SyslogServer {
  readonly sockets = new Set<Socket>()
  readonly #server = createServer((socket) => {
    this.sockets.add(socket)
    let rest = ''
    socket.on('error', () => {})
    socket.on('close', () => this.sockets.delete(socket))
    socket.on('data', (chunk) => {
      rest += chunk.toString('latin1')
      for (let counted = /^(\d+) /.exec(rest); counted !== null; counted = /^(\d+) /.exec(rest)) {
        const start = counted[0].length
        const end = start + Number(counted[1])
        if (rest.length < end) break
        this.hear(rest.slice(start, end))
        rest = rest.slice(end)
      }
    })
  })

  static async on(where: { readonly port: number } | { readonly path: string }): Promise<StreamServer> {
    const server = new StreamServer()
    server.#server.listen('path' in where ? where : { ...where, host: '127.0.0.1' })
    await once(server.#server, 'listening')
    return server
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  /** The next client. */
  async client(): Promise<void> {
    await once(this.#server, 'connection')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.sockets) socket.destroy()
    this.#server.close()
    await once(this.#server, 'close')
  }
}

export class UdpServer extends Hearing implements SyslogServer {
  readonly #socket = createSocket('udp4').on('message', (message) => this.hear(message.toString('latin1')))

  static async on(port: number): Promise<UdpServer> {
    const server = new UdpServer()
    server.#socket.bind(port, '127.0.0.1')
    await once(server.#socket, 'listening')
    return server
  }

  get port(): number {
    return this.#socket.address().port
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.close()
    await once(this.#socket, 'close')
  }
}
