/** One request: the server is reached, its answer inspected, and the client told what became of it. */
import { once } from 'node:events'
import type { Duplex } from 'node:stream'
import type { Connection, Outcome, OutgoingBody, ReleaseMode, Session } from '@fsigk/plugin-api'
import { Incoming } from './incoming.js'
import { parseReply, parseRequest, type Request } from './parse.js'
import { type Refusal, refusals, refusedOutcomes } from './replies.js'
import type { LineRelaySettings } from './settings.js'

const CONNECT_TIMEOUT_MS = 30_000

export class Exchange {
  /** Whether the client has been told anything: what fails later can only be shown by closing. */
  #begun = false

  constructor(
    private readonly connection: Connection,
    private readonly session: Session<LineRelaySettings>,
  ) {}

  /** Serves a request line. Never throws for what a peer does; gives whether the client may ask again. */
  async serve(line: string): Promise<boolean> {
    const { session, connection } = this
    session.entry.method = 'GET'
    session.entry.url = line.slice(4)
    const request = parseRequest(line)
    if (!session.access.allowed) return this.refuse('denied')
    if (request === undefined) return this.refuse('syntax')
    const dialled = await session.dial(request.target, { timeoutMs: CONNECT_TIMEOUT_MS, signal: connection.signal })
    if (!dialled.reached) return this.refuse(dialled.denied ? 'denied' : 'unreachable', dialled.message)
    try {
      return await this.#relay(request, dialled.socket)
    } catch (error) {
      return this.refuse('bad-server', error instanceof Error ? error.message : String(error))
    } finally {
      dialled.socket.destroy()
    }
  }

  /** Tells the client why not, or closes where it has been told something else already. */
  refuse(refusal: Refusal, because = ''): boolean {
    const { session, connection } = this
    session.entry.error = because
    if (this.#begun) connection.socket.destroy()
    else this.#say(500, refusals[refusal])
    return !connection.socket.destroyed && refusal !== 'too-long'
  }

  async #relay({ name }: Request, server: Duplex): Promise<boolean> {
    const { session } = this
    server.on('error', () => {})
    server.write(`${name}\r\n`, 'latin1')
    const incoming = new Incoming(server)
    const line = await incoming.line()
    const reply = line === undefined ? undefined : parseReply(line)
    if (reply === undefined) return this.refuse('bad-server', 'the reply of the server was not understood')
    if (reply.is === 'no') {
      this.#say(404, `NO ${reply.reason}\r\n`)
      return true
    }
    await session.inspect(
      {
        direction: 'download',
        release: releaseMode(session.settings, reply.bytes),
        body: incoming.body(reply.bytes),
        bytes: reply.bytes,
        name: name.slice(name.lastIndexOf('/') + 1),
        type: '',
        codings: [],
        partial: false,
      },
      (outcome) => this.#answer(outcome, reply.bytes),
    )
    return !this.connection.socket.destroyed
  }

  async #answer(outcome: Outcome, bytes: number): Promise<void> {
    if (outcome.disposition !== 'pass' && outcome.disposition !== 'tag')
      return this.#say(403, refusedOutcomes[outcome.disposition])
    this.#say(200, `OK ${bytes}\r\n`)
    await this.#send(outcome.body)
  }

  /** No faster than the client takes it. */
  async #send(body: OutgoingBody): Promise<void> {
    const { socket, signal } = this.connection
    for await (const chunk of body.open()) {
      this.session.entry.bytes += chunk.length
      if (!socket.write(chunk)) await once(socket, 'drain', { signal })
    }
  }

  #say(status: number, line: string): void {
    this.#begun = true
    this.session.entry.status = status
    this.connection.socket.write(line, 'latin1')
  }
}

/** When bytes may leave: after the verdict, unless the settings say otherwise. */
function releaseMode(settings: LineRelaySettings, bytes: number): ReleaseMode {
  if (!settings.virus_check) return { mode: 'live', because: 'skipped' }
  if (!settings.pass_filesize || bytes <= settings.pass_filesize_len) return { mode: 'held' }
  return { mode: 'beyond', bytes: settings.pass_filesize_len }
}
