/** A whole message that tells of a detection, in place of the one in which it was found (guide 7.3, 11.9). */
import { randomUUID } from 'node:crypto'
import type { NoticeMail } from '@fsigk/plugin-api'
import { mailDate } from '@fsigk/wire'
import { foldedField } from './header-fields.js'
import type { MailTop } from './mail-top.js'

export interface NoticeMessage {
  /** What the outcome says: the template, filled in. */
  readonly mail: NoticeMail
  /** Fields that go before all others, each ending in CRLF: Received, X-Spam-Status, X-Virus-Status. */
  readonly trace: string
  /** Whose notice it is when the template names nobody in `From`. */
  readonly administrator: string
  /** The message in whose place it goes. */
  readonly original: MailTop
  /** `recipients`: those whom the original names. Else the address of whoever sent it. */
  readonly to: 'recipients' | { readonly sender: string }
  readonly hostName: string
  readonly at: Date
}

/** The message, its lines ending in CRLF, not yet dot-stuffed. */
export function noticeMessage(notice: NoticeMessage): Buffer {
  const { mail, trace, original, to, hostName, at } = notice
  const header = [
    trace,
    foldedField('Date', original.value('date')) || `Date: ${mailDate(at)}\r\n`,
    to === 'recipients' ? recipientsOf(original) : senderField(to.sender),
    fromOf(notice),
    mail.fields,
    `Message-Id: <${randomUUID()}@${hostName}>\r\n`,
    `Auto-Submitted: ${to === 'recipients' ? 'auto-generated' : 'auto-replied'}\r\n`,
    'MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n',
  ].join('')
  const text = mail.text.replaceAll(/\r\n?|\n/g, '\r\n')
  const ended = text === '' || text.endsWith('\r\n') ? text : `${text}\r\n`
  return isPlain(ended)
    ? Buffer.from(`${header}Content-Transfer-Encoding: 7bit\r\n\r\n${ended}`, 'latin1')
    : Buffer.from(`${header}Content-Transfer-Encoding: base64\r\n\r\n${base64Lines(ended)}`, 'latin1')
}

const NOBODY_NAMED = 'To: undisclosed-recipients:;\r\n'

/** Several fields of a name are told as one. A message must name somebody or nobody, never an empty list (RFC 5322, 3.6.3). */
function recipientsOf(original: MailTop): string {
  const to = foldedField('To', original.values('to').join(', '))
  const cc = foldedField('Cc', original.values('cc').join(', '))
  return to === '' && cc === '' ? NOBODY_NAMED : to + cc
}

/** An address that a header of ASCII cannot hold (RFC 6532) is not told as another one. */
function senderField(address: string): string {
  return /^[\x20-\x7e]+$/.test(address) ? foldedField('To', address) : NOBODY_NAMED
}

function fromOf({ mail, administrator, hostName }: NoticeMessage): string {
  if (/^from:/im.test(mail.fields)) return ''
  return foldedField('From', administrator || `MAILER-DAEMON@${hostName}`)
}

/** RFC 2045, 2.7: 7bit is ASCII without NUL, in lines of at most 998. */
function isPlain(text: string): boolean {
  return /^[\x01-\x7f]*$/.test(text) && !/[^\n]{999}/.test(text)
}

function base64Lines(text: string): string {
  return Buffer.from(text)
    .toString('base64')
    .replace(/.{1,76}/g, '$&\r\n')
}
