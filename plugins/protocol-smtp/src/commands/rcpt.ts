/** RCPT names a recipient, whom relay control and the server must both accept. */
import type { Dialogue, Next } from '../dialogue.js'
import { readPathArgument } from '../envelope/path.js'
import { mayRelay } from '../envelope/relay-control.js'
import { isPositive } from '../reply.js'
import type { Command } from './command.js'

/** Of one transaction: ten times what RFC 5321, 4.5.3.1.8 asks for. */
const MAX_RECIPIENTS = 1000

export async function rcpt(dialogue: Dialogue, { text }: Command): Promise<Next> {
  const { log, transaction, route } = dialogue
  const argument = readPathArgument(text, 'TO')
  if (typeof argument === 'string' || argument.address === '') {
    const fault = typeof argument === 'string' ? argument : 'addressSyntax'
    dialogue.say(fault === 'keyword' ? 'rcptSyntax' : fault)
    return 'next'
  }
  if (transaction === undefined) {
    dialogue.say('sequence')
    return 'next'
  }
  const { address, parameters } = argument
  if (!mayRelay(dialogue.session, { lan: route.lan, authenticated: dialogue.authenticated }, address)) {
    log.refusedRecipient(address)
    dialogue.refuse('relayingDenied')
    return 'next'
  }
  if (transaction.recipients.length >= MAX_RECIPIENTS) {
    dialogue.say('tooManyRecipients')
    return 'next'
  }
  const reply = await dialogue.ask('RCPT', [`RCPT TO:<${address}>`, ...parameters].join(' '))
  if (reply === undefined) return 'close'
  if (isPositive(reply)) transaction.recipients.push(address)
  else {
    log.refusedRecipient(address)
    log.serverError('RCPT', reply)
  }
  return dialogue.pass(reply)
}
