import type { AuthenticatorSubject } from '@fsigk/testing'
import { accountLine } from '../src/passwords.js'

/** What the conformance suite tries this authenticator with; `fsigk-plugin verify` uses it too. */
const subject: AuthenticatorSubject = {
  settings: { accounts: `bob:not-an-account;${await accountLine('ann', 'correct horse')}` },
  sample: { user: 'ann', password: 'correct horse', principal: 'ann' },
}
export default subject
