import { threatsOf } from '@fsigk/mail'
import type { OutgoingBody, Verdict } from '@fsigk/plugin-api'
import { isPositive, saysGoodbye } from '../reply.js'
import type { Judged } from './judged.js'
import { answerLate, clientLeft, serverLeft } from './losses.js'
import { sendMessage } from './sending.js'

/** What the server is to have. */
export interface Delivery {
  /** Lines of the header that go before the message. */
  readonly fields: string
  readonly message: Pick<OutgoingBody, 'memory' | 'open'>
  /** On the message that came. */
  readonly verdict: Verdict
  /** Whether it goes in place of that message. */
  readonly isNotice: boolean
}

/** Sends a message to those whom the server has accepted. What it says to that, the client is told. */
export async function deliver(judged: Judged, { fields, message, verdict, isNotice }: Delivery): Promise<void> {
  const { session, peer, upstream, incoming, answer, vigil, serverIsReady } = judged
  if (!serverIsReady) throw serverLeft(upstream)
  const isWanted = () => !peer.ended && vigil.remainingMs > 0
  const { settings } = session
  const sent = await sendMessage(upstream, fields, message, { settings, goAheadMs: vigil.remainingMs, isWanted })
  session.entry.bytes = incoming.bytes
  switch (sent.is) {
    case 'replied':
      if (isPositive(sent.reply)) tellOf(judged, verdict)
      else if (isNotice) answer.enactingFailed('DATA END', sent.reply)
      return answer.pass(sent.reply, 'DATAEND')
    case 'refused':
      if (isNotice) answer.enactingFailed('DATA', sent.reply)
      await incoming.discard()
      if (incoming.isWhole && !upstream.channel.closed && !saysGoodbye(sent.reply)) await answer.reset()
      else answer.next = 'close'
      return answer.pass(sent.reply, 'DATA')
    case 'lost':
      throw serverLeft(upstream)
    case 'withheld':
      throw sent.cause ?? (peer.ended ? clientLeft() : answerLate(settings.answer_timeout))
  }
}

/** In the words of guide 9.1.4. */
function tellOf({ session, transaction, incoming, upstream }: Judged, verdict: Verdict): void {
  const { peer, entry } = session
  const threats = threatsOf(verdict)
  session.logInfo(
    `From: ${peer.address}:${peer.port}(${transaction.mailFrom}) ` +
      `To: ${entry.serverAddress}:${upstream.target.port}(${transaction.recipients.join(',')}) ` +
      `Message-Id: ${incoming.top.value('message-id')} Infected: ${threats.length} VirusName: ${threats.join('+')}`,
  )
}
