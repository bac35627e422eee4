/** One client: its requests in order, each on the settings of its own moment, until either side ends it. */
import type { Connection, OpenSession, Service } from '@fsigk/plugin-api'
import { Exchange } from './exchange.js'
import { Incoming } from './incoming.js'
import type { LineRelaySettings } from './settings.js'

/** How long a client may take for its first line: no settings are pinned yet that could say. */
const FIRST_LINE_MS = 60_000

export class Conversation {
  readonly #lines: Incoming
  #waitMs = FIRST_LINE_MS

  constructor(
    private readonly connection: Connection,
    private readonly service: Service<LineRelaySettings>,
  ) {
    this.#lines = new Incoming(connection.socket)
  }

  async hold(): Promise<void> {
    let requests = 0
    while (!this.service.draining.aborted) {
      const line = await this.#nextLine()
      if (line === undefined) break
      requests += 1
      if (!(await this.#serve(line))) break
    }
    // Whoever connects and asks nothing is on record all the same.
    if (requests === 0) this.service.open(this.connection).close()
    this.connection.socket.end()
  }

  /** The next line; undefined when none will come: the client has left, says nothing, or the service drains. */
  async #nextLine(): Promise<string | 'too-long' | undefined> {
    const { socket } = this.connection
    const leave = () => socket.destroy()
    const timer = setTimeout(leave, this.#waitMs)
    this.service.draining.addEventListener('abort', leave, { once: true })
    try {
      return await this.#lines.line()
    } catch (error) {
      // The socket's own errors are the client's leaving, which is nobody's fault.
      return error instanceof RangeError ? 'too-long' : undefined
    } finally {
      clearTimeout(timer)
      this.service.draining.removeEventListener('abort', leave)
    }
  }

  /** Serves one request in a session of its own; gives whether the client may ask again. */
  async #serve(line: string): Promise<boolean> {
    const session: OpenSession<LineRelaySettings> = this.service.open(this.connection)
    this.#waitMs = session.settings.idle_timeout * 1000
    try {
      const exchange = new Exchange(this.connection, session)
      return line === 'too-long' ? exchange.refuse('too-long') : await exchange.serve(line)
    } finally {
      session.close()
    }
  }
}
