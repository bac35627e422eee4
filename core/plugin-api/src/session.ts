import type { OnReadOpts } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Outcome } from './outcome.js'
import type { SharedState } from './shared-state.js'
import type { Transfer } from './transfer.js'

/** One end of a connection. IPv4-mapped IPv6 addresses never appear: they are IPv4 from the moment of accept. */
export interface Endpoint {
  readonly address: string
  readonly port: number
}

/** One accepted socket. Core owns it; a protocol reads and writes it, and never outlives it. */
export interface Connection {
  readonly peer: Endpoint
  readonly local: Endpoint
  /** The lowest free slot of the service at accept: the log's "internal process ID". */
  readonly slot: number
  /** Not paused, half-open allowed. A peer that says nothing may have ended its side already: see `readableEnded`. */
  readonly socket: Duplex
  /** Bytes of what was written that the peer's system has confirmed; undefined when that cannot be told. */
  bytesTaken?(): number | undefined
  /** Aborted when the connection is gone, from either side, or the service gives up draining. */
  readonly signal: AbortSignal
}

/** Host and port that a session asks to reach. `host` is a name or an address without brackets, lower case. */
export interface Target {
  readonly host: string
  readonly port: number
}

/** Whether something may be reached or come in. `message` is in the guide's words (11.12, readings.md). */
export type Decision = { readonly allowed: true } | { readonly allowed: false; readonly message: string }

export interface DialOptions {
  /** Gives up after so long, 0 for the system's limit. */
  readonly timeoutMs: number
  /**
   * A configured parent: `acl_to` and `local_to` do not apply to it; `'local'`: only `local_to` does not, as for the parents
   * of mail.
   */
  readonly exempt?: boolean | 'local'
  readonly signal?: AbortSignal
  /** Takes what the socket reads, into buffers of its own, as of `connect` of `node:net`: the socket emits no `data` then. */
  readonly onread?: OnReadOpts
}

/** A connection to a server, or the guide's connection error (11.12). `denied` tells a refusal by access control from a failure. */
export type Dialled =
  | {
      readonly reached: true
      readonly socket: Duplex
      readonly address: string
      /** As of a `Connection`. */
      bytesTaken?(): number | undefined
    }
  | { readonly reached: false; readonly denied: boolean; readonly message: string }

/**
 * The line of the access log that a session is drafting (guide 9.1.1). A protocol fills in what it knows as it learns
 * it; the verdict, the action and the scan's figures are filled in by `inspect`. Values are raw: the log encodes them.
 */
export interface Entry {
  /** Reply status as logged: HTTP's own; else 200, 500, or 0 when nothing was relayed. */
  status: number
  /** Bytes of body sent to the peer. */
  bytes: number
  method: string
  url: string
  user: string
  /** The server that was reached. */
  server: Target | undefined
  serverAddress: string
  contentType: string
  /** The protocol's own details, in the guide's order: `['KEEPALIVE', '']` for HTTP. Several words of one detail are a list. */
  protocolStat: readonly (string | readonly string[])[]
  /** PROXY-ERROR: `''` when all went well. */
  error: string
  /** Set when a detection was refused although the outcome was another: ACTION is DENY then. */
  denied?: true
  /** The number of processed files; counted over the connection while undefined. Always 1 in POP. */
  files?: number
}

/** What the templates may say beside what the entry and the verdict tell (guide 7.3). */
export interface NoticeVariables {
  readonly pathQuery?: string
  readonly xForwardedFor?: string
  readonly header?: string
  readonly text?: string
  readonly mailFrom?: string
  readonly rcptTo?: string
  readonly messageId?: string
}

/**
 * One conversation with a peer, from accept to close (HTTP: one request). It pins one revision of the settings.
 *
 * @typeParam S the settings of the protocol's own section
 */
export interface Session<S> {
  /** Unique for the life of the installation; stands in every log line of this session. */
  readonly id: string
  readonly revision: number
  readonly settings: S
  readonly productName: string
  readonly version: string
  /** The gateway's own name, for Via, Received and greetings. */
  readonly hostName: string
  readonly peer: Endpoint
  /** The peer's host name where `reverselookup` found and confirmed one, else its address. */
  readonly peerName: string
  /** The address of the administrator: the first of `common.admin_mailaddr`; `''` when there is none. */
  readonly administrator: string
  /** Whether the peer may come in (`acl_from`). Decided, and logged when refused, before the session is handed out. */
  readonly access: Decision
  readonly entry: Entry
  /** For notices of this session; set it before `inspect`. */
  noticeVariables: NoticeVariables

  /**
   * Whether this target may be reached (`acl_to`), at this address when it is known: a pooled connection must be asked
   * about again, since the rules may have changed. A refusal is logged.
   */
  permit(target: Target, address?: string): Decision

  /**
   * Whether what comes from this target is forwarded unscanned (`acl_pass_to`): its transfers are `live`, for the reason
   * `PASS_TO`.
   *
   * @param address the address that was dialled, when it is known
   */
  skipsScan(target: Target, address?: string): boolean

  /**
   * Whether the peer stands in a list of the section `access`: `'lan'` asks `smtp_lan` for the service smtp. By its
   * address, and by its host name when `reverselookup` found and confirmed one. A list that is empty, or whose setting
   * (`smtp.lan`, `smtp.acl_rcpt`) is off, holds nobody.
   */
  listsPeer(list: string): boolean

  /** Whether a domain stands in a list of the section `access`: `'rcpt'` asks `smtp_rcpt`. Letter case does not matter. */
  listsDomain(list: string, domain: string): boolean

  /**
   * Resolves, checks every address by `permit` and `local_to`, and connects. Never throws for a server's faults.
   */
  dial(target: Target, options: DialOptions): Promise<Dialled>

  /**
   * The one door: spools the body as its release mode says, scans it, decides, has `answer` say it on the wire, and
   * records it, always, even if answering failed. Rejects with what `answer` or the body's source threw, after that.
   *
   * `answer` is called once; for a transfer that trickles, `release.begin` may be called in its place. When the body's
   * source fails before the verdict, it is not called: half a body is no body.
   */
  inspect(transfer: Transfer, answer: (outcome: Outcome) => Promise<void>): Promise<void>

  /** Fills in a template of this service with the entry's facts: `error` is `template_http_error.html`. */
  notice(template: 'error'): string

  /** A line in error.log or info.log, with the guide's prefix and this session's ids. */
  logError(message: string): void
  logInfo(message: string): void

  /** Writes the drafted line and begins the next one. `inspect` does so itself. */
  record(): void
}

/** What a protocol plugin is given to hold its conversations by. */
export interface Service<S> {
  readonly name: string
  /** Aborted when the service drains: finish what is under way, begin nothing new. */
  readonly draining: AbortSignal
  /** What the workers of this host know together. Keys begin with the name of the service: `http.progress`. */
  readonly shared: SharedState
  /** Begins a session on the newest revision. Every session must be ended by `close`, which records it if nothing was. */
  open(connection: Connection): OpenSession<S>
}

export interface OpenSession<S> extends Session<S> {
  /** Releases what the session holds. Records it when it never was, so that no conversation goes unlogged. */
  close(): void
}
