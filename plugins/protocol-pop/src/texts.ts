/** Replies of several lines that are no messages: lists, which pass, and what the server can do, which passes in part. */
import type { Body } from '@fsigk/plugin-api'
import { fail } from './errors.js'
import { deliver } from './messages/delivery.js'
import type { Peer } from './peer.js'
import type { Reply } from './reply.js'
import { ServerText } from './server-text.js'
import type { Upstream } from './upstream.js'

/** Who can do more than is said in so much can do nothing that we know of. */
const MAX_CAPABILITY_BYTES = 64 * 1024

/**
 * Passes the text behind a reply.
 *
 * @param passable gives the lines that are passed, where not all are
 * @returns whether the session can go on
 */
export async function passText(
  peer: Peer,
  upstream: Upstream,
  reply: Reply,
  passable?: (lines: readonly string[]) => readonly string[],
): Promise<boolean> {
  const text = new ServerText(upstream, peer.idleMs)
  try {
    await deliver(peer, reply.line, passable === undefined ? text : passableLines(text, passable))
    return true
  } catch {
    // What is cut short must not look whole.
    peer.channel.reset()
    return false
  }
}

async function* passableLines(text: Body, passable: (lines: readonly string[]) => readonly string[]): Body {
  let said = ''
  for await (const chunk of text) {
    said += chunk.toString('latin1')
    if (said.length > MAX_CAPABILITY_BYTES)
      throw fail('FSIGK_POP_SERVER_LOST', ['its list of capabilities does not end'])
  }
  const lines = said.split('\r\n').filter((line) => line !== '')
  for (const line of passable(lines)) yield Buffer.from(`${line}\r\n`, 'latin1')
}
