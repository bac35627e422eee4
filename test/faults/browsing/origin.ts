/** The servers that are browsed: `/KIND/NUMBER`, in every manner in which servers send. */

import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { isInfected, type Kind, kinds, wireBodyOf } from './bodies.js'

const SLOW_PIECES = 4
const SLOW_MS = 25
const CHUNK_BYTES = 3_000

export interface BrowsedOrigin extends AsyncDisposable {
  /** `http://127.0.0.1:40000` */
  readonly url: string
}

export async function startBrowsedOrigin(): Promise<BrowsedOrigin> {
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy())
  })
  server.keepAliveTimeout = 60_000
  server.listen(0, '127.0.0.1', 1024)
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const [, word, number] = /^\/([\w-]+)\/(\d+)/.exec(request.url ?? '') ?? []
  const kind = kinds.find((each) => each === word)
  if (kind === undefined) return void response.writeHead(404).end()
  const sent = await bodyOfRequest(request)
  const body = kind === 'posted' ? sent : wireBodyOf(kind, Number(number))
  response.setHeader('Content-Type', isInfected(kind) ? 'application/octet-stream' : 'text/plain')
  await send(kind, body, response)
}

async function send(kind: Kind, body: Buffer, response: ServerResponse): Promise<void> {
  if (kind.endsWith('gzip')) response.setHeader('Content-Encoding', 'gzip')
  if (kind.endsWith('chunked')) {
    for (let at = 0; at < body.length; at += CHUNK_BYTES) response.write(body.subarray(at, at + CHUNK_BYTES))
    return void response.end()
  }
  response.setHeader('Content-Length', body.length)
  if (kind === 'cut') {
    response.write(body.subarray(0, body.length / 2), () => response.destroy())
  } else if (kind === 'slow') {
    const step = Math.ceil(body.length / SLOW_PIECES)
    for (let at = 0; at < body.length; at += step) {
      response.write(body.subarray(at, at + step))
      await delay(SLOW_MS)
    }
    response.end()
  } else response.end(body)
}

async function bodyOfRequest(request: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = []
  for await (const piece of request) pieces.push(piece as Buffer)
  return Buffer.concat(pieces)
}
