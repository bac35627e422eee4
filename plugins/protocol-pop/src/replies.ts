/** What the gateway itself says: the guide's replies (11.10), and ours in its style for what the guide is silent about. */
import { productString } from '@fsigk/mail'
import type { Session, Target } from '@fsigk/plugin-api'
import type { ServerFault } from '@fsigk/sockets'
import { printable } from '@fsigk/wire'

export const replies = {
  accessDenied: '-ERR Access Denied',
  crowded: '-ERR Too many connections',
  tooLongLine: '-ERR Too long line',
  illegalCharacter: '-ERR Illegal character in command',
  userFirst: '-ERR please use USER command at first.',
  userFormat: '-ERR USER format is USER username@hostname or username#hostname',
  quit: '+OK Quit',
  withheld: '-ERR command is not available through this gateway',
  mechanism: '-ERR authentication mechanism is not available through this gateway',
  topFormat: '-ERR TOP needs a message number and a number of lines',
  topBlocked: '-ERR TOP is not available through this gateway',
  cannotScan: '-ERR [SYS/TEMP] Message cannot be scanned now, try again later',
  notDelivered: '-ERR [SYS/TEMP] Message could not be scanned and was not delivered, it is kept',
  idle: '-ERR [SYS/TEMP] No command came for too long',
  draining: '-ERR [SYS/TEMP] Service is being restarted, try again',
} as const

/** What is said of a server that gives no reply, after which the session ends. */
export const serverFaults: Readonly<Record<ServerFault, string>> = {
  closed: 'Server closed connection while transaction.',
  timeout: 'No response from server',
  malformed: 'Illegal response from server',
  unasked: 'Server sent what was not asked for',
}

/** A fault in the words of `serverFaults`, as a reply. */
export function faultReply(fault: ServerFault): string {
  return `-ERR [SYS/TEMP] ${serverFaults[fault]}`
}

/** RFC 2449, 4: a reply has at most 512 bytes with its CRLF. */
const MAX_LINE_CHARACTERS = 510

/** Guide 11.10. @param message the connection error (guide 11.12) */
export function cannotConnect({ host, port }: Target, message: string): string {
  return printable(`-ERR Can't Connect to (${host}: ${port}) errmsg=[${message}]`, MAX_LINE_CHARACTERS)
}

/** The line that greets a client who is to name his server. */
export function greeting(session: Session<unknown>): string {
  return printable(`+OK ${productString(session, 'pop')} starting.`, MAX_LINE_CHARACTERS)
}
