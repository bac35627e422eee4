import type { MailTop } from './mail-top.js'

/**
 * Whether nobody may be answered for this message: the answer to what a program or a list sent comes back, goes to
 * thousands, or to whom a forged sender names (RFC 3834, 2; RFC 5321, 4.5.5).
 *
 * @param mailFrom the sender of the envelope; `''` is the null sender
 */
export function isAutomaticMail(mailFrom: string, top: MailTop): boolean {
  if (mailFrom === '' || AUTOMATIC_SENDER.test(mailFrom)) return true
  if (top.values('auto-submitted').some((value) => !/^no\b/i.test(value))) return true
  if (top.values('precedence').some((value) => /^(bulk|list|junk)\b/i.test(value))) return true
  if (top.values('return-path').some((value) => /^<\s*>/.test(value))) return true
  return LIST_FIELDS.some((name) => top.values(name).length > 0)
}

/** Who sends for a program or a list, by his local part; on the server itself he may have no domain. */
const AUTOMATIC_SENDER =
  /^(mailer-daemon|postmaster|double-bounce|owner-[^@]*|[^@]*-(owner|request|bounces?)|bounces?[-+=][^@]*)(?:@|$)/i

const LIST_FIELDS = ['list-id', 'list-unsubscribe', 'list-post', 'feedback-id', 'x-auto-response-suppress'] as const
