/** The body of a request on its way to the server: live, framed anew, no faster than the server takes it. */
import type { Channel } from './channel.js'
import { lastChunk, writeChunk } from './chunk-writing.js'
import { bodyError } from './errors.js'
import { type BodyFault, IncomingBody } from './incoming-body.js'
import type { RequestParser } from './parse.js'

export class Upload {
  /** All of it has been written to the server. */
  done = false
  /** Why it will never be whole, when the client is to blame. */
  fault: BodyFault | undefined
  #stopped = false

  /**
   * @param idleMs how long either side may be silent
   */
  constructor(
    private readonly peer: Channel<RequestParser>,
    private readonly upstream: Channel,
    private readonly chunked: boolean,
    private readonly idleMs: number,
  ) {}

  /** Sends the body. Never rejects: a body that stops half-way takes the connection to the server with it. */
  async run(): Promise<void> {
    const { peer, upstream } = this
    const body = new IncomingBody(peer, this.idleMs, {
      bodyFailed: (fault) => {
        this.fault = fault
        return bodyError(fault, 'the client', this.idleMs)
      },
    })
    try {
      for await (const data of body) {
        if (this.#stopped || upstream.closed) return
        const room = this.chunked ? writeChunk(upstream, data) : upstream.write(data)
        upstream.extend()
        if (!room && (await upstream.room(this.idleMs)) !== 'room') return upstream.destroy()
      }
      if (this.#stopped || upstream.closed) return
      if (this.chunked) upstream.write(lastChunk(peer.parser.trailers))
      this.done = true
    } catch {
      upstream.destroy()
    }
  }

  /** Sends no more: the server has answered without it. */
  stop(): void {
    this.#stopped = true
    this.peer.interrupt()
  }
}
