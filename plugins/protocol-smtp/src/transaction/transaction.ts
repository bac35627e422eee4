/** What the conversation hands over when a message is about to come. */
import type { TransferPolicy } from '@fsigk/plugin-api'
import type { Channel } from '@fsigk/sockets'
import type { CommandReader } from '../parse.js'

/** The client's socket: lines of commands, or a message by `takeBytes`, what follows it given back by `putBack`. */
export type PeerChannel = Channel<CommandReader>

/** From an accepted MAIL to the end of its data. The server has accepted all that stands here. */
export interface Transaction {
  /** Without angle brackets; `''` for the null sender. Latin1. */
  readonly mailFrom: string
  /** MAIL's parameters as they were sent to the server: `BODY=8BITMIME`, `SMTPUTF8`. */
  readonly mailParameters: readonly string[]
  /** Those whom the server accepted, without angle brackets, latin1; at least one. */
  readonly recipients: readonly string[]
  /** What its mail meets in place of the section's own settings: mail of the LAN. */
  readonly policy: TransferPolicy | undefined
  /** Whether our replies to this client carry enhanced status codes (RFC 2034). */
  readonly enhanced: boolean
}
