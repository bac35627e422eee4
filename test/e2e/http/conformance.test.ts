import { type Download, protocolConformance, requestHead, startRawServer } from '@fsigk/testing'
import { curl } from '../../peers/curl.js'

const REFUSED = 403
const REFUSED_FOR_NOW = 503

protocolConformance({
  service: 'http',
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
