/** One who browses: asks for one thing after the other through the proxy, and tells what came. */
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http'
import { gunzipSync } from 'node:zlib'
import { bodyOf, type Kind } from './bodies.js'

/** How one request ended. Times are of `performance.now()`. */
export interface Browsed {
  readonly number: number
  readonly kind: Kind
  /** Of a whole answer; 0 where none came. */
  readonly status: number
  readonly body: Buffer
  readonly began: number
  readonly ended: number
  /** Why no whole answer came. */
  readonly failure: string
}

const LIMIT_MS = 60_000

export class BrowsingClient implements Disposable {
  readonly #agent: Agent | undefined

  /** @param keepsAlive whether its connection is used again */
  constructor(
    private readonly proxy: { readonly host: string; readonly port: number },
    private readonly origin: string,
    keepsAlive: boolean,
  ) {
    this.#agent = keepsAlive ? new Agent({ keepAlive: true, maxSockets: 1 }) : undefined
  }

  /** Never rejects. A kept connection that the other side has just closed is no failure: it is asked once more, as browsers do. */
  async ask(kind: Kind, number: number): Promise<Browsed> {
    const first = await this.#once(kind, number)
    return first.isStale ? await this.#once(kind, number) : first
  }

  /** Closes its connection. */
  rest(): void {
    this.#agent?.destroy()
  }

  [Symbol.dispose](): void {
    this.rest()
  }

  #once(kind: Kind, number: number): Promise<Browsed & { readonly isStale: boolean }> {
    const began = performance.now()
    const isPost = kind === 'posted'
    return new Promise((resolve) => {
      const settle = (status: number, body: Buffer, failure: string, isStale = false) =>
        resolve({ number, kind, status, body, began, ended: performance.now(), failure, isStale })
      const request = httpRequest({
        ...this.proxy,
        agent: this.#agent ?? false,
        method: isPost ? 'POST' : 'GET',
        path: `${this.origin}/${kind}/${number}`,
        headers: { Host: new URL(this.origin).host, 'Accept-Encoding': 'gzip' },
        signal: AbortSignal.timeout(LIMIT_MS),
      })
      request.on('error', (error: NodeJS.ErrnoException) => {
        // Of an answer that had begun, the response tells.
        const isStale = request.reusedSocket && !isPost && error.code === 'ECONNRESET'
        settle(0, Buffer.alloc(0), error.code ?? error.message, isStale)
      })
      request.on('response', (response: IncomingMessage) => {
        const pieces: Buffer[] = []
        response.on('data', (piece: Buffer) => pieces.push(piece))
        response.on('error', (error: NodeJS.ErrnoException) =>
          settle(0, Buffer.concat(pieces), error.code ?? error.message),
        )
        response.on('end', () => {
          const body = Buffer.concat(pieces)
          settle(response.statusCode ?? 0, response.headers['content-encoding'] === 'gzip' ? decoded(body) : body, '')
        })
      })
      request.end(isPost ? bodyOf(kind, number) : undefined)
    })
  }
}

function decoded(body: Buffer): Buffer {
  try {
    return gunzipSync(body)
  } catch {
    return body
  }
}
