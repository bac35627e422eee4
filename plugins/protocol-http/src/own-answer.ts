/** Requests that are meant for the gateway itself: `OPTIONS *`, and TRACE and OPTIONS that may go no further. */
import { names } from './message/field-names.js'
import type { RequestHead } from './message/request-head.js'
import type { PeerRequest } from './peer-request.js'

/** @param hasParent then `OPTIONS *` asks about the server that everything goes to */
export function isForGateway({ method, url, fields }: RequestHead, hasParent: boolean): boolean {
  if (method !== 'OPTIONS' && method !== 'TRACE') return false
  return (!hasParent && method === 'OPTIONS' && url === '*') || /^0+$/.test(fields.first(names.maxForwards) ?? '')
}

/** Says what we can do, or, for TRACE, what came (RFC 9110, 9.3.7 and 9.3.8). */
export function answerForGateway(request: PeerRequest): void {
  const { head, session } = request
  const body = head.method === 'TRACE' ? traced(head) : ''
  const framing = { kind: 'length', bytes: body.length } as const
  request.decideKeep(framing, head.framing.kind === 'none')
  session.entry.status = 200
  session.entry.bytes = body.length
  const type = head.method === 'TRACE' ? 'Content-Type: message/http\r\n' : ''
  const connection = `Connection: ${request.kept ? 'Keep-Alive' : 'close'}\r\n`
  const version = request.settings.http10 ? '1.0' : '1.1'
  request.channel.write(`HTTP/${version} 200 OK\r\n${type}Content-Length: ${body.length}\r\n${connection}\r\n${body}`)
  request.progress = 'done'
}

/** The request as it came, without what is secret. */
function traced({ method, url, version, fields }: RequestHead): string {
  const lines = [`${method} ${url} HTTP/${version}`]
  for (let at = 0; at < fields.size; at++) {
    const name = fields.names[at]
    if (name === names.authorization || name === names.proxyAuthorization || name?.key === 'cookie') continue
    lines.push(`${fields.spelled[at]}: ${fields.values[at]}`)
  }
  return `${lines.join('\r\n')}\r\n\r\n`
}
