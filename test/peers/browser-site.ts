/** A small web site that tries out a browser: scripts, styles, an image, a download, WebSocket, and something infected. */
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { EICAR } from './samples.js'

export interface BrowserSite extends AsyncDisposable {
  readonly host: string
  readonly port: number
  /** What the page says of itself, once it has tried everything. */
  readonly report: Promise<BrowserReport>
  /** Which Upgrade headers came, in order. */
  readonly upgrades: readonly string[]
}

export interface BrowserReport {
  readonly script: string
  readonly color: string
  readonly image: string
  readonly bytes: number
  readonly infected: number
  readonly socket: string
}

/** A file that browsers save. */
export const DOWNLOAD = Buffer.alloc(300_000, 'download ')

const PIXEL = Buffer.from('R0lGODlhAQABAIAAAP8AAP///yH5BAAAAAAALAAAAAABAAEAAAICRAEAOw==', 'base64')

const PAGE = `<!DOCTYPE html><title>Site</title><link rel="stylesheet" href="/style.css"><p id="p">text</p>
<img id="image" src="/pixel.gif"><a id="save" href="/file.bin" download>save</a><script src="/script.js"></script>`

const SCRIPT = `
const bytesOf = async (path) => (await (await fetch(path)).arrayBuffer()).byteLength
const loaded = () => new Promise((resolve) => addEventListener('load', resolve, { once: true }))
const echoed = () => new Promise((resolve) => {
  const socket = new WebSocket('ws://' + location.host + '/socket')
  socket.onopen = () => socket.send('are you there?')
  socket.onmessage = ({ data }) => { socket.close(); resolve(data) }
  socket.onerror = () => resolve('failed')
})
async function report() {
  await loaded()
  const image = document.querySelector('#image')
  document.querySelector('#save').click()
  await fetch('/report', { method: 'POST', body: JSON.stringify({
    script: 'ran',
    color: getComputedStyle(document.querySelector('#p')).color,
    image: image.naturalWidth + 'x' + image.naturalHeight,
    bytes: await bytesOf('/file.bin?fetched'),
    infected: (await fetch('/eicar.com')).status,
    socket: await echoed(),
  }) })
}
report()
`

const files: Readonly<Record<string, readonly [type: string, body: string | Buffer]>> = {
  '/': ['text/html', PAGE],
  '/script.js': ['text/javascript', SCRIPT],
  '/style.css': ['text/css', '#p { color: rgb(1, 2, 3) }'],
  '/pixel.gif': ['image/gif', PIXEL],
  '/file.bin': ['application/octet-stream', DOWNLOAD],
  '/eicar.com': ['application/octet-stream', EICAR],
}

export async function startBrowserSite(): Promise<BrowserSite> {
  const report = Promise.withResolvers<BrowserReport>()
  const upgrades: string[] = []
  const sockets = new Set<Socket>()
  const server = createServer((request, response) => {
    if (request.url === '/report') {
      let text = ''
      request.setEncoding('utf8').on('data', (more) => {
        text += more
      })
      request.on('end', () => {
        response.end()
        report.resolve(JSON.parse(text))
      })
      return
    }
    const [type, body] = files[(request.url ?? '').split('?')[0] ?? ''] ?? []
    if (type === undefined) response.writeHead(404).end()
    else response.writeHead(200, { 'Content-Type': type }).end(body)
  })
  server.on('upgrade', (request, socket: Socket) => {
    upgrades.push(request.headers.upgrade ?? '')
    sockets.add(socket)
    socket.on('error', () => {}).on('data', (frame) => echo(socket, frame))
    const key = `${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`
    const accept = createHash('sha1').update(key).digest('base64')
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    report: report.promise,
    upgrades,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

/** Sends a short text frame back unmasked (RFC 6455, 5); a close frame ends the connection. */
function echo(socket: Socket, frame: Buffer): void {
  const [first = 0, second = 0] = frame
  if ((first & 0x0f) === 0x8) return void socket.end(Buffer.from([0x88, 0]))
  const length = second & 0x7f
  const mask = frame.subarray(2, 6)
  const text = Buffer.from(frame.subarray(6, 6 + length).map((byte, at) => byte ^ (mask[at % 4] ?? 0)))
  socket.write(Buffer.concat([Buffer.from([0x81, length]), text]))
}
