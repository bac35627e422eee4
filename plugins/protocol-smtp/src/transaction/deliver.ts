import type { OutgoingBody } from '@fsigk/plugin-api'
import { fail } from '../errors.js'
import type { Upstream } from '../upstream.js'
import type { Judged } from './judged.js'
import { sendMessage } from './sending.js'

/** Sends a message to the recipients whom the server has accepted. What it says to that, the client is told. */
export async function deliver(
  { session, peer, upstream, incoming, answer, serverIsReady }: Judged,
  fields: string,
  message: Pick<OutgoingBody, 'memory' | 'open'>,
): Promise<void> {
  if (!serverIsReady) throw serverLeft(upstream)
  const isWanted = () => !peer.ended
  const sent = await sendMessage(upstream, fields, message, { settings: session.settings, isWanted })
  session.entry.bytes = incoming.bytes
  switch (sent.is) {
    case 'replied':
      return answer.pass(sent.reply)
    case 'refused':
      await incoming.discard()
      if (incoming.isWhole && !upstream.channel.closed && sent.reply.code !== 421) await answer.reset()
      else answer.next = 'close'
      return answer.pass(sent.reply)
    case 'lost':
      throw serverLeft(upstream)
    case 'withheld':
      throw sent.cause ?? fail('FSIGK_SMTP_CLIENT_LEFT', [])
  }
}

/** What is thrown where the server's word is needed and it is gone. */
export function serverLeft({ target: { host, port } }: Upstream): Error {
  return fail('FSIGK_SMTP_SERVER_LEFT', [`${host}:${port}`])
}
