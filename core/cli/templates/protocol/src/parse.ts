/** The lines of the protocol, as pure functions: what a client asks, what a server answers. No socket is touched here. */
import type { Target } from '@fsigk/plugin-api'

/** The longest line, in bytes, its end included. */
export const MAX_LINE_BYTES = 4096

/** What a client asks: `GET host:port name`. */
export interface Request {
  readonly target: Target
  readonly name: string
}

/** Undefined when the line is no request. Control characters are refused: a name goes on to the server in one line. */
export function parseRequest(line: string): Request | undefined {
  const { host, port, name } =
    /^GET (?<host>[^\s:]+):(?<port>\d{1,5}) (?<name>[^\x00-\x20\x7f]+)$/.exec(line)?.groups ?? {}
  const number = Number(port)
  if (host === undefined || name === undefined || number < 1 || number > 65_535) return undefined
  return { target: { host: host.toLowerCase(), port: number }, name }
}

/** What a server answers: `OK length`, with so many bytes behind it, or `NO reason`. */
export type Reply = { readonly is: 'ok'; readonly bytes: number } | { readonly is: 'no'; readonly reason: string }

/** Undefined when the line is no reply. */
export function parseReply(line: string): Reply | undefined {
  const [, digits] = /^OK (\d{1,15})$/.exec(line) ?? []
  if (digits !== undefined) return { is: 'ok', bytes: Number(digits) }
  const [, reason] = /^NO (.*)$/.exec(line) ?? []
  return reason === undefined ? undefined : { is: 'no', reason: plain(reason) }
}

/** Text from outside, as it may stand in a line of ours. */
export function plain(text: string): string {
  return text.replaceAll(/[\x00-\x1f\x7f]+/g, ' ').trim()
}
