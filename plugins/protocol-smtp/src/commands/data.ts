/** DATA: the message itself is taken by `transaction/`. */
import type { Dialogue, Next } from '../dialogue.js'
import { takeMessage } from '../transaction/take-message.js'
import type { Command } from './command.js'

export async function data(dialogue: Dialogue, { text }: Command): Promise<Next> {
  const { transaction, session, peer, upstream, log } = dialogue
  if (text !== '') {
    dialogue.say('dataSyntax')
    return 'next'
  }
  if (transaction === undefined || transaction.recipients.length === 0) {
    dialogue.say(transaction === undefined ? 'sequence' : 'noRecipients')
    return 'next'
  }
  log.message()
  const { enhanced, route } = dialogue
  const next = await takeMessage(peer, upstream, session, { ...transaction, enhanced, policy: route.policy })
  dialogue.transaction = undefined
  log.messageEnded()
  return next
}
