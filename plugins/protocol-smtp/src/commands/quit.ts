import type { Dialogue, Next } from '../dialogue.js'
import { isPositive, replyLine } from '../reply.js'

/** How long the server may take to say farewell: the client waits for it. */
const FAREWELL_MS = 5000

/** The server's farewell, or ours when it has none. */
export async function quit(dialogue: Dialogue): Promise<Next> {
  const { upstream } = dialogue
  const reply = upstream.isReady ? await upstream.command('QUIT', FAREWELL_MS) : 'closed'
  if (typeof reply === 'string') {
    dialogue.say('bye')
    return 'close'
  }
  if (!isPositive(reply)) dialogue.session.logInfo(`ERROR Reply(QUIT): buf=[${replyLine(reply)}]`)
  dialogue.pass(reply)
  return 'close'
}
