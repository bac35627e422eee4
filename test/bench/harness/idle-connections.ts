/** Many keep-alive connections that asked one thing each and then stay open, silent. */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

const OPENING_AT_ONCE = 200

export class IdleConnections implements Disposable {
  readonly #sockets: Socket[] = []
  #closed = 0

  /** How many the other side has closed since. */
  get closed(): number {
    return this.#closed
  }

  /** Opens `count` more, each of which asks `proxyPort` for `url` and reads the whole answer. */
  async open(count: number, proxyPort: number, url: string): Promise<void> {
    const request = `GET ${url} HTTP/1.1\r\nHost: ${new URL(url).host}\r\nUser-Agent: bench\r\n\r\n`
    let next = 0
    const opener = async () => {
      while (next++ < count) this.#sockets.push(await this.#openOne(proxyPort, request))
    }
    await Promise.all(Array.from({ length: OPENING_AT_ONCE }, opener))
  }

  async #openOne(port: number, request: string): Promise<Socket> {
    // Other addresses of loopback, for one address has fewer free ports than this may need.
    const localAddress = `127.0.${1 + (this.#sockets.length % 4)}.1`
    const socket = connect({ port, host: '127.0.0.1', localAddress })
    await once(socket, 'connect')
    socket.write(request)
    let text = ''
    while (!wholeAnswer(text)) {
      const [chunk] = (await once(socket, 'data')) as [Buffer]
      text += chunk.toString('latin1')
    }
    if (!/^HTTP\/1\.[01] 200 /.test(text)) throw new Error(`the proxy answered ${text.slice(0, 200)}`)
    socket.on('error', () => {})
    socket.on('close', () => {
      this.#closed++
    })
    return socket
  }

  [Symbol.dispose](): void {
    for (const socket of this.#sockets) socket.destroy()
  }
}

function wholeAnswer(text: string): boolean {
  const head = text.indexOf('\r\n\r\n')
  if (head === -1) return false
  const length = /\r\ncontent-length: (\d+)\r\n/i.exec(text.slice(0, head + 2))?.[1]
  if (length === undefined) throw new Error(`the answer has no Content-Length: ${text.slice(0, head)}`)
  return text.length >= head + 4 + Number(length)
}
