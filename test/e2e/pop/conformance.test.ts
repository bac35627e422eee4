import { type Download, protocolConformance, RawClient } from '@fsigk/testing'
import { MAILBOX, startPopServer, stuffed } from '../../peers/pop-server.js'

protocolConformance({
  service: 'pop',
  settings: { 'pop.pop_service': true, 'pop.self_proxy': true, 'pop.local_to': '127.0.0.0/8' },
  async download(gateway, body, cutAfter): Promise<Download> {
    await using server = await startPopServer({
      messages: [body],
      answer: (command, socket) => {
        if (cutAfter === undefined || !command.startsWith('RETR')) return false
        socket.end(Buffer.concat([Buffer.from(`+OK ${body.length} octets\r\n`), stuffed(body).subarray(0, cutAfter)]))
        return true
      },
    })
    using client = await RawClient.to(await gateway.address('pop'))
    client.send(`USER ${MAILBOX.user}@${server.host}:${server.port}\r\nPASS ${MAILBOX.password}\r\nRETR 1\r\nQUIT\r\n`)
    await client.untilClosed()
    return { heard: client.received, result: resultOf(client.received) }
  },
})

/** How a client would describe what follows the greeting and the replies to USER and PASS. */
function resultOf(heard: Buffer): Download['result'] {
  const text = heard.toString('latin1')
  const reply = text.split('\r\n').slice(3).join('\r\n')
  if (reply.startsWith('-ERR [SYS/TEMP]')) return 'refused for now'
  if (!reply.startsWith('+OK') || !/\r\n\.\r\n/.test(reply)) return 'cut'
  return reply.includes('\r\nX-Virus-Status: infected(') ? 'refused' : 'whole'
}
