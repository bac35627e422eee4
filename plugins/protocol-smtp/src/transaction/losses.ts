/** Why a message is given up although nothing is wrong with it. */
import { targetText } from '@fsigk/mail'
import { fail } from '../errors.js'
import type { Upstream } from '../upstream.js'

/** Its client has left, and tries again. */
export function clientLeft(): Error {
  return fail('FSIGK_SMTP_CLIENT_LEFT', [])
}

/** The server's word is needed, and it is gone. */
export function serverLeft({ target }: Upstream): Error {
  return fail('FSIGK_SMTP_SERVER_LEFT', [targetText(target)])
}

/** Its client may be about to leave. @param seconds that the client has waited */
export function answerLate(seconds: number): Error {
  return fail('FSIGK_SMTP_ANSWER_LATE', [seconds])
}
