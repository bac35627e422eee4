/** Small real upstreams: a web server by `node:http`, and a server that says exactly the bytes it is told to. */
import { once } from 'node:events'
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'

/** A server on loopback and a free port. */
export interface Upstream extends AsyncDisposable {
  readonly host: string
  readonly port: number
  /** Connections accepted so far. */
  readonly connections: number
}

/** What a web server answers on one path. */
export type WebReply = Buffer | string | ((request: IncomingMessage, response: ServerResponse) => void)

export interface WebOrigin extends Upstream {
  /** `http://host:port` */
  readonly url: string
  /** Requests as they arrived, in order, bodies included. */
  readonly requests: readonly { readonly method: string; readonly url: string; readonly headers: readonly string[] }[]
}

/** Starts a web server. A path that is not listed is answered 404. */
export async function startWebOrigin(replies: Readonly<Record<string, WebReply>>): Promise<WebOrigin> {
  const requests: { method: string; url: string; headers: string[] }[] = []
  const server = createHttpServer((request, response) => {
    requests.push({ method: request.method ?? '', url: request.url ?? '', headers: request.rawHeaders })
    const reply = replies[(request.url ?? '').split('?')[0] ?? '']
    if (typeof reply === 'function') return reply(request, response)
    if (reply === undefined) response.statusCode = 404
    const body = Buffer.from(reply ?? 'Not Found')
    response.setHeader('Content-Length', body.length)
    response.setHeader('Content-Type', 'application/octet-stream')
    response.end(body)
  })
  const upstream = await listen(server, () => server.closeAllConnections())
  return {
    ...upstream,
    get connections() {
      return upstream.connections
    },
    url: `http://${upstream.host}:${upstream.port}`,
    requests,
  }
}

/** Starts a server that has one conversation a connection; the socket is destroyed when the conversation ends. */
export function startRawServer(converse: (socket: Socket) => Promise<void>): Promise<Upstream> {
  const sockets = new Set<Socket>()
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy())
    converse(socket).catch((error) => socket.destroy(error))
  })
  return listen(server, () => {
    for (const socket of sockets) socket.destroy()
  })
}

/** A server that reads one request head on each connection, then writes these bytes and, by default, closes. */
export function startScriptedServer(
  reply: string | Buffer,
  options: { readonly keepOpen?: boolean } = {},
): Promise<Upstream> {
  return startRawServer(async (socket) => {
    await requestHead(socket)
    if (options.keepOpen) socket.write(reply)
    else socket.end(reply)
  })
}

/** Reads up to the empty line that ends a request head. */
export function requestHead(socket: Socket): Promise<string> {
  return readThrough(socket, '\r\n\r\n')
}

/** Reads up to the end of a line. */
export function requestLine(socket: Socket): Promise<string> {
  return readThrough(socket, '\n')
}

async function readThrough(socket: Socket, end: string): Promise<string> {
  let read = ''
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    read += (chunk as Buffer).toString('latin1')
    if (read.includes(end)) return read
  }
  return read
}

async function listen(server: Server, closeConnections: () => void): Promise<Upstream> {
  let connections = 0
  server.on('connection', () => {
    connections += 1
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    get connections() {
      return connections
    },
    async [Symbol.asyncDispose]() {
      closeConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
