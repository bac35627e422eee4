/** The command line's end of the control socket. */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { fail, messageOf } from '../errors.js'
import { JsonLines } from './json-lines.js'
import { socketPath } from './socket-path.js'
import { controlReply, errorFromWire, MAX_REPLY_BYTES } from './wire.js'

const CONNECT_LIMIT_MS = 5_000

/** Nobody listens there: no gateway runs, or it ended without taking its socket along. */
const NOBODY = new Set(['ENOENT', 'ECONNREFUSED', 'ENOTDIR'])

export class ControlClient implements Disposable {
  private constructor(
    private readonly socket: Socket,
    private readonly path: string,
    private readonly replies: AsyncIterator<unknown>,
  ) {}

  /**
   * @returns undefined when nobody listens
   * @throws FSIGK_CONTROL_SOCKET, FSIGK_CONTROL_DENIED
   */
  static async connect(path: string): Promise<ControlClient | undefined> {
    try {
      using short = socketPath(path)
      const socket = connect(short.path)
      await once(socket, 'connect', { signal: AbortSignal.timeout(CONNECT_LIMIT_MS) })
      socket.on('error', () => {})
      return new ControlClient(socket, path, repliesOf(socket))
    } catch (cause) {
      const code = String((cause as NodeJS.ErrnoException).code)
      if (NOBODY.has(code)) return undefined
      if (code === 'EACCES') throw fail('FSIGK_CONTROL_DENIED', [path], { cause })
      throw fail('FSIGK_CONTROL_SOCKET', [path, messageOf(cause)], { cause })
    }
  }

  /** @throws what the gateway refused it with, or FSIGK_CONTROL_SOCKET */
  async call(name: string, params: unknown): Promise<unknown> {
    this.socket.write(`${JSON.stringify({ call: name, params: params ?? {} })}\n`)
    const reply = await this.#next()
    if ('error' in reply) throw errorFromWire(reply.error)
    return reply.result
  }

  /** Settles when the gateway has closed the connection, as it does at its very end. */
  async closed(): Promise<void> {
    await this.replies.next().catch(() => {})
  }

  [Symbol.dispose](): void {
    this.socket.destroy()
  }

  async #next() {
    try {
      const { value, done } = await this.replies.next()
      if (done) throw new Error('it was closed before the answer came')
      return controlReply.parse(value)
    } catch (cause) {
      throw fail('FSIGK_CONTROL_SOCKET', [this.path, messageOf(cause)], { cause })
    }
  }
}

async function* repliesOf(socket: Socket): AsyncGenerator<unknown> {
  const lines = new JsonLines(MAX_REPLY_BYTES)
  for await (const chunk of socket) yield* lines.push(chunk)
}
