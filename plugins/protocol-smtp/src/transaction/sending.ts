/** Sends a message to the server: DATA, our fields, its bytes with their dots, its end, and the server's word on it. */
import type { OutgoingBody } from '@fsigk/plugin-api'
import { lowestRatesOf, Pace } from '@fsigk/sockets'
import { DotStuffer } from '@fsigk/wire'
import { asksForMore, type Reply } from '../reply.js'
import type { SmtpSettings } from '../settings.js'
import type { Upstream } from '../upstream.js'

/** RFC 5321, 4.5.3.2.6: how long a server may take over the end of a message. */
const END_OF_DATA_MS = 600_000

const SEND_THE_MESSAGE = 354

/**
 * What became of a message. `replied`: the server has judged it. `refused`: it did not want it. `lost`: the server is
 * gone, and has not said that it has it. `withheld`: its end was never sent, because of what became of the client or of
 * the message; the server's connection is closed.
 */
export type Sent =
  | { readonly is: 'replied' | 'refused'; readonly reply: Reply }
  | { readonly is: 'lost' }
  | { readonly is: 'withheld'; readonly cause: unknown }

export interface SendingOptions {
  readonly settings: SmtpSettings
  /** How long the server may take over DATA, at most. */
  readonly goAheadMs: number
  /** Whether the message is still to be delivered: asked before its end is sent. */
  readonly isWanted: () => boolean
}

/** @param fields lines of the header that go before it, latin1 */
export async function sendMessage(
  upstream: Upstream,
  fields: string,
  message: Pick<OutgoingBody, 'memory' | 'open'>,
  { settings, goAheadMs, isWanted }: SendingOptions,
): Promise<Sent> {
  const idleMs = settings.idle_timeout * 1000
  const go = await upstream.begin('DATA', Math.min(goAheadMs, idleMs))
  if (typeof go === 'string') return { is: 'lost' }
  // A server that says that all is well has not been given anything.
  if (go.code !== SEND_THE_MESSAGE) return go.code < 400 ? lost(upstream) : { is: 'refused', reply: go }
  const stuffer = new DotStuffer()
  try {
    if (message.memory !== undefined) {
      if (!isWanted()) return withheld(upstream, undefined)
      // What a server says before the end is not about the whole of it.
      if (!upstream.isReady) return spoken(upstream)
      const pieces = message.memory.flatMap((chunk) => stuffer.push(chunk))
      upstream.channel.writeTogether(fields, [...pieces, stuffer.end()])
    } else {
      let before = fields
      const rate = lowestRatesOf(settings).server
      const pace = rate === undefined ? undefined : new Pace(rate)
      for await (const chunk of message.open()) {
        if (!upstream.isReady) return spoken(upstream)
        const hasRoom = upstream.channel.writeTogether(before, stuffer.push(chunk))
        before = ''
        if (!hasRoom && (await upstream.channel.room(idleMs, pace)) !== 'room') return spoken(upstream)
      }
      if (!isWanted()) return withheld(upstream, undefined)
      if (!upstream.isReady) return spoken(upstream)
      upstream.channel.writeTogether(before, [stuffer.end()])
    }
  } catch (cause) {
    return withheld(upstream, cause)
  }
  const reply = await upstream.reply(END_OF_DATA_MS)
  if (typeof reply === 'string') return { is: 'lost' }
  return asksForMore(reply) ? lost(upstream) : { is: 'replied', reply }
}

/** The server has gone, is stuck, or speaks in the middle of a message: a refusal is taken at its word. */
function spoken(upstream: Upstream): Sent {
  const reply = upstream.takeUnasked()
  upstream.close()
  return reply !== undefined && reply.code >= 400 ? { is: 'refused', reply } : { is: 'lost' }
}

function lost(upstream: Upstream): Sent {
  upstream.close()
  return { is: 'lost' }
}

/** Without its end it is no message, however much of it the server has (RFC 5321, 4.1.1.4). */
function withheld(upstream: Upstream, cause: unknown): Sent {
  upstream.close()
  return { is: 'withheld', cause }
}
