/** The first line of a server's reply (RFC 1939, 3; RFC 5034, 4). */
export interface Reply {
  readonly is: 'ok' | 'error' | 'challenge'
  /** What follows the status indicator. Latin1. */
  readonly text: string
  /** The whole line as it came, without its CRLF. */
  readonly line: string
}
