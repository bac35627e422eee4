/**
 * Bytes both ways between a client and a server, unread and unscanned, and recorded as such: after CONNECT, and after both
 * have agreed on another protocol.
 */
import type { Outcome, OutgoingBody, Transfer } from '@fsigk/plugin-api'
import type { Sweeper } from '@fsigk/sockets'
import { bodyError } from '../errors.js'
import { UNTIL_CLOSE } from '../message/framing.js'
import type { PeerRequest } from '../peer-request.js'
import type { HttpChannel } from '../sockets/http-channel.js'
import { IncomingBody } from '../sockets/incoming-body.js'

/** What the client is told when its tunnel opens. */
export interface Opening {
  readonly status: number
  readonly head: string
}

/** The answer to CONNECT. */
export function established(http10: boolean): string {
  return `HTTP/1.${http10 ? 0 : 1} 200 Connection established\r\n\r\n`
}

export class Tunnel {
  /** How long one side may be silent before it is looked whether the other is, too. */
  readonly #stepMs: number
  /** One side has closed its half: the other is not waited for as long. */
  #halfClosed = false

  constructor(
    private readonly request: PeerRequest,
    private readonly upstream: HttpChannel,
    private readonly sweeper: Sweeper,
    private readonly opening: Opening,
  ) {
    this.#stepMs = Math.min(request.idleMs, request.settings.tunnel_timeout * 1000)
  }

  /** Lasts until both have ended, either breaks off, or neither says anything for too long. */
  async run(): Promise<void> {
    const { upstream, request } = this
    const gone = () => upstream.destroy()
    request.connection.signal.addEventListener('abort', gone, { once: true })
    try {
      upstream.parser.beginBody(UNTIL_CLOSE)
      request.channel.parser.beginBody(UNTIL_CLOSE)
      await request.session.inspect(this.#transfer(), (outcome) => this.#open(outcome))
    } catch (error) {
      // A tunnel that breaks is an everyday end; a fault of ours before it was open is not.
      if (request.progress === 'none') throw error
      request.channel.reset()
    } finally {
      request.connection.signal.removeEventListener('abort', gone)
      upstream.destroy()
    }
  }

  #transfer(): Transfer {
    return {
      direction: 'download',
      release: { mode: 'live', because: 'tunnel' },
      body: this.#from(this.upstream, this.request.channel, 'the server'),
      bytes: undefined,
      name: '',
      type: '',
      codings: [],
      partial: false,
    }
  }

  async #open(outcome: Outcome): Promise<void> {
    const { request } = this
    if (outcome.disposition !== 'pass' && outcome.disposition !== 'tag') return request.refuse('targetDenied')
    const { entry } = request.session
    entry.status = this.opening.status
    request.progress = 'begun'
    request.isPaced = false
    request.channel.write(this.opening.head)
    const outwards = this.#outwards()
    await this.#inwards(outcome.body)
    await outwards
    request.progress = 'done'
  }

  /** From the server to the client. */
  async #inwards(body: OutgoingBody): Promise<void> {
    const { request } = this
    const { entry } = request.session
    for await (const data of body.open()) {
      entry.bytes += data.length
      if (!request.channel.write(data)) await request.room(entry.bytes, undefined, data.length)
    }
    request.channel.socket.end()
    this.#halfClosed = true
  }

  /** From the client to the server. Never rejects: what breaks it ends the other direction. */
  async #outwards(): Promise<void> {
    const { upstream, request } = this
    try {
      for await (const data of this.#from(request.channel, upstream, 'the client')) {
        if (!upstream.write(data) && (await upstream.room(request.idleMs)) !== 'room') return upstream.destroy()
      }
      upstream.socket.end()
      this.#halfClosed = true
    } catch {
      upstream.destroy()
    }
  }

  /** What comes from one side, as long as not both are idle. */
  #from(channel: HttpChannel, other: HttpChannel, who: string): IncomingBody {
    return new IncomingBody(channel, this.#stepMs, {
      bodyFailed: (fault) => bodyError(fault, who, this.#limitMs),
      mayWait: () => this.sweeper.now - Math.max(channel.movedAt, other.movedAt) < this.#limitMs,
    })
  }

  get #limitMs(): number {
    return this.#halfClosed ? this.#stepMs : this.request.settings.tunnel_timeout * 1000
  }
}
