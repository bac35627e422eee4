import type { Target } from '@fsigk/plugin-api'

/** A mailbox, and where it is. */
export interface UserTarget {
  readonly user: string
  readonly target: Target
}

const NAMED = /^(.+)[@#](\[[0-9a-f:.]+\]|[^@#[\]:]+)(?::(\d{1,5}))?$/is

/**
 * Reads the argument of USER where users name their server (guide 7.1.1.3, 11.10): `user@server`, `user#server`, with
 * `:port` behind it; an IPv6 address stands in brackets. The last separator counts.
 *
 * @param parent where users are who name none; undefined when there is no such server
 * @param port of servers, where none is named
 */
export function userTarget(argument: string, parent: Target | undefined, port: number): UserTarget | undefined {
  if (argument === '' || /[ \t]/.test(argument)) return undefined
  if (!/[@#]/.test(argument)) return parent === undefined ? undefined : { user: argument, target: parent }
  const [, user, host, named] = NAMED.exec(argument) ?? []
  if (user === undefined || host === undefined) return undefined
  const target = { host: host.replace(/^\[|\]$/g, '').toLowerCase(), port: named === undefined ? port : Number(named) }
  return target.port >= 1 && target.port <= 65_535 ? { user, target } : undefined
}
