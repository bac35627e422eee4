import { type Authenticator, type Call, inject, injectable, Log, listWords } from '@fsigk/plugin-api'
import { isPasswordOf, parseAccount } from './passwords.js'
import type { AccountListSettings } from './settings.js'

/** Longer ones are nobody's, and would cost time to hash. */
const MAX_CHARACTERS = 1024

/** Knows the accounts that its settings list. */
@injectable()
export class AccountList implements Authenticator<AccountListSettings> {
  constructor(@inject(Log) private readonly log: Log) {}

  async start(settings: AccountListSettings): Promise<void> {
    this.#tellBroken(settings)
  }

  async reload(settings: AccountListSettings): Promise<void> {
    this.#tellBroken(settings)
  }

  /** @throws the signal's reason */
  async authenticate(
    { user, password }: { readonly user: string; readonly password: string },
    { settings, signal }: Call<AccountListSettings>,
  ): Promise<{ readonly principal: string } | undefined> {
    signal.throwIfAborted()
    if (!isPlausible(user) || !isPlausible(password)) return undefined
    const accounts = listWords(settings.accounts, ';').map(parseAccount)
    const accepted = await isPasswordOf(
      accounts.find((account) => account?.user === user),
      password,
    )
    signal.throwIfAborted()
    return accepted ? { principal: user } : undefined
  }

  #tellBroken({ accounts }: AccountListSettings): void {
    const broken = listWords(accounts, ';').filter((line) => parseAccount(line) === undefined)
    if (broken.length > 0) this.log.warn('accounts that are not user:salt:hash', { count: broken.length })
  }
}

/** scrypt takes `secret` and `secret\0` for the same password, which nobody would expect. */
function isPlausible(text: string): boolean {
  return text !== '' && text.length <= MAX_CHARACTERS && !text.includes('\0')
}
