/** One message: taken from the client, inspected, and sent on; what the server says of it is what the client hears. */
import type { OutgoingBody, Session } from '@fsigk/plugin-api'
import { DotUnstuffer, dotStuffed } from '@fsigk/wire'
import type { Next } from '../dialogue.js'
import { type OwnReply, ownReply } from '../replies.js'
import { isPositive, replyText } from '../reply.js'
import type { SmtpSettings } from '../settings.js'
import type { Upstream } from '../upstream.js'
import type { PeerChannel, Transaction } from './transaction.js'

/**
 * Takes the message of an accepted transaction, from our 354 to the reply to its end.
 *
 * @returns whether the session goes on
 */
export async function takeMessage(
  peer: PeerChannel,
  upstream: Upstream,
  session: Session<SmtpSettings>,
  transaction: Transaction,
): Promise<Next> {
  const idleMs = session.settings.idle_timeout * 1000
  const say = (says: OwnReply, detail?: string) => peer.write(ownReply(session, says, transaction.enhanced, detail))
  const unstuffer = new DotUnstuffer()
  async function* message() {
    while (!unstuffer.ended) {
      const bytes = peer.parser.takeBytes()
      if (bytes !== undefined) yield* unstuffer.push(bytes)
      else if (peer.ended || (await peer.more(idleMs)) === 'timeout') throw new Error('The message has not come whole')
    }
    peer.parser.putBack(unstuffer.rest ?? Buffer.alloc(0))
  }
  let next: Next = 'close'
  say('enterMail')
  const mail = { mailFrom: transaction.mailFrom, rcptTo: transaction.recipients }
  await session
    .inspect(
      {
        direction: 'upload',
        release: { mode: 'held' },
        body: message(),
        bytes: undefined,
        name: '',
        type: 'message/rfc822',
        codings: [],
        partial: false,
        mail,
        ...(transaction.policy === undefined ? {} : { policy: transaction.policy }),
      },
      async (outcome) => {
        const passes = outcome.disposition === 'pass' || outcome.disposition === 'tag'
        next = passes ? await send(outcome.body) : await refuse(outcome.verdict.is)
      },
    )
    .catch(() => {})
  return next

  async function send(body: OutgoingBody): Promise<Next> {
    const go = await upstream.command('DATA', idleMs)
    if (typeof go === 'string') return 'close'
    if (go.code === 354) {
      for await (const piece of dotStuffed(body.open())) {
        upstream.channel.write(piece)
        if (upstream.channel.isFull && (await upstream.channel.room(idleMs)) !== 'room') return 'close'
      }
    }
    const reply = go.code === 354 ? await upstream.reply(idleMs) : go
    if (typeof reply === 'string') return 'close'
    session.entry.status = isPositive(reply) ? 200 : 500
    peer.write(replyText(reply))
    return 'next'
  }

  async function refuse(detail: string): Promise<Next> {
    const reply = await upstream.command('RSET', idleMs)
    session.entry.status = 500
    say(detail === 'unscanned' ? 'deferred' : 'infected', detail)
    return typeof reply !== 'string' && isPositive(reply) ? 'next' : 'close'
  }
}
