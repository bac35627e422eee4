/**
 * Upgrade: a client and its server agree to speak another protocol on their connection (RFC 9110, 7.8), mostly WebSocket
 * (RFC 6455). What they say then is not read, so only protocols of a list are asked for, and never another version of
 * HTTP: its bodies would pass unscanned.
 */
import { listWords } from '@fsigk/plugin-api'
import { listItems } from '@fsigk/wire'
import { names } from '../message/field-names.js'
import type { ResponseHead } from '../message/response-head.js'
import type { PeerRequest } from '../peer-request.js'
import type { HttpSettings } from '../settings.js'

/** Never asked for, whatever the list says. */
const FORMS_OF_HTTP = /^(h2c?|h3|http)$/

/**
 * The protocols that the server is asked for, as the Upgrade field is to say them; undefined when there are none. A body
 * would have to end before the other protocol begins: requests with one are not upgraded.
 */
export function askedUpgrade(request: PeerRequest): string | undefined {
  const { head, settings, connectionOptions } = request
  if (!connectionOptions.named.has('upgrade') || !settings.upgrade || !request.speaks11) return undefined
  if (head.method === 'CONNECT' || head.framing.kind !== 'none') return undefined
  const allowed = allowedProtocols(settings)
  const asked = listItems(head.fields.joined(names.upgrade) ?? '').filter((item) => allowed.has(protocolName(item)))
  return asked.length === 0 ? undefined : asked.join(', ')
}

/** The protocol that a 101 switches to; undefined when it is not one that was asked for. */
export function agreedUpgrade(asked: string | undefined, response: ResponseHead): string | undefined {
  const agreed = response.fields.joined(names.upgrade)
  if (asked === undefined || agreed === undefined) return undefined
  const offered = listItems(asked).map(protocolName)
  const taken = listItems(agreed).map(protocolName)
  return taken.length > 0 && taken.every((name) => offered.includes(name)) ? agreed : undefined
}

/** `websocket` of `WebSocket/13`. */
function protocolName(item: string): string {
  const slash = item.indexOf('/')
  return (slash === -1 ? item : item.slice(0, slash)).toLowerCase()
}

const prepared = new WeakMap<HttpSettings, ReadonlySet<string>>()

function allowedProtocols(settings: HttpSettings): ReadonlySet<string> {
  const known = prepared.get(settings)
  if (known !== undefined) return known
  const listed = listWords(settings.upgrade_protocols.toLowerCase())
  const allowed = new Set(listed.filter((name) => !FORMS_OF_HTTP.test(name)))
  prepared.set(settings, allowed)
  return allowed
}
