import type { Session } from '@fsigk/plugin-api'
import type { SmtpSettings } from '../settings.js'
import type { Upstream } from '../upstream.js'
import type { Answer } from './answer.js'
import type { IncomingMessage } from './incoming-message.js'
import type { PeerChannel, Transaction } from './transaction.js'
import type { Vigil } from './vigil.js'

/** A message that was judged, and whom it concerns. */
export interface Judged {
  readonly session: Session<SmtpSettings>
  readonly peer: PeerChannel
  readonly upstream: Upstream
  /** Whether the server can be told a command. */
  readonly serverIsReady: boolean
  readonly transaction: Transaction
  readonly incoming: IncomingMessage
  readonly answer: Answer
  readonly vigil: Vigil
}
