/** The server of a drill: gives the body of each cause under its name, in parts too. On loopback and a free port. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { drillBody, drillCauses } from './drill-causes.js'

export interface DrillOrigin extends AsyncDisposable {
  /** `http://127.0.0.1:40000` */
  readonly url: string
}

export async function startDrillOrigin(): Promise<DrillOrigin> {
  const bodies = new Map(drillCauses.map((cause) => [`/${cause.name}`, drillBody(cause)]))
  const server = createServer(({ url = '', headers }, response) => {
    const body = bodies.get(url)
    if (body === undefined) return void response.writeHead(404).end()
    response.setHeader('Content-Type', 'application/octet-stream').setHeader('Accept-Ranges', 'bytes')
    const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? '') ?? []
    if (first === undefined || last === undefined) return void response.end(body)
    response.writeHead(206, { 'Content-Range': `bytes ${first}-${last}/${body.length}` })
    response.end(body.subarray(Number(first), Number(last) + 1))
  })
  server.listen(0, '127.0.0.1')
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
