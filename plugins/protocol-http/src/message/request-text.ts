/** The request as the server gets it: written anew from what was understood, as guide 11.7 and readings.md say. */

import type { Route } from '../route.js'
import { decodableCodings } from './accept-encoding.js'
import type { ConnectionOptions } from './connection-options.js'
import { names } from './field-names.js'
import type { Framing } from './framing.js'
import { isContinue, type RequestHead } from './request-head.js'

export interface RequestTextOptions {
  readonly route: Route
  /** What the client said of its connection. */
  readonly connection: ConnectionOptions
  /** Whether the server may keep its connection. */
  readonly keep: boolean
  /** The protocols that the server is asked to go on in; undefined for none. */
  readonly upgrade: string | undefined
  /** `http10` */
  readonly http10: boolean
  /** The answer is going to be scanned: it must come in codings that can be decoded here. */
  readonly scanned: boolean
  /** The whole file is asked for, since a part of one cannot be judged. */
  readonly whole: boolean
  /** The body is held here: how it is framed for the server, which need not be asked whether it wants it. */
  readonly held?: Framing | undefined
  /** Proxy authentication is the gateway's own: the credentials are for nobody else. */
  readonly authenticates: boolean
  /** What Via and X-Forwarded-For say of us and the client; undefined for an anonymous proxy. */
  readonly forwardedBy: { readonly via: string; readonly client: string } | undefined
}

/** The head, with its empty line. */
export function requestText(head: RequestHead, options: RequestTextOptions): string {
  const { fields } = head
  const framing = options.held ?? head.framing
  const { forwardedBy, http10, route, upgrade } = options
  let text = `${head.method} ${route.line} HTTP/1.${http10 ? 0 : 1}\r\nHost: ${route.target.authority}\r\n`
  for (let at = 0; at < fields.size; at++) {
    const name = fields.names[at]
    if (name === undefined || name.ours || name === names.host) continue
    if (!name.fixed && options.connection.named.has(name.key)) continue
    switch (name) {
      case names.via:
      case names.xForwardedFor:
        if (forwardedBy !== undefined) continue
        break
      case names.range:
      case names.ifRange:
        if (options.whole) continue
        break
      case names.acceptEncoding:
        if (!options.scanned) break
        text += `${fields.spelled[at]}: ${decodableCodings(fields.values[at] ?? '')}\r\n`
        continue
      case names.availableDictionary:
      case names.dictionaryId:
      case names.availDictionary:
      case names.aIm:
        if (options.scanned) continue
        break
      case names.proxyAuthorization:
        if (options.authenticates) continue
        break
      case names.expect:
        // A sender of HTTP/1.0 does not wait for 100, and would not understand it.
        if (head.version !== '1.1' || http10) continue
        if (options.held !== undefined && isContinue(fields.values[at])) continue
        break
      case names.maxForwards:
        text += `${fields.spelled[at]}: ${oneForwardLess(head.method, fields.values[at] ?? '')}\r\n`
        continue
    }
    text += `${fields.spelled[at]}: ${fields.values[at]}\r\n`
  }
  if (forwardedBy !== undefined) {
    text += appended('Via', viaSoFar(head, options), `${http10 ? '1.0' : head.version} ${forwardedBy.via}`)
    text += appended('X-Forwarded-For', forwardedSoFar(head, options), forwardedBy.client)
  }
  if (framing.kind === 'length') text += `Content-Length: ${framing.bytes}\r\n`
  else if (framing.kind === 'chunked') text += 'Transfer-Encoding: chunked\r\n'
  if (upgrade !== undefined) return `${text}Upgrade: ${upgrade}\r\nConnection: Upgrade\r\n\r\n`
  return `${text}Connection: ${options.keep ? 'Keep-Alive' : 'close'}\r\n\r\n`
}

function viaSoFar({ fields }: RequestHead, { connection }: RequestTextOptions): string | undefined {
  return connection.named.has(names.via.key) ? undefined : fields.joined(names.via)
}

function forwardedSoFar({ fields }: RequestHead, { connection }: RequestTextOptions): string | undefined {
  return connection.named.has(names.xForwardedFor.key) ? undefined : fields.joined(names.xForwardedFor)
}

function appended(name: string, before: string | undefined, value: string): string {
  return before === undefined || before === '' ? `${name}: ${value}\r\n` : `${name}: ${before}, ${value}\r\n`
}

/** Each proxy takes one off for TRACE and OPTIONS (RFC 9110, 7.6.2); at 0 the request never comes this far. */
function oneForwardLess(method: string, value: string): string {
  if (method !== 'TRACE' && method !== 'OPTIONS') return value
  const left = Number(value)
  return Number.isSafeInteger(left) && left > 0 ? String(left - 1) : value
}
