/**
 * AUTH between client and server (RFC 4954): what both say passes as it is, and none of it is logged. Mechanisms that
 * would hide what follows are not available.
 */
import { isClearMechanism } from '@fsigk/mail'
import type { Dialogue, Next } from '../dialogue.js'
import { asksForMore, type Reply, replyLine } from '../reply.js'
import type { Command } from './command.js'

const CHALLENGE = 334
const PROVEN = 235

/** So many times a server may ask. */
const MAX_STEPS = 32

/** Their success proves nothing of the client: anybody may come in by the one, and the other proves who we are. */
const UNPROVEN: ReadonlySet<string> = new Set(['ANONYMOUS', 'EXTERNAL'])

export async function auth(dialogue: Dialogue, { text }: Command): Promise<Next> {
  const mechanism = (text.split(/[ \t]/)[0] ?? '').toUpperCase()
  if (!isClearMechanism(mechanism)) {
    dialogue.say('mechanism')
    return 'next'
  }
  let reply = await askInAuth(dialogue, `AUTH ${text}`)
  for (let step = 0; reply?.code === CHALLENGE && step < MAX_STEPS; step++) {
    dialogue.pass(reply)
    const line = await dialogue.nextLine()
    // Whatever keeps the client from answering ends the session: the server waits for an answer, not for a command.
    if (typeof line === 'string') {
      if (line === 'tooLongLine' || line === 'lineEnd' || line === 'idle') dialogue.refuse(line)
      return 'close'
    }
    reply = await askInAuth(dialogue, line.line)
  }
  if (reply === undefined) return 'close'
  if (reply.code === CHALLENGE) {
    dialogue.refuse('tooManyErrors')
    return 'close'
  }
  if (reply.code !== PROVEN && reply.code < 500)
    dialogue.session.logError(`smtp_data_cmd_itr:AUTH buf=[${replyLine(reply)}]`)
  if (reply.code === PROVEN) dialogue.authenticated ||= !UNPROVEN.has(mechanism)
  else dialogue.log.serverError('AUTH', reply)
  // Whoever guesses passwords has a line for each.
  if (dialogue.transaction === undefined) dialogue.log.end()
  return dialogue.pass(reply)
}

/** Guide 11.8 has words of its own for a server that leaves meanwhile. */
async function askInAuth(dialogue: Dialogue, line: string): Promise<Reply | undefined> {
  const { upstream } = dialogue
  const reply = upstream.isReady ? await upstream.begin(line, dialogue.idleMs) : 'closed'
  if (typeof reply !== 'string' && (reply.code === CHALLENGE || !asksForMore(reply))) return reply
  upstream.close()
  dialogue.refuse('disconnectedAuth')
  return undefined
}
