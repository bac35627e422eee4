/** MAIL begins a transaction (RFC 5321, 4.1.1.2; parameters of RFC 1870, 6152, 6531, 3461 and 4954 pass). */
import type { Dialogue, Next } from '../dialogue.js'
import { readPathArgument } from '../envelope/path.js'
import { largestMessage } from '../largest-message.js'
import { isPositive } from '../reply.js'
import type { Command } from './command.js'

export async function mail(dialogue: Dialogue, { text }: Command): Promise<Next> {
  const argument = readPathArgument(text, 'FROM')
  if (typeof argument === 'string') {
    dialogue.say(argument === 'keyword' ? 'mailSyntax' : argument)
    return 'next'
  }
  if (dialogue.transaction !== undefined) {
    dialogue.say('sequence')
    return 'next'
  }
  const { address, parameters } = argument
  dialogue.log.mail(address)
  if (!mayDeclare(dialogue, parameters)) {
    dialogue.log.end()
    return 'next'
  }
  const reply = await dialogue.ask('MAIL', [`MAIL FROM:<${address}>`, ...parameters].join(' '))
  if (reply === undefined) return 'close'
  if (isPositive(reply)) {
    dialogue.transaction = { mailFrom: address, mailParameters: parameters, recipients: [] }
    dialogue.log.recipients(dialogue.transaction.recipients)
  } else {
    dialogue.log.serverError('MAIL', reply)
    dialogue.log.end()
  }
  return dialogue.pass(reply)
}

/** Whether a message as it is declared can be taken: in lines, and not too long. Else the client is told. */
function mayDeclare(dialogue: Dialogue, parameters: readonly string[]): boolean {
  for (const parameter of parameters) {
    const [name, value = ''] = parameter.toUpperCase().split('=')
    if (name === 'BODY' && value === 'BINARYMIME') {
      dialogue.refuse('parameterRefused', parameter)
      return false
    }
    if (name === 'SIZE' && Number(value) > largestMessage(dialogue.session.settings)) {
      dialogue.refuse('tooLongDeclared')
      return false
    }
  }
  return true
}
