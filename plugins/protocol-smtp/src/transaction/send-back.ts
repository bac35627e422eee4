/** `action=sendback`: the sender gets the template in place of the recipients' getting the message (guide 11.9, DATA 6.2). */
import { isAutomaticMail } from '@fsigk/mail'
import { isPositive, type Reply, replyLine } from '../reply.js'
import { deliver } from './deliver.js'
import type { Judged } from './judged.js'
import { serverLeft } from './losses.js'
import { noticeTo, type Refused } from './notice.js'

/**
 * Sends the notice to whoever sent the message, over the same server.
 *
 * @returns false, with nothing done, when nobody may be answered: the null sender, programs, lists
 */
export async function sendBack(judged: Judged, outcome: Refused): Promise<boolean> {
  const { session, upstream, transaction, incoming, answer, vigil } = judged
  const { mailFrom, mailParameters } = transaction
  if (isAutomaticMail(mailFrom, incoming.top)) {
    session.logInfo('sendback: nobody is told, since a program or a list sent the message')
    return false
  }
  const from = outcome.mail.from || session.administrator
  const utf8 = mailParameters.some((parameter) => parameter.toUpperCase() === 'SMTPUTF8') ? ' SMTPUTF8' : ''
  const steps = [
    ['RSET', 'RSET'],
    ['MAIL FROM', `MAIL FROM:<${from}>${utf8}`],
    ['RCPT TO', `RCPT TO:<${mailFrom}>`],
  ] as const
  for (const [command, line] of steps) {
    const reply = await answer.ask(line, vigil.remainingMs)
    if (reply === undefined) throw serverLeft(upstream)
    if (isPositive(reply)) continue
    answer.enactingFailed(command, reply)
    if (command === 'RSET') answer.next = 'close'
    else await answer.reset()
    answer.say('sendbackError', refusedAt(command, reply))
    return true
  }
  session.entry.status = 200
  await deliver(judged, noticeTo('sender', judged, outcome))
  return true
}

function refusedAt(command: string, reply: Reply): string {
  return `[${command}] (Server Reply: ${replyLine(reply)})`
}
