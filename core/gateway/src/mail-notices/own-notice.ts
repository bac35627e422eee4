import { MEMORY_BYTES, type Spool } from '../spool.js'
import { isMarkedNotice, NOTIFICATION_FIELD } from './notification-id.js'

/** Longer than any notice: its text is bounded, and so is its header. */
const MAX_NOTICE_BYTES = 1_048_576

/** Whether a mail is a notice of ours, as it went out. Of other mail no more is looked at than how it begins. */
export async function isOwnNotice(key: Buffer, mail: Spool): Promise<boolean> {
  if (mail.bytes > MAX_NOTICE_BYTES) return false
  const beginning = await mail.part(0, Math.min(mail.bytes, MEMORY_BYTES))
  if (!beginning.includes(NOTIFICATION_FIELD)) return false
  return isMarkedNotice(key, beginning.length === mail.bytes ? beginning : await mail.part(0, mail.bytes))
}
