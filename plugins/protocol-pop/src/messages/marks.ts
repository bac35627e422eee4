import { productString, receivedFromGateway, spamStatus, virusStatus } from '@fsigk/mail'
import type { Session, Verdict } from '@fsigk/plugin-api'

/** Fields that go before those of a message in which something was found (guide 11.10); none for others. */
export function marksOf(session: Session<unknown>, verdict: Verdict, at: Date): string {
  switch (verdict.is) {
    case 'infected': {
      const names = new Set(verdict.findings.map(({ threat }) => threat))
      return receivedFromGateway(at) + virusStatus(productString(session, 'pop'), [...names])
    }
    case 'spam':
      return receivedFromGateway(at) + spamStatus(productString(session, 'pop'), verdict.name)
    case 'clean':
    case 'unscanned':
      return ''
  }
  verdict satisfies never
}
