/** The fields that go before the header of a message on its way to the server (guide 11.9, DATA 6.3 and 7.3). */
import { receivedField, spamStatus, threatsOf, virusStatus } from '@fsigk/mail'
import type { Session, Verdict } from '@fsigk/plugin-api'
import { productOf } from '../replies.js'
import type { SmtpSettings } from '../settings.js'

/** What has not been scanned gets no status: it is not known to be clean. */
export function addedFields(session: Session<SmtpSettings>, verdict: Verdict): string {
  const product = productOf(session)
  const received = session.settings.anonymous ? '' : receivedBy(session, product)
  switch (verdict.is) {
    case 'clean':
      return received + virusStatus(product, [])
    case 'infected':
      return received + virusStatus(product, threatsOf(verdict))
    case 'spam':
      return received + spamStatus(product, verdict.name)
    case 'unscanned':
      return received
  }
}

function receivedBy({ peerName, peer, hostName }: Session<SmtpSettings>, product: string): string {
  return receivedField({
    clientName: peerName,
    clientAddress: peer.address,
    hostName,
    product,
    at: new Date(),
  })
}
