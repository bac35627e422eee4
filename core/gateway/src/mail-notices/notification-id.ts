/**
 * The mark of our own notices (`X-Admin-Notification-Id`), so that none of them is scanned again: an HMAC of what a reader sees
 * of one, under a key that no message holds. A copied mark is worth nothing with another message.
 */
import { createHmac, timingSafeEqual } from 'node:crypto'
import { type HeaderFields, readHeader, readPlainMessage } from './plain-message.js'

export const NOTIFICATION_FIELD = 'X-Admin-Notification-Id'
const MARK = NOTIFICATION_FIELD.toLowerCase()
const SIGNED = ['date', 'from', 'message-id', 'subject', 'to'] as const

/**
 * The key of notices: that of `common.admin_notification_id`, which several gateways may share, else the installation's.
 */
export function noticeKeyOf<K extends Buffer | undefined>(setting: string, installationKey: K): Buffer | K {
  return setting === '' ? installationKey : Buffer.from(setting)
}

/**
 * @param headers lines of the header, each ending in CRLF
 * @param text the body, however its lines end
 */
export function notificationId(key: Buffer, headers: string, text: string): string {
  const fields = readHeader(headers)
  return fields === undefined ? '' : digest(key, fields, Buffer.from(text)).toString('hex')
}

/** Whether a message is a notice that was marked by this key, and is what went out: nothing in it changed, nothing added. */
export function isMarkedNotice(key: Buffer, message: Buffer): boolean {
  const plain = readPlainMessage(message)
  if (plain === undefined) return false
  const { fields, text } = plain
  if ([MARK, ...SIGNED].some((name) => fields.get(name)?.length !== 1)) return false
  const given = Buffer.from(fields.get(MARK)?.[0] ?? '', 'hex')
  const expected = digest(key, fields, text)
  return given.length === expected.length && timingSafeEqual(given, expected)
}

function digest(key: Buffer, fields: HeaderFields, text: Buffer): Buffer {
  const head = SIGNED.map((name) => `${name}:${(fields.get(name) ?? []).join('\n')}\n`).join('')
  const lines = text.toString('latin1').replaceAll('\r\n', '\n').replace(/\n+$/, '')
  return createHmac('sha256', key).update(`${head}\n${lines}`, 'latin1').digest()
}
