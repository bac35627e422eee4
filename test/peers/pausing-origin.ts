/** A web server that stops in the middle of a body until it is told to go on. */
import { requestHead, startRawServer, type Upstream } from '@fsigk/testing'

export interface PausingOrigin extends Upstream {
  /** `http://host:port` */
  readonly url: string
  /** Lets all answers go on, those to come too. */
  goOn(): void
  /** Resolves when an answer has begun. */
  readonly begun: Promise<void>
  /** Resolves when a connection on which an answer had begun was closed from the other side. */
  readonly left: Promise<void>
}

/**
 * @param body of each answer; its first `pauseAfter` bytes are sent at once
 * @param framing `length` announces it, `chunked` sends it in chunks, `close` ends it with the connection
 */
export async function startPausingOrigin(
  body: Buffer,
  pauseAfter: number,
  options: { readonly framing?: 'length' | 'chunked' | 'close'; readonly type?: string; readonly fields?: string } = {},
): Promise<PausingOrigin> {
  const { framing = 'length', type = 'application/octet-stream', fields = '' } = options
  const going = Promise.withResolvers<void>()
  const begun = Promise.withResolvers<void>()
  const left = Promise.withResolvers<void>()
  const lengths: Record<typeof framing, string> = {
    length: `Content-Length: ${body.length}\r\n`,
    chunked: 'Transfer-Encoding: chunked\r\n',
    close: '',
  }
  const framed = (part: Buffer) => (framing === 'chunked' ? chunk(part) : part)
  const server = await startRawServer(async (socket) => {
    await requestHead(socket)
    const gone = new Promise((resolve) => socket.resume().once('end', resolve).once('close', resolve))
    void gone.then(() => left.resolve())
    socket.write(`HTTP/1.1 200 OK\r\nContent-Type: ${type}\r\n${lengths[framing]}${fields}\r\n`)
    socket.write(framed(body.subarray(0, pauseAfter)))
    begun.resolve()
    await Promise.race([going.promise, gone])
    socket.end(
      Buffer.concat([framed(body.subarray(pauseAfter)), Buffer.from(framing === 'chunked' ? '0\r\n\r\n' : '')]),
    )
  })
  return Object.assign(server, {
    url: `http://${server.host}:${server.port}`,
    goOn: () => going.resolve(),
    begun: begun.promise,
    left: left.promise,
  })
}

function chunk(data: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${data.length.toString(16)}\r\n`), data, Buffer.from('\r\n')])
}
