/** The key by which this installation marks its notices, when no other is set (`common.admin_notification_id`). */
import { randomBytes } from 'node:crypto'
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
