/**
 * The mark of our own notices, so that none of them is scanned again: an HMAC of the message under a key that never leaves
 * the home. A copied mark is worth nothing with another message.
 */
import { createHmac, randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { fail, messageOf } from '../errors.js'

const KEY_BYTES = 32

/** Made when it is first asked for (0600). @throws FSIGK_HOME_NOT_WRITABLE */
export function noticeKey(path: string): Buffer {
  try {
    const key = readFileSync(path)
    if (key.length === KEY_BYTES) return key
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT')
      throw fail('FSIGK_HOME_NOT_WRITABLE', [path, messageOf(cause)], { cause })
  }
  const key = randomBytes(KEY_BYTES)
  try {
    writeFileSync(path, key, { mode: 0o600 })
  } catch (cause) {
    throw fail('FSIGK_HOME_NOT_WRITABLE', [path, messageOf(cause)], { cause })
  }
  return key
}

/** @param text the body, its lines ending in LF */
export function notificationId(key: Buffer, messageId: string, text: string): string {
  return createHmac('sha256', key).update(`${messageId}\n${text}`).digest('hex')
}
