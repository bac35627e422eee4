/** Status lines and response heads, as servers write them. Pure: text in, a response head or the name of a fault out. */
import { decimal, runEnd, valueBytes } from './characters.js'
import { Fields, parseFields } from './fields.js'
import { type Framing, NO_BODY, responseFraming, statedFraming, UNTIL_CLOSE, type Version } from './framing.js'

export interface ResponseHead {
  readonly status: number
  readonly reason: string
  readonly version: Version
  readonly fields: Fields
  readonly framing: Framing
}

/** Why a response cannot be used; the words for each are in `replies.ts`. */
export type ResponseFault = 'responseTooLarge' | 'responseSyntax' | 'responseFraming'

const PREFIX = 'HTTP/1.'
const STATUS_AT = PREFIX.length + 2
const SPACE = 0x20

/**
 * Reads a head of HTTP/1.0 or 1.1.
 *
 * @param text latin1, up to and with the line end of the last field
 * @param method of the request that it answers: a response to HEAD has no body
 */
export function readResponseHead(text: string, method: string): ResponseHead | ResponseFault {
  const minor = text.charCodeAt(PREFIX.length) - 0x30
  if (!text.startsWith(PREFIX) || (minor !== 0 && minor !== 1)) return 'responseSyntax'
  if (text.charCodeAt(STATUS_AT - 1) !== SPACE) return 'responseSyntax'
  const status = decimal(text.slice(STATUS_AT, STATUS_AT + 3)) ?? 0
  if (status < 100) return 'responseSyntax'
  // Servers that have nothing to say often leave out the space as well.
  const reasonAt = STATUS_AT + 3
  const reasonStart = text.charCodeAt(reasonAt) === SPACE ? reasonAt + 1 : reasonAt
  const lineEnd = runEnd(text, reasonStart, valueBytes)
  if (!text.startsWith('\r\n', lineEnd) || (reasonStart === reasonAt && lineEnd !== reasonAt)) return 'responseSyntax'

  const fields = parseFields(text, lineEnd + 2, text.length)
  if (fields === undefined) return 'responseSyntax'
  const version = minor === 1 ? '1.1' : '1.0'
  const stated = statedFraming(fields, version)
  const framing = stated === undefined ? undefined : responseFraming(stated, status, method)
  if (framing === undefined) return 'responseFraming'
  return { status, reason: text.slice(reasonStart, lineEnd), version, fields, framing }
}

/** What stands for the head that a server of HTTP/0.9 does not send: all that comes is the body. */
export function simpleResponse(): ResponseHead {
  return { status: 200, reason: 'OK', version: '0.9', fields: new Fields(), framing: UNTIL_CLOSE }
}

/** Whether the response is only the announcement of another (RFC 9110, 15.2). */
export function isInterim({ status, framing }: ResponseHead): boolean {
  return status < 200 && framing === NO_BODY
}
