/** The first line of a server's reply (RFC 1939, 3; RFC 5034, 4). */
export interface Reply {
  readonly is: 'ok' | 'error' | 'challenge'
  /** The whole line as it came, without its CRLF. Latin1. */
  readonly line: string
}
