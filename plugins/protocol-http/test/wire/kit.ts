/** Origins that say exact bytes, and clients that hear them, around a stub proxy. */
import type { Socket } from 'node:net'
import { RawClient, startRawServer, type Upstream } from '@fsigk/testing'
import { type StubOptions, type StubProxy, startStubProxy } from '../kit/stub-service.js'

export interface Origin extends Upstream {
  /** Request heads in the order in which they came. */
  readonly heads: readonly string[]
  /** `host:port`, for URLs. */
  readonly at: string
}

/** What an origin says to a request head; undefined closes the connection. */
export type Script = (head: string, socket: Socket) => string | Buffer | undefined

/** An origin that answers each request head on a connection by the script, and keeps the connection. */
export async function startOrigin(script: Script): Promise<Origin> {
  const heads: string[] = []
  const upstream = await startRawServer(async (socket) => {
    let text = ''
    for await (const chunk of socket) {
      text += (chunk as Buffer).toString('latin1')
      for (let end = text.indexOf('\r\n\r\n'); end !== -1; end = text.indexOf('\r\n\r\n')) {
        // Before a head there may be the body of the request before, which this server does not care for.
        const head = text.slice(0, end + 4).match(/[A-Z]+ \S+ HTTP\/1[\s\S]*/)?.[0]
        text = text.slice(end + 4)
        if (head === undefined) continue
        heads.push(head)
        const reply = script(head, socket)
        if (reply === undefined) socket.end()
        else if (reply.length > 0) socket.write(typeof reply === 'string' ? Buffer.from(reply, 'latin1') : reply)
      }
    }
    socket.end()
  })
  const { host, port } = upstream
  return {
    host,
    port,
    heads,
    at: `${host}:${port}`,
    get connections() {
      return upstream.connections
    },
    [Symbol.asyncDispose]: () => upstream[Symbol.asyncDispose](),
  }
}

/** A reply with a length. */
export function reply(body: string, fields = '', status = '200 OK'): string {
  return `HTTP/1.1 ${status}\r\n${fields}Content-Length: ${body.length}\r\n\r\n${body}`
}

export interface Setting extends AsyncDisposable {
  readonly proxy: StubProxy
  readonly origin: Origin
}

/** An origin and a proxy. */
export async function startBoth(script: Script, options: StubOptions = {}): Promise<Setting> {
  const origin = await startOrigin(script)
  const proxy = await startStubProxy(options)
  return {
    origin,
    proxy,
    async [Symbol.asyncDispose]() {
      await proxy[Symbol.asyncDispose]()
      await origin[Symbol.asyncDispose]()
    },
  }
}

/** Sends bytes on a new connection and gives all that is heard until the proxy closes it. */
export async function exchange(proxy: StubProxy, bytes: string): Promise<string> {
  using client = await RawClient.to(proxy)
  client.send(bytes)
  return await client.untilClosed()
}

/** What a client hears until its connection is gone, and whether that was by a reset. */
export async function hear(socket: Socket): Promise<{ readonly heard: string; readonly reset: boolean }> {
  const chunks: Buffer[] = []
  let reset = false
  socket.on('data', (chunk) => chunks.push(chunk))
  socket.on('error', (error: NodeJS.ErrnoException) => {
    reset ||= error.code === 'ECONNRESET'
  })
  await new Promise((resolve) => {
    socket.once('end', resolve)
    socket.once('close', resolve)
  })
  return { heard: Buffer.concat(chunks).toString('latin1'), reset }
}

/** A GET for the origin that ends the connection. */
export function get(origin: Origin, fields = '', path = '/a'): string {
  return `GET http://${origin.at}${path} HTTP/1.1\r\nHost: ${origin.at}\r\n${fields}Connection: close\r\n\r\n`
}

/** What follows the head of a message. */
export function bodyOf(message: string): string {
  return message.slice(message.indexOf('\r\n\r\n') + 4)
}

/** The start line of a message. */
export function startLine(message: string): string {
  return message.slice(0, message.indexOf('\r\n'))
}

/** The head of a message as its lines, in order, the start line left out. */
export function fieldLines(message: string): readonly string[] {
  return message.slice(0, message.indexOf('\r\n\r\n')).split('\r\n').slice(1)
}
