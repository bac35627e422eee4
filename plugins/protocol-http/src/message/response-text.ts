/** The response as the client gets it: written anew from what was understood, as guide 11.7 and readings.md say. */
import { type ConnectionOptions, connectionOptions } from './connection-options.js'
import { names } from './field-names.js'
import type { Framing } from './framing.js'
import type { ResponseHead } from './response-head.js'

export interface ResponseTextOptions {
  /** How the body is framed for the client. */
  readonly framing: Framing
  /** Whether the client may keep its connection. */
  readonly keep: boolean
  /** No parent stands between us and the server: authentication of a connection works (RFC 4559, 6). */
  readonly direct: boolean
  /** `http10` */
  readonly http10: boolean
}

/** The head, with its empty line. */
export function responseText(head: ResponseHead, { framing, keep, direct, http10 }: ResponseTextOptions): string {
  let text = startAndFields(head, http10, connectionOptions(head.fields))
  if (direct && head.fields.has(names.wwwAuthenticate)) text += 'Proxy-Support: Session-Based-Authentication\r\n'
  if (framing.kind === 'length') text += `Content-Length: ${framing.bytes}\r\n`
  else if (framing.kind === 'chunked') text += 'Transfer-Encoding: chunked\r\n'
  return `${text}Connection: ${keep ? 'Keep-Alive' : 'close'}\r\n\r\n`
}

/** The head of a 101, after which the connection speaks the protocol that is named (RFC 9110, 15.2.2). */
export function switchingText(head: ResponseHead, protocol: string): string {
  const text = startAndFields(head, false, connectionOptions(head.fields))
  return `${text}Upgrade: ${protocol}\r\nConnection: Upgrade\r\n\r\n`
}

/** The head of an interim response (1xx), which says nothing of the connection. */
export function interimText(head: ResponseHead): string {
  return `${startAndFields(head, false, connectionOptions(head.fields))}\r\n`
}

function startAndFields({ status, reason, fields }: ResponseHead, http10: boolean, said: ConnectionOptions): string {
  let text = `HTTP/1.${http10 ? 0 : 1} ${status} ${reason}\r\n`
  for (let at = 0; at < fields.size; at++) {
    const name = fields.names[at]
    if (name === undefined || name.ours || (!name.fixed && said.named.has(name.key))) continue
    text += `${fields.spelled[at]}: ${fields.values[at]}\r\n`
  }
  return text
}

/**
 * The length that a response without a body tells of the body that it stands for: that of HEAD and 304 (RFC 9110, 8.6).
 * Others have none to tell.
 */
export function toldLength(head: ResponseHead, method: string): Framing {
  const bytes = head.fields.first(names.contentLength)
  if (bytes === undefined || (method !== 'HEAD' && head.status !== 304)) return { kind: 'none' }
  return { kind: 'length', bytes: Number(bytes) }
}
