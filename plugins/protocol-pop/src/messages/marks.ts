import { productString, receivedFromGateway, spamStatus, threatsOf, virusStatus } from '@fsigk/mail'
import type { Session, Verdict } from '@fsigk/plugin-api'

/** Fields that go before those of a message in which something was found (guide 11.10); none for others. */
export function marksOf(session: Session<unknown>, verdict: Verdict, at: Date): string {
  switch (verdict.is) {
    case 'infected':
      return receivedFromGateway(at) + virusStatus(productString(session, 'pop'), threatsOf(verdict))
    case 'spam':
      return receivedFromGateway(at) + spamStatus(productString(session, 'pop'), verdict.name)
    case 'clean':
    case 'unscanned':
      return ''
  }
  verdict satisfies never
}
