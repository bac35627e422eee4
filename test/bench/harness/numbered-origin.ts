/**
 * A server of distinct bodies: the one behind `/1234` is always the same and no other has its bytes. Sizes are spread
 * evenly over their logarithm, as those of the web roughly are. A process of its own, on the load's processor.
 */
import { fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { endWithBench, pin } from './child.js'
import { LOAD_PROCESSOR } from './processors.js'

export interface NumberedOrigin extends AsyncDisposable {
  readonly port: number
  /** Put a number behind it. */
  readonly url: string
}

/** Bodies of `least` to `most` bytes. */
export async function startNumberedOrigin(least: number, most: number): Promise<NumberedOrigin> {
  const child = fork(fileURLToPath(import.meta.url), [String(least), String(most)])
  endWithBench(child)
  const [port] = (await once(child, 'message')) as [number]
  if (child.pid !== undefined) pin([child.pid], LOAD_PROCESSOR)
  return {
    port,
    url: `http://127.0.0.1:${port}/`,
    async [Symbol.asyncDispose]() {
      const gone = once(child, 'exit')
      child.kill()
      await gone
    },
  }
}

async function serve(least: number, most: number): Promise<void> {
  const filling = randomBytes(most)
  const server = createServer({ noDelay: true }, (socket) => {
    let text = ''
    socket.on('error', () => {})
    socket.on('data', (data) => {
      text += data.toString('latin1')
      for (let end = text.indexOf('\r\n\r\n'); end !== -1; end = text.indexOf('\r\n\r\n')) {
        const number = Number(/^GET \/(\d+)/.exec(text)?.[1])
        text = text.slice(end + 4)
        const bytes = bytesOf(number, least, most)
        socket.cork()
        socket.write(`HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: ${bytes}\r\n\r\n`)
        socket.write(String(number).padStart(16, '0'))
        socket.write(filling.subarray(0, bytes - 16))
        socket.uncork()
      }
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  process.send?.((server.address() as AddressInfo).port)
}

function bytesOf(number: number, least: number, most: number): number {
  // The fraction of a multiple of the golden ratio: evenly spread, whatever run of numbers is asked for.
  const spread = (number * 0.618_033_988_749_895) % 1
  return Math.round(least * (most / least) ** spread)
}

const [least, most] = process.argv.slice(2)
if (process.argv[1] === fileURLToPath(import.meta.url)) await serve(Number(least), Number(most))
