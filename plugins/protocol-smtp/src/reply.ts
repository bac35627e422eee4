/** A server's reply (RFC 5321, 4.2). */
export interface Reply {
  readonly code: number
  /** The text of each line, latin1, without code and line end; at least one. */
  readonly lines: readonly string[]
}

/** Whether it says that all is well: 2xx. */
export function isPositive({ code }: Reply): boolean {
  return code >= 200 && code < 300
}

/** Whether more must be said before anything is done: 3xx. */
export function asksForMore({ code }: Reply): boolean {
  return code >= 300 && code < 400
}

/** Whether the server closes after it (RFC 5321, 3.8). */
export function saysGoodbye({ code }: Reply): boolean {
  return code === 421
}

/** The reply as a client gets it: each line with the code. */
export function replyText({ code, lines }: Reply): string {
  const last = lines.length - 1
  return lines.map((line, at) => `${code}${at === last ? ' ' : '-'}${line}\r\n`).join('')
}

/** So much of what was said is quoted. */
export const MAX_QUOTED_CHARACTERS = 1000

/** The reply in one line, as logs and other replies quote it. */
export function replyLine({ code, lines }: Reply): string {
  return `${code} ${lines.join(' ')}`.slice(0, MAX_QUOTED_CHARACTERS)
}
