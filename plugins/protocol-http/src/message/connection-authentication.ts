/** Authentication that holds for a connection rather than a request: NTLM and Negotiate (RFC 4559). */
import { names } from './field-names.js'
import type { RequestHead } from './request-head.js'
import type { ResponseHead } from './response-head.js'

const CONNECTION_SCHEME = /(^|,\s*)(ntlm|negotiate)\b/i

/** Whether this request and its response are a step of one. */
export function authenticatesConnection(head: RequestHead, response: ResponseHead): boolean {
  for (const name of [names.authorization, names.proxyAuthorization]) {
    const credentials = head.fields.first(name)
    if (credentials !== undefined && CONNECTION_SCHEME.test(credentials)) return true
  }
  if (response.status !== 401 && response.status !== 407) return false
  const challenge = response.status === 401 ? names.wwwAuthenticate : names.proxyAuthenticate
  return CONNECTION_SCHEME.test(response.fields.joined(challenge) ?? '')
}
