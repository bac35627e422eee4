import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { NoticeReceiver } from '@fsigk/testing'

/** A small real web server that keeps what is posted to it; `/refused` is answered 503. */
export async function startReceiver(): Promise<NoticeReceiver & { readonly url: string }> {
  const received: string[] = []
  const server = createServer(async (request, response) => {
    received.push(await text(request))
    response.statusCode = request.url === '/refused' ? 503 : 204
    response.end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/notices`
  return {
    url,
    settings: { url },
    received: async () => received.join('\n'),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
