/**
 * A mail made of a template (guide 7.3): header fields up to the first blank line, where the template begins with one,
 * then the text. Values are escaped for where they stand, and none of them can begin a field or a mail of its own.
 */
import type { NoticeMail } from '@fsigk/plugin-api'
import type { NoticeTemplate, NoticeValues } from '../notices.js'
import { encodeFieldText, encodeMailboxes } from './encoded-words.js'

const FIELD = /^([!-9;-~]{1,64}):[ \t]?(.*)$/
const MAX_FIELDS = 50
/** What a field holds beyond it is cut. */
const MAX_FIELD_CHARACTERS = 4_000
/** Those that hold addresses are not folded; a line has 998 characters at most (RFC 5322, 2.1.1). */
const MAX_MAILBOXES_CHARACTERS = 900
/** What has a meaning between mailboxes (RFC 5322, 3.2.3), but for `@` and dots. */
const SPECIALS = /[()<>[\]:;,\\"]/g
const ADDRESS = /^[!-;=?-~]{1,64}@[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/i
/** Fields that the sender of a notice writes himself. */
const OURS = new Set([
  'date',
  'message-id',
  'mime-version',
  'content-type',
  'content-transfer-encoding',
  'to',
  'cc',
  'bcc',
])

/** @param template its `Subject:` and `From:` may hold UTF-8 */
export function mailNotice(template: NoticeTemplate, values: NoticeValues): NoticeMail {
  const { head, body } = parts(template)
  const fields = head.map(([name, value]) => [name, filled(name, value, values)] as const)
  const from = fields.find(([name]) => name.toLowerCase() === 'from')?.[1] ?? ''
  return {
    from: addressOf(from),
    fields: fields.map(([name, value]) => `${name}: ${encoded(name, value)}\r\n`).join(''),
    text: body.fill(values, 'text').replace(/\r\n?/g, '\n'),
  }
}

const MAILBOXES = /^(from|reply-to|sender)$/i

/** Nothing of a value may name another mailbox than the template does. */
function filled(name: string, template: NoticeTemplate, values: NoticeValues): string {
  if (!MAILBOXES.test(name)) return template.fill(values, 'text').slice(0, MAX_FIELD_CHARACTERS)
  return template.fill(values, 'text', SPECIALS).slice(0, MAX_MAILBOXES_CHARACTERS)
}

function encoded(name: string, value: string): string {
  return MAILBOXES.test(name) ? encodeMailboxes(value) : encodeFieldText(value)
}

/** The template is taken apart before it is filled in: a value with a blank line in it moves nothing. */
function parts(template: NoticeTemplate): {
  readonly head: readonly (readonly [name: string, value: NoticeTemplate])[]
  readonly body: NoticeTemplate
} {
  const lines = template.text.replace(/\r\n?/g, '\n').split('\n')
  const blank = lines.indexOf('')
  const head = blank === -1 ? [] : lines.slice(0, blank).map((line) => FIELD.exec(line))
  const isHead = head.length > 0 && head.length <= MAX_FIELDS && head.every((field) => field !== null)
  if (!isHead) return { head: [], body: template }
  return {
    head: head.flatMap((field) => {
      const [, name = '', value = ''] = field ?? []
      return OURS.has(name.toLowerCase()) ? [] : [[name, template.like(value)] as const]
    }),
    body: template.like(lines.slice(blank + 1).join('\n')),
  }
}

/** The address of the first mailbox; `''` when there is none that may stand in an envelope. */
export function addressOf(mailboxes: string): string {
  const address = (/<([^<>]*)>/.exec(mailboxes)?.[1] ?? mailboxes.split(',')[0] ?? '').trim()
  return ADDRESS.test(address) ? address : ''
}
