/** The six kinds of plugin: one small interface each, and the lifecycle they share. */
import type { Content } from './content.js'
import type { Connection, Service, Session } from './session.js'
import type { Finding, UnscannedCause } from './verdict.js'

/** A plugin's own log: an event's name first, data second. Goes to the structured log. */
export interface Log {
  debug(event: string, data?: Readonly<Record<string, unknown>>): void
  info(event: string, data?: Readonly<Record<string, unknown>>): void
  warn(event: string, data?: Readonly<Record<string, unknown>>): void
  error(event: string, data?: Readonly<Record<string, unknown>>): void
}

/** What comes with each call: the settings of the moment, a deadline, a log. */
export interface Call<S = unknown> {
  readonly settings: S
  readonly signal: AbortSignal
  readonly log: Log
  /** The session that it is made for, when there is one: stands in logs. */
  readonly session?: string
}

/** Each step is optional and bounded by the signal; a step that outlives it fails the plugin, never the gateway. */
export interface Lifecycle<S = unknown> {
  start?(settings: S, signal: AbortSignal): Promise<void>
  reload?(settings: S, signal: AbortSignal): Promise<void>
  stop?(signal: AbortSignal): Promise<void>
}

export interface Protocol<S = unknown> extends Lifecycle<S> {
  /**
   * Holds the conversation with one client until either side ends it. Must not throw for what a peer does; what it
   * throws all the same ends the connection and is logged as an error of the plugin.
   */
  converse(connection: Connection, service: Service<S>): Promise<void>

  /**
   * What a client is told, latin1, that has as many connections as one address may (`address_limit`). It is written
   * before anything is read, and the connection closes. Without it, it closes without a word.
   *
   * @param gateway how it calls itself
   */
  turnAway?(settings: S, gateway: Pick<Session<S>, 'productName' | 'version' | 'hostName'>): string
}

/** What one scanner has to say of one content. */
export interface ScanReport {
  readonly findings: readonly Finding[]
  /** What could not be looked into. Several may apply; the most severe decides. */
  readonly unscanned?: readonly { readonly because: UnscannedCause; readonly detail?: string }[]
}

export interface Scanner<S = unknown> extends Lifecycle<S> {
  /** Says what is there. Throwing, or not answering before `call.signal`, makes the content unscanned, never clean. */
  scan(content: Content, call: Call<S>): Promise<ScanReport>
  /**
   * Name and version of the definitions in use: for logs, status, and for whatever is remembered of reports. Must change
   * when the scanner may say otherwise than before; `''` while that is not known.
   */
  readonly definitions: string
}

/** A mail as spam filters see it. */
export interface Mail {
  readonly content: Content
  readonly peerAddress: string
  readonly mailFrom: string
  readonly rcptTo: readonly string[]
}

export interface SpamFilter<S = unknown> extends Lifecycle<S> {
  /** Undefined when the mail is not spam as far as this filter knows. */
  judge(mail: Mail, call: Call<S>): Promise<{ readonly name: string; readonly score?: number } | undefined>
}

export interface Authenticator<S = unknown> extends Lifecycle<S> {
  /** Undefined when these credentials are not accepted: a wrong password is a return value, not an error. */
  authenticate(
    credentials: {
      readonly service: string
      readonly user: string
      readonly password: string
      readonly peerAddress: string
    },
    call: Call<S>,
  ): Promise<{ readonly principal: string } | undefined>
}

/** Text told to a person. */
export interface Notice {
  readonly from: string
  readonly to: readonly string[]
  /** Lines of the header as they go out, each ending in CRLF; without MIME's own, which say how the text is carried. */
  readonly headers: string
  /** UTF-8, its lines ending in LF. */
  readonly text: string
  /** Where the gateway's settings say that mail to the administrator goes (guide 7.1.1.5); no host when they say nothing. */
  readonly server: { readonly host: string; readonly port: number }
}

export interface Notifier<S = unknown> extends Lifecycle<S> {
  notify(notice: Notice, call: Call<S>): Promise<void>
}

export interface LogSink<S = unknown> extends Lifecycle<S> {
  /**
   * Lines of one log, whole, each ending in a newline, as they stand in the files (guide 9.1): printable ASCII. While a
   * promise that it returns is open, no more lines come; those wait in a bounded buffer, and a sink that keeps them
   * waiting for too long is ended and begun again.
   */
  write(log: 'access' | 'detect' | 'error' | 'info', service: string, lines: string): void | Promise<void>
}

export interface RoleOf {
  readonly protocol: Protocol
  readonly scanner: Scanner
  readonly spam: SpamFilter
  readonly auth: Authenticator
  readonly notifier: Notifier
  readonly log: LogSink
}
