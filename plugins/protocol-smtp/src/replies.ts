/** What the gateway itself says: the guide's replies (11.8, 11.9), and ours for what the guide is silent about. */
import { productString } from '@fsigk/mail'
import { printable } from '@fsigk/wire'

/** Every reason to speak in place of the server. */
export type OwnReply =
  | 'accessDenied'
  | 'serverOpenError'
  | 'badGreeting'
  | 'crowded'
  | 'draining'
  | 'idle'
  | 'disconnected'
  | 'disconnectedAuth'
  | 'tooLongLine'
  | 'lineEnd'
  | 'tooManyErrors'
  | 'unknownCommand'
  | 'mailSyntax'
  | 'rcptSyntax'
  | 'addressSyntax'
  | 'parameterSyntax'
  | 'parameterRefused'
  | 'dataSyntax'
  | 'sequence'
  | 'noRecipients'
  | 'tooManyRecipients'
  | 'relayingDenied'
  | 'mechanism'
  | 'bye'
  | 'tooLongDeclared'
  | 'enterMail'
  | 'accepted'
  | 'tooLongMessage'
  | 'infected'
  | 'sendbackError'
  | 'dataLineEnd'
  | 'dataTimeout'
  | 'deferred'

interface Saying {
  readonly code: number
  /** RFC 3463; `''` where there is none. */
  readonly status: string
  /** @param detail what it is said of: a command, a server, a threat */
  readonly text: (detail: string) => string
}

export const replies: Readonly<Record<OwnReply, Saying>> = {
  accessDenied: { code: 554, status: '', text: () => 'Access Denied' },
  serverOpenError: { code: 421, status: '', text: (detail) => `server open error${detail}` },
  badGreeting: {
    code: 421,
    status: '',
    text: (detail) => `Cannot get correct greeting message from mail server ${detail}`,
  },
  crowded: { code: 421, status: '', text: () => 'Too many connections' },
  draining: { code: 421, status: '4.3.2', text: () => 'Service not available' },
  idle: { code: 421, status: '4.4.2', text: () => 'Timeout' },
  disconnected: { code: 421, status: '4.4.2', text: (detail) => detail },
  disconnectedAuth: { code: 500, status: '5.4.2', text: () => 'disconnected from server(AUTH).' },

  tooLongLine: { code: 500, status: '5.5.2', text: () => 'Too long line' },
  lineEnd: { code: 500, status: '5.5.2', text: () => 'Illegal line end' },
  tooManyErrors: { code: 421, status: '4.7.0', text: () => 'Too many errors' },
  unknownCommand: { code: 500, status: '5.5.1', text: (command) => `Unknown Command: "${command}"` },
  mailSyntax: { code: 501, status: '5.5.2', text: () => 'Syntax error ("MAIL FROM:")' },
  rcptSyntax: { code: 500, status: '5.5.2', text: () => 'RCPT command must begin with "RCPT TO:"' },
  addressSyntax: { code: 501, status: '5.1.3', text: () => 'Syntax error in address' },
  parameterSyntax: { code: 501, status: '5.5.4', text: () => 'Syntax error in parameters' },
  parameterRefused: { code: 555, status: '5.5.4', text: (parameter) => `Unsupported parameter: "${parameter}"` },
  dataSyntax: { code: 501, status: '5.5.4', text: () => 'Syntax error ("DATA")' },
  sequence: { code: 503, status: '5.5.1', text: () => 'Bad sequence of commands' },
  noRecipients: { code: 554, status: '5.5.1', text: () => 'No valid recipients' },
  tooManyRecipients: { code: 452, status: '4.5.3', text: () => 'Too many recipients' },
  relayingDenied: { code: 550, status: '5.7.1', text: () => 'Relaying denied.' },
  mechanism: { code: 504, status: '5.5.4', text: () => 'this mechanism not available' },
  bye: { code: 221, status: '2.0.0', text: () => 'Bye' },
  tooLongDeclared: { code: 552, status: '5.3.4', text: () => 'Too long message' },

  enterMail: { code: 354, status: '', text: () => 'Enter mail' },
  accepted: { code: 250, status: '2.0.0', text: () => 'Message accepted for delivery' },
  tooLongMessage: { code: 554, status: '5.3.4', text: () => 'Too long message' },
  infected: { code: 554, status: '5.7.1', text: (names) => `Infected by ${names}` },
  sendbackError: { code: 554, status: '5.3.0', text: (detail) => `SENDBACK:smtp error${detail}` },
  dataLineEnd: { code: 554, status: '5.6.0', text: () => 'Illegal line end' },
  dataTimeout: { code: 421, status: '4.4.2', text: () => 'Timeout' },
  deferred: { code: 451, status: '4.3.0', text: () => 'Message cannot be scanned now, try again later' },
}

/** Of what may come from outside: a reply line has at most 512 (RFC 5321, 4.5.3.1.5). */
const MAX_TEXT_CHARACTERS = 400

/** Who speaks. */
export interface Speaker {
  readonly productName: string
  readonly version: string
  readonly hostName: string
}

/** `[Product name]` of the guide: `fsigk/fsigk_smtp/0.1.0/gw.example.com`. */
export function productOf(speaker: Speaker): string {
  return printable(productString(speaker, 'smtp'), MAX_TEXT_CHARACTERS)
}

/**
 * A reply of ours, with its CRLF.
 *
 * @param enhanced whether the client was offered ENHANCEDSTATUSCODES (RFC 2034)
 * @param detail may come from outside: it is made harmless
 */
export function ownReply(speaker: Speaker, says: OwnReply, enhanced: boolean, detail = ''): string {
  const { code, status, text } = replies[says]
  const before = enhanced && status !== '' ? `${code} ${status}` : `${code}`
  return `${before} ${printable(text(detail), MAX_TEXT_CHARACTERS)} (${productOf(speaker)})\r\n`
}

/** The line that greets a client. Guide 11.9 says 200, and means this. */
export function greeting(speaker: Speaker): string {
  return `220 ${printable(speaker.hostName, MAX_TEXT_CHARACTERS)} ${productOf(speaker)}\r\n`
}
