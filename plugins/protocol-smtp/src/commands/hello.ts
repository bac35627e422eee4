/** HELO and EHLO: the server hears our name, and offers what we can pass on (guide 11.9). */
import type { Dialogue, Next } from '../dialogue.js'
import { largestMessage } from '../largest-message.js'
import { isPositive } from '../reply.js'
import type { Command } from './command.js'
import { offeredReply, offersStatusCodes } from './ehlo-reply.js'

export async function hello(dialogue: Dialogue, { verb }: Command): Promise<Next> {
  const { session } = dialogue
  const reply = await dialogue.ask(verb, `${verb} ${session.hostName}`)
  if (reply === undefined) return 'close'
  if (!isPositive(reply)) return dialogue.pass(reply)
  // It begins anew (RFC 5321, 4.1.4).
  dialogue.endTransaction()
  dialogue.enhanced = verb === 'EHLO' && offersStatusCodes(reply)
  return dialogue.pass(verb === 'EHLO' ? offeredReply(reply, largestMessage(session.settings)) : reply)
}
