import { type Download, protocolConformance } from '@fsigk/testing'
import { startMailSink } from '../../peers/mail-sink.js'
import { beginMail } from './send-mail.js'
import { SmtpClient } from './smtp-client.js'

const HEADER = 'From: <sender@example.org>\r\nSubject: body\r\n\r\n'

/** A "download" is a mail with this text; what was heard is what the next hop got, a "server that cuts it short" the client. */
protocolConformance({
  service: 'smtp',
  settings: { 'http.http_service': false, 'smtp.smtp_service': true, 'smtp.action': 'deny' },
  async download(gateway, body, cutAfter): Promise<Download> {
    await using sink = await startMailSink()
    await gateway.set({ 'smtp.parent_server_host': sink.host, 'smtp.parent_server_port': sink.port })
    using client = await SmtpClient.to(await gateway.address('smtp'))
    await client.say('EHLO client.test')
    await beginMail(client)
    client.raw.send(HEADER)
    client.raw.send(body.subarray(0, cutAfter ?? body.length))
    if (cutAfter === undefined) client.raw.send(body.at(-1) === 0x0a ? '.\r\n' : '\r\n.\r\n')
    else client.raw.socket.end()
    const reply = await client.reply()
    const heard = Buffer.concat(sink.messages.map(({ bytes }) => bytes))
    if (reply.startsWith('2')) return { heard, result: sink.messages.at(-1)?.isWhole === true ? 'whole' : 'cut' }
    return { heard, result: reply.startsWith('5') ? 'refused' : reply.startsWith('4') ? 'refused for now' : 'cut' }
  },
})
