/**
 * Whether the client of a request is still there, while it is served. One that closes its half after all of its request
 * waits for the answer (decision 116); it is tried whether anybody is behind it. One that is gone, or closes its half within its
 * request, needs none.
 */
import type { PeerRequest } from './peer-request.js'

/** Every answer with a head begins so, whatever it says. */
const BEGINNING = 'HTTP/1.'

export interface ClientVigilOwner {
  /** Whether the request has been read, and sent on, whole. */
  requestIsWhole(): boolean
  /** Stops what is under way for the client. */
  clientLeft(): void
}

export class ClientVigil {
  #hasLeft = false

  constructor(
    private readonly request: PeerRequest,
    private readonly owner: ClientVigilOwner,
  ) {}

  /** @returns false when the client has left already */
  begin(): boolean {
    const { channel } = this.request
    if (channel.ended) this.#ended()
    if (channel.closed) this.left()
    channel.onEnd = () => this.#ended()
    channel.onClose = () => this.left()
    return !this.#hasLeft
  }

  end(): void {
    const { channel } = this.request
    channel.onEnd = undefined
    channel.onClose = undefined
  }

  /** Nobody waits for the answer any more: ends the connection, and says so in the guide's words (9.1.4). */
  left(): void {
    const { request } = this
    if (this.#hasLeft || request.progress === 'done') return
    this.#hasLeft = true
    request.session.logInfo(
      this.owner.requestIsWhole()
        ? `is_alivesocket:recv=0, Client closed connection. Client may be cancel the session. url=[${request.head.url}], elapsed=${request.elapsedMs}ms`
        : 'file uploading is interrupted by client.',
    )
    request.channel.destroy()
    this.owner.clientLeft()
  }

  #ended(): void {
    const { channel, progress, head } = this.request
    if (channel.parser.bodyState === 'broken') this.left()
    // What has begun goes on: the next write tells.
    else if (progress === 'none' && head.version !== '0.9') channel.writeAhead(BEGINNING)
  }
}
