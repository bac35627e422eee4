/** The body of a request on its way to the server: framed anew, no faster than the server takes it. */
import type { Body } from '@fsigk/plugin-api'
import type { Channel } from '@fsigk/sockets'
import { lowestRatesOf } from '@fsigk/sockets'
import { bodyError } from '../errors.js'
import { lastChunk, writeChunk } from '../message/chunk-writing.js'
import type { Fields } from '../message/fields.js'
import type { PeerRequest } from '../peer-request.js'
import { type BodyFault, IncomingBody } from '../sockets/incoming-body.js'

/** Where the body comes from: the client's connection, or the spool. */
export interface UploadSource {
  /** Why the client's body will never be whole, when that is so. */
  readonly fault: BodyFault | undefined
  open(): Body
  /** Trailer fields, once the body has come whole. */
  trailers(): Fields | undefined
}

/** A body that is sent on as it comes. */
export class LiveSource implements UploadSource {
  fault: BodyFault | undefined

  constructor(private readonly request: PeerRequest) {}

  open(): Body {
    const { channel, idleMs, settings } = this.request
    const body = new IncomingBody(channel, idleMs, {
      bodyFailed: (fault) => {
        this.fault = fault
        return bodyError(fault, 'the client', idleMs)
      },
    })
    body.lowestRate = lowestRatesOf(settings).client
    return body
  }

  trailers(): Fields {
    return this.request.channel.parser.trailers
  }
}

export class Upload {
  /** All of it has been written to the server. */
  done = false
  #stopped = false

  constructor(
    private readonly request: PeerRequest,
    private readonly source: UploadSource,
    private readonly upstream: Channel,
    private readonly chunked: boolean,
  ) {}

  /** Why it will never be whole, when the client is to blame. */
  get fault(): BodyFault | undefined {
    return this.source.fault
  }

  /** Sends the body. Never rejects: a body that stops half-way takes the connection to the server with it. */
  async run(): Promise<void> {
    const { source, upstream } = this
    const { idleMs } = this.request
    try {
      for await (const data of source.open()) {
        if (this.#stopped || upstream.closed) return
        const room = this.chunked ? writeChunk(upstream, data) : upstream.write(data)
        upstream.extend()
        if (!room && (await upstream.room(idleMs)) !== 'room') return upstream.destroy()
      }
      if (this.#stopped || upstream.closed) return
      if (this.chunked) upstream.write(lastChunk(source.trailers()))
      this.done = true
    } catch {
      upstream.destroy()
    }
  }

  /** Sends no more: the server has answered without it. */
  stop(): void {
    this.#stopped = true
    this.request.channel.interrupt()
  }
}
