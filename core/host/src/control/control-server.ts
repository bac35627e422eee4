/** The control socket of a running gateway: 0600, one bounded JSON line a request, answered in order. */

import { once } from 'node:events'
import { chmodSync, rmSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { closeGently } from '@fsigk/gateway'
import { isFsigk, type Log } from '@fsigk/plugin-api'
import { fail, messageOf } from '../errors.js'
import { JsonLines } from './json-lines.js'
import { socketPath } from './socket-path.js'
import { type ControlReply, type ControlRequest, controlRequest, errorToWire, MAX_REQUEST_BYTES } from './wire.js'

const MAX_CONNECTIONS = 32
const IDLE_MS = 60_000

export type ControlHandler = (request: ControlRequest) => Promise<unknown>

export class ControlServer implements AsyncDisposable {
  readonly #connections = new Set<Socket>()

  private constructor(
    private readonly server: Server,
    private readonly path: string,
    private readonly log: Log,
    private readonly resources: DisposableStack,
  ) {}

  /**
   * Listens. Whoever calls this holds the lock of the home, so a socket that is already there was left by a crash.
   * @throws FSIGK_CONTROL_SOCKET
   */
  static async listen(path: string, handle: ControlHandler, log: Log): Promise<ControlServer> {
    using resources = new DisposableStack()
    try {
      rmSync(path, { force: true })
      const short = resources.use(socketPath(path))
      // A client may say all it has to say and close its side before it is answered.
      const server = createServer({ allowHalfOpen: true })
      server.maxConnections = MAX_CONNECTIONS
      // The socket file appears in listen() itself, so the mask keeps others out from the first moment on.
      const mask = process.umask(0o177)
      try {
        server.listen(short.path)
      } finally {
        process.umask(mask)
      }
      await once(server, 'listening')
      chmodSync(path, 0o600)
      const control = new ControlServer(server, path, log, resources.move())
      server.on('connection', (socket) => control.#serve(socket, handle))
      server.on('error', () => {})
      return control
    } catch (cause) {
      throw fail('FSIGK_CONTROL_SOCKET', [path, messageOf(cause)], { cause })
    }
  }

  /** Takes no more connections and removes the socket; those that are open stay, and see the end of the gateway by their own. */
  close(): void {
    this.server.close()
    rmSync(this.path, { force: true })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.server.listening) this.close()
    for (const socket of this.#connections) socket.destroy()
    this.resources.dispose()
  }

  async #serve(socket: Socket, handle: ControlHandler): Promise<void> {
    this.#connections.add(socket)
    socket.setTimeout(IDLE_MS, () => socket.destroy())
    socket.on('error', () => {})
    socket.on('close', () => this.#connections.delete(socket))
    const lines = new JsonLines(MAX_REQUEST_BYTES)
    try {
      for await (const chunk of socket.iterator({ destroyOnReturn: false }))
        for (const line of lines.push(chunk)) {
          // Some commands take as long as the drain does; only waiting for a request is idle.
          socket.setTimeout(0)
          await send(socket, await this.#replyTo(line, handle))
          socket.setTimeout(IDLE_MS)
        }
    } catch (error) {
      const refused = errorToWire(fail('FSIGK_CONTROL_REQUEST', [messageOf(error)]))
      if (socket.writable) socket.write(lineOf({ error: refused }))
    }
    await closeGently(socket)
  }

  async #replyTo(line: unknown, handle: ControlHandler): Promise<ControlReply> {
    const request = controlRequest.safeParse(line)
    if (!request.success) return { error: errorToWire(fail('FSIGK_CONTROL_REQUEST', ['{ call, params } expected'])) }
    try {
      return { result: await handle(request.data) }
    } catch (error) {
      if (!isFsigk(error)) this.log.error('command failed', { call: request.data.call, error })
      return { error: errorToWire(error) }
    }
  }
}

async function send(socket: Socket, reply: ControlReply): Promise<void> {
  if (!socket.write(lineOf(reply))) await Promise.race([once(socket, 'drain'), once(socket, 'close')])
}

function lineOf(reply: ControlReply): string {
  return `${JSON.stringify(reply)}\n`
}
