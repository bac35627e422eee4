/** What a message says of its connection: `Connection`, and `Proxy-Connection` of old clients and servers. */
import { listItems } from '@fsigk/wire'
import { names } from './field-names.js'
import type { Fields } from './fields.js'
import type { Version } from './framing.js'

export interface ConnectionOptions {
  readonly close: boolean
  readonly keepAlive: boolean
  /** Names, in lower case, of fields that are for this connection alone. */
  readonly named: ReadonlySet<string>
}

const NOTHING_SAID = read('')

/** Nearly every message says one of these. */
const usual = new Map(['close', 'Close', 'keep-alive', 'Keep-Alive'].map((value) => [value, read(value)]))

export function connectionOptions(fields: Fields): ConnectionOptions {
  const connection = fields.joined(names.connection)
  const proxy = fields.joined(names.proxyConnection)
  if (connection === undefined && proxy === undefined) return NOTHING_SAID
  const said = proxy === undefined ? connection : connection === undefined ? proxy : `${connection}, ${proxy}`
  return usual.get(said ?? '') ?? read(said ?? '')
}

function read(value: string): ConnectionOptions {
  const named = new Set(listItems(value.toLowerCase()))
  return { close: named.has('close'), keepAlive: named.has('keep-alive'), named }
}

/** Whether the sender lets the connection go on after this message (RFC 9112, 9.3). */
export function persists(version: Version, options: ConnectionOptions): boolean {
  if (options.close) return false
  return version === '1.1' || (version === '1.0' && options.keepAlive)
}
