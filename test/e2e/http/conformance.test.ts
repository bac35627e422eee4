import { type Download, protocolConformance, requestHead, startRawServer } from '@fsigk/testing'
import { curl } from '../../peers/curl.js'

const REFUSED = 403
const REFUSED_FOR_NOW = 503

protocolConformance({
  service: 'http',
  trickling: {
    'http.trickle': true,
    'http.trickle_delay': 1,
    'http.trickle_interval': 1,
    'http.trickle_bytes': 1_000_000,
    'http.trickle_keep': 100_000,
  },
  async download(gateway, body, cutAfter): Promise<Download> {
    await using origin = await startRawServer(async (socket) => {
      await requestHead(socket)
      socket.write(
        `HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: ${body.length}\r\n\r\n`,
      )
      socket.end(body.subarray(0, cutAfter ?? body.length))
    })
    const { code, status, body: heard } = await curl(gateway, `http://${origin.host}:${origin.port}/file.bin`)
    if (status === REFUSED) return { heard, result: 'refused' }
    if (status === REFUSED_FOR_NOW) return { heard, result: 'refused for now' }
    return { heard, result: code === 0 && status === 200 ? 'whole' : 'cut' }
  },
})
