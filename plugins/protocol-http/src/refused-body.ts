/** What the client is told in place of a body that may not pass, whichever way it was going. */
import type { Outcome } from '@fsigk/plugin-api'
import type { PeerRequest } from './peer-request.js'
import { DEFERRED_STATUS, DETECTED_STATUS, RETRY_AFTER_SECONDS } from './replies.js'

export type RefusedOutcome = Exclude<Outcome, { readonly disposition: 'pass' | 'tag' }>

export function refuseBody(request: PeerRequest, outcome: RefusedOutcome): void {
  const isDeferred = outcome.disposition === 'defer'
  const status = isDeferred ? DEFERRED_STATUS : DETECTED_STATUS
  // The notice is filled in when it is read, and tells the status.
  request.session.entry.status = status
  const fields = isDeferred ? `Retry-After: ${RETRY_AFTER_SECONDS}\r\n` : ''
  request.send(request.page(status, outcome.notice, fields))
}
