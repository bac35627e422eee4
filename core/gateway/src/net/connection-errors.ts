/** The connection errors of the guide, 11.12, in its words: `CONNECT(host:port)/…`. One table, for every protocol. */
import type { Target } from '@fsigk/plugin-api'
import { errnoText } from './errno-text.js'

/** Why a name could not be looked up: what `hstrerror(3)` says, as the guide lists it. */
export type LookupFailure =
  | 'Unknown host'
  | 'Host name lookup failure'
  | 'Unknown server error'
  | 'No address associated with name'

export const connectionErrors = {
  connect: (target: Target, errno: number) => `${prefix(target)}connect: ${errnoText(errno)}`,
  timeout: (target: Target, timeoutMs: number) => `${prefix(target)}connect timeout(>${timeoutMs / 1000} sec)`,
  cancelled: (target: Target) => `${prefix(target)}connect cancelled`,
  lookup: (target: Target, failure: LookupFailure) => `${prefix(target)}hostname lookup error: ${failure}`,
  inhibited: (target: Target) => `${prefix(target)}Access Inhibited by Proxy(FSIGK)`,
  /** The same words, and which setting lets it pass. */
  inhibitedLocal: (target: Target, address: string, kind: string, setting: string) =>
    `${connectionErrors.inhibited(target)}: ${address} is ${kind}, and ${setting} does not list it`,
  inhibitedLoop: (target: Target, address: string) =>
    `${connectionErrors.inhibited(target)}: ${address} port ${target.port} is this service itself`,
  inhibitedForm: (target: Target, rule: string) => `${connectionErrors.inhibited(target)}: ${rule}`,
} as const

function prefix({ host, port }: Target): string {
  const shown = host.includes(':') ? `[${host}]` : host
  // A host comes from outside: nothing in it may begin another line, field or element.
  return `CONNECT(${shown.replace(/[^a-zA-Z0-9._:[\]%-]/gu, percentEncoded)}:${port})/`
}

/** `encodeURIComponent` would throw for half a surrogate pair and leave quotes and brackets alone. */
function percentEncoded(character: string): string {
  return Array.from(Buffer.from(character), (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('')
}
