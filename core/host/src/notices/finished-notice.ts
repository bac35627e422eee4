import { mailDate, NOTIFICATION_FIELD, notificationId, type SpooledNotice } from '@fsigk/gateway'
import type { Notice } from '@fsigk/plugin-api'

/**
 * A notice as notifiers get it: with the fields that only the sender can write (RFC 5322, 3.6).
 * @param name of its own in the spool: a notice that is sent again is known to be the same by its Message-Id
 */
export function finishedNotice(
  { at, from, to, server, fields, text }: SpooledNotice,
  name: string,
  key: Buffer,
  hostName: string,
): Notice {
  const messageId = `<${name.replace(/\.json$/, '')}@${hostName}>`
  const ours = [
    `Date: ${mailDate(new Date(at))}`,
    `Message-Id: ${messageId}`,
    `To: ${to.join(',\r\n ')}`,
    ...(/^from:/im.test(fields) ? [] : [`From: ${from}`]),
    ...(/^subject:/im.test(fields) ? [] : ['Subject: fsigk']),
    'Auto-Submitted: auto-generated',
  ]
  const headers = fields + ours.map((line) => `${line}\r\n`).join('')
  const mark = `${NOTIFICATION_FIELD}: ${notificationId(key, headers, text)}\r\n`
  return { from, to, headers: headers + mark, text, server }
}
