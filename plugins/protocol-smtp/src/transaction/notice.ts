import { noticeMessage } from '@fsigk/mail'
import type { Outcome } from '@fsigk/plugin-api'
import { addedFields } from './added-fields.js'
import type { Delivery } from './deliver.js'
import type { Judged } from './judged.js'

export type Refused = Exclude<Outcome, { readonly disposition: 'pass' | 'tag' }>

/** The template as a whole message, to go where the original does not (guide 7.3; 11.9, DATA 6.3). */
export function noticeTo(
  to: 'recipients' | 'sender',
  { session, transaction, incoming }: Judged,
  { mail, verdict }: Refused,
): Delivery {
  const message = noticeMessage({
    mail,
    trace: addedFields(session, verdict),
    administrator: session.administrator,
    original: incoming.top,
    to: to === 'sender' ? { sender: transaction.mailFrom } : to,
    hostName: session.hostName,
    at: new Date(),
  })
  return {
    fields: '',
    message: {
      memory: [message],
      async *open() {
        yield message
      },
    },
    verdict,
    isNotice: true,
  }
}
