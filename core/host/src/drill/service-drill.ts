import type { DrillCause } from './drill-causes.js'

/** What a client meets. */
export interface Met {
  /** In the protocol's words: `HTTP/1.1 503 Service Unavailable`, `451 …`, `-ERR …`. */
  readonly meets: string
  /** Further words that say what to do: `Retry-After`. */
  readonly fields: Readonly<Record<string, string>>
  /** The beginning of what is read by whom the transfer is for: the client, or the recipient of a mail. */
  readonly body: string
}

/** A server of its own and a client of the service under drill. */
export interface ServiceDrill extends AsyncDisposable {
  /** What leads the service to the server: names of its section. */
  readonly settings: Readonly<Record<string, string>>
  /** @throws what the connection fails by */
  ask(service: { readonly address: string; readonly port: number }, cause: DrillCause): Promise<Met>
  /** What stands in the line of access.log of that transfer and in no other. */
  inLine(cause: DrillCause): string
}
