/** How the conformance suite drives this protocol; `fsigk-plugin verify` uses it too. */
import { type ProtocolSubject, RawClient, requestLine, startRawServer, type TestGateway } from '@fsigk/testing'
import { SECTION } from '../src/names.js'

/** A real server of the protocol on loopback, which answers every request with these bytes. */
export function startFileServer(body: Buffer, cutAfter = body.length) {
  return startRawServer(async (socket) => {
    await requestLine(socket)
    socket.write(`OK ${body.length}\r\n`)
    socket.end(body.subarray(0, cutAfter))
  })
}

const subject: ProtocolSubject = {
  service: SECTION,
  settings: { [`${SECTION}.${SECTION}_service`]: true, [`${SECTION}.local_to`]: '127.0.0.0/8' },
  async download(gateway: TestGateway, body: Buffer, cutAfter?: number) {
    await using server = await startFileServer(body, cutAfter)
    using client = await RawClient.to(await gateway.address(SECTION))
    client.send(`GET ${server.host}:${server.port} file.bin\r\n`)
    client.socket.end()
    await client.untilClosed()
    const heard = client.received
    const [line = ''] = heard.subarray(0, 200).toString('latin1').split('\r\n', 1)
    if (line.startsWith('NO ')) return { heard, result: 'refused' }
    if (line.startsWith('LATER ')) return { heard, result: 'refused for now' }
    const whole = line === `OK ${body.length}` && heard.length === line.length + 2 + body.length
    return { heard, result: whole ? 'whole' : 'cut' }
  },
}
export default subject
