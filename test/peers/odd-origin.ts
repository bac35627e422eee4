/** An origin that says the responses of the corpus, each as it is, around a payload of choice. */
import { requestHead, startRawServer, type Upstream } from '@fsigk/testing'
import { oddResponses } from '../corpus/index.js'

/** Serves `/PAYLOAD/NUMBER` of the corpus, and ends the connection after it. */
export function startOddOrigin(payloads: Readonly<Record<string, Buffer>>): Promise<Upstream> {
  return startRawServer(async (socket) => {
    const [, name = '', number = ''] = /^\S+ \/(\w+)\/(\d+)/.exec(await requestHead(socket)) ?? []
    const response = oddResponses[Number(number)]
    const payload = payloads[name]
    if (response === undefined || payload === undefined)
      socket.end('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n')
    else socket.end(response.bytes(payload))
  })
}
