/** What each command is to the gateway: how it is written on, and what follows the first line of its reply (RFC 1939, 2449, 5034, 6856). */
import type { Command } from './parse.js'

/** Whether it can be a command at all (RFC 2449, 5): a server may make something of the rest. */
export function isVerb(verb: string): boolean {
  return /^[!-~]{1,40}$/.test(verb)
}

/** Whether a reply that says +OK goes on in further lines, up to one with a dot alone. */
export function hasText({ verb, words }: Command): boolean {
  return withText.has(verb) || (words.length === 0 && withTextAlone.has(verb))
}

/** TOP and RETR are not among them: what follows is a message, which goes another way. */
const withText: ReadonlySet<string> = new Set(['CAPA'])
const withTextAlone: ReadonlySet<string> = new Set(['LIST', 'UIDL', 'AUTH', 'LANG'])

/**
 * Commands that are never sent on. STLS: what follows could not be read. XTND: what follows it, from either side, no
 * standard frames. XCLIENT: servers believe it of a gateway that they trust, and so it must not be the client's word.
 */
export const withheld: ReadonlySet<string> = new Set(['STLS', 'XTND', 'XCLIENT'])

/**
 * The line that is sent on, without its CRLF: written anew, so that the server reads the same command as we did. Only in
 * PASS does every space count.
 */
export function commandLine({ verb, argument, words }: Command): string {
  if (verb === 'PASS') return argument === '' ? verb : `${verb} ${argument}`
  return [verb, ...words].join(' ')
}
