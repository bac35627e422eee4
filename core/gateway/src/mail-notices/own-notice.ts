import { MEMORY_BYTES, type Spool } from '../spool.js'
import { isMarkedNotice, NOTIFICATION_FIELD } from './notification-id.js'

/** Longer than any notice: its text is bounded, and so is its header. */
const MAX_NOTICE_BYTES = 1_048_576

/** Whether a mail is a notice of ours, as it went out. Of other mail no more is looked at than how it begins. */
export async function isOwnNotice(key: Buffer, mail: Spool): Promise<boolean> {
  if (mail.bytes > MAX_NOTICE_BYTES) return false
  const beginning = await beginningOf(mail)
  if (!beginning.includes(NOTIFICATION_FIELD)) return false
  return isMarkedNotice(key, beginning.length === mail.bytes ? beginning : await mail.part(0, mail.bytes))
}

/** In the very buffer that it came in, where that is long enough. */
async function beginningOf(mail: Spool): Promise<Buffer> {
  const wanted = Math.min(mail.bytes, MEMORY_BYTES)
  const [first] = mail.memory ?? []
  return first !== undefined && first.length >= wanted ? first : await mail.part(0, wanted)
}
