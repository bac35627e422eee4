/**
 * Notices: the templates of guide 7.3, read once for each text and filled in with values that are escaped for where they
 * stand. A value is never read as a template, so `${…}` in a URL or a file name stays as it is.
 */

/** The variables of guide 7.3, all of them, under the guide's names. */
export const noticeVariables = [
  'SERVICE_TYPE',
  'DETECTION_NAME',
  'VIRUS_INFO_URL',
  'CLIENT_HOST',
  'CLIENT_ADDR',
  'SERVER_HOST',
  'SERVER_ADDR',
  'STATUS',
  'METHOD',
  'URL',
  'CONTENT_TYPE',
  'CONTENT_LENGTH',
  'FILENAME',
  'QUARANTINE_FILE',
  'TIME',
  'TIME_STR',
  'HEADER',
  'TEXT',
  'MAILFROM',
  'RCPTTO',
  'MESSAGE_ID',
  'ERROR_STR',
  'ACTION',
  'PATH_QUERY',
  'X_FORWARDED_FOR',
] as const

export type NoticeVariable = (typeof noticeVariables)[number]
export type NoticeValues = Readonly<Record<NoticeVariable, string>>

/** What a notice is: a page for a browser, or plain text. */
export type NoticeFormat = 'html' | 'text'

/** A template that has been read: literal text and variables in turn. */
export class NoticeTemplate {
  readonly #parts: readonly (string | { readonly variable: NoticeVariable })[]

  /** @param text `${NAME}` stands for a value; what is not a variable of the guide stays as it is */
  constructor(readonly text: string) {
    this.#parts = text.split(/(\$\{[A-Z_]+\})/).map((part) => {
      const variable = variableOf(part)
      return variable === undefined ? part : { variable }
    })
  }

  /** Another text, read the same way. */
  like(text: string): NoticeTemplate {
    return new NoticeTemplate(text)
  }

  /** @param leftOut characters that no value may bring */
  fill(values: NoticeValues, format: NoticeFormat, leftOut?: RegExp): string {
    const escaped = format === 'html' ? escapeHtml : stripControls
    const filledWith = (variable: NoticeVariable) => {
      const value = values[variable]
      return escaped(leftOut === undefined ? value : value.replaceAll(leftOut, ' '))
    }
    return this.#parts.map((part) => (typeof part === 'string' ? part : filledWith(part.variable))).join('')
  }
}

const known: ReadonlySet<string> = new Set(noticeVariables)

function variableOf(part: string): NoticeVariable | undefined {
  const name = part.startsWith('${') && part.endsWith('}') ? part.slice(2, -1) : ''
  return known.has(name) ? (name as NoticeVariable) : undefined
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
}

/** Safe as text and inside a quoted attribute. */
function escapeHtml(value: string): string {
  return stripControls(value).replace(/[&<>"'`]/g, (character) => entities[character] ?? '')
}

/** NUL, ESC and the like have no business in a text for people; tabs and line ends of a message's text do. */
function stripControls(value: string): string {
  return value
    .toWellFormed()
    .replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, '')
}

const VARIABLE = '${DETECTION_NAME}'

/**
 * Where more is told about a detection (guide 7.3); `''` without one.
 * @param pattern `common.virus_info_url`: `${DETECTION_NAME}` in it stands for the name, as a value in a URL; without it, the
 *   name follows
 */
export function virusInfoUrl(pattern: string, detectionName: string): string {
  if (detectionName === '') return ''
  if (pattern === '') return ''
  const name = encodeURIComponent(detectionName.toWellFormed())
  return pattern.includes(VARIABLE) ? pattern.replaceAll(VARIABLE, () => name) : pattern + name
}

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** `Tue May 7 16:16:17 2002`, local time. */
export function noticeTime(at: Date): string {
  const clock = [at.getHours(), at.getMinutes(), at.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':')
  return `${days[at.getDay()]} ${months[at.getMonth()]} ${at.getDate()} ${clock} ${at.getFullYear()}`
}
