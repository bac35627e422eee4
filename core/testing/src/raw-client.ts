import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** A client that says exactly the bytes it is told to, and keeps what it hears. */
export class RawClient implements Disposable {
  readonly #chunks: Buffer[] = []
  #closed = false
  /** Told of all that happens; replaced each time. */
  #news = Promise.withResolvers<void>()

  private constructor(readonly socket: Socket) {
    socket.on('data', (chunk) => {
      this.#chunks.push(chunk)
      this.#tell()
    })
    socket.on('error', () => {})
    socket.on('end', () => this.#tell())
    socket.on('close', () => {
      this.#closed = true
      this.#tell()
    })
  }

  static async to(address: { readonly host: string; readonly port: number }): Promise<RawClient> {
    const client = new RawClient(connect({ ...address, allowHalfOpen: true }))
    await once(client.socket, 'connect')
    return client
  }

  /** All that was heard so far. */
  get received(): Buffer {
    return Buffer.concat(this.#chunks)
  }

  get closed(): boolean {
    return this.#closed
  }

  send(bytes: string | Buffer): void {
    this.socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes)
  }

  /** Waits until what was heard satisfies `enough`; the other end's close ends the wait too. */
  async until(enough: (heard: string) => boolean): Promise<string> {
    for (;;) {
      const heard = this.received.toString('latin1')
      if (enough(heard) || this.#hasEnded) return heard
      await this.#news.promise
    }
  }

  /** Waits until the other end has closed, and gives all that was heard. */
  async untilClosed(): Promise<string> {
    while (!this.#hasEnded) await this.#news.promise
    return this.received.toString('latin1')
  }

  get #hasEnded(): boolean {
    return this.#closed || this.socket.readableEnded
  }

  #tell(): void {
    this.#news.resolve()
    this.#news = Promise.withResolvers<void>()
  }

  [Symbol.dispose](): void {
    this.socket.destroy()
  }
}

/** Sends bytes on a new connection and gives all that is heard until the other end closes. */
export async function exchange(
  address: { readonly host: string; readonly port: number },
  bytes: string | Buffer,
): Promise<string> {
  using client = await RawClient.to(address)
  client.send(bytes)
  return await client.untilClosed()
}
