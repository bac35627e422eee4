/**
 * Lines of error.log and info.log (guide 9.1.3, 9.1.4): when, where in the gateway, who talks to whom, then the message,
 * then the revision and the session that `fsigk config why` asks for.
 */
import { encodeField, encodeMessage } from './encode.js'
import { seconds } from './line.js'

/** One end as the prefix names it. */
export interface PrefixEnd {
  readonly address: string
  readonly name: string
  readonly port: number
}

/** Where a message comes from. What speaks for the whole service has its port alone, or nothing. */
export interface MessagePlace {
  readonly port?: number
  readonly slot?: number
  readonly peer?: PrefixEnd | undefined
  readonly server?: PrefixEnd | undefined
  readonly revision?: number
  readonly id?: string
}

/** What every message of error.log begins with. */
export const ERROR_MARK = '###ERROR### '

/**
 * `1286881231.123 [2010/10/12 20:00:31 9080 0 192.0.2.1:pc.example:50123 192.0.2.2:site.example:80] message [r12 abc123]`,
 * with its newline. What is not known is `-`.
 */
export function messageLine(now: Date, place: MessagePlace, message: string): string {
  const origin = `${place.port ?? '-'} ${place.slot ?? '-'} ${end(place.peer)} ${end(place.server)}`
  return `${seconds(now.getTime())} [${dateTime(now)} ${origin}] ${encodeMessage(message)}${ids(place)}\n`
}

function ids({ revision, id }: MessagePlace): string {
  if (revision === undefined) return ''
  return id === undefined ? ` [r${revision}]` : ` [r${revision} ${id}]`
}

function end(side: PrefixEnd | undefined): string {
  if (side === undefined) return '-:-:-'
  // The colons of an IPv6 address are encoded, so that they can be told from those around it.
  // A server that was refused before it had an address has a name alone.
  return `${encodeField(side.address) || '-'}:${encodeField(side.name) || '-'}:${side.port}`
}

/** Local time, as the administrator's clock shows it. */
function dateTime(at: Date): string {
  const date = `${at.getFullYear()}/${two(at.getMonth() + 1)}/${two(at.getDate())}`
  return `${date} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`
}

function two(part: number): string {
  return String(part).padStart(2, '0')
}
