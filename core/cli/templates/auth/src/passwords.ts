/** Accounts as they stand in the settings: `user:salt:hash`, by scrypt. No password is ever kept. */
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

const derive = promisify<string, Buffer, number, Buffer>(scrypt)
const HASH_BYTES = 32
const SALT_BYTES = 16

export interface Account {
  readonly user: string
  readonly salt: Buffer
  readonly hash: Buffer
}

/** Whoever is not known costs as much time as whoever is. */
const NOBODY: Account = { user: '', salt: Buffer.alloc(SALT_BYTES), hash: Buffer.alloc(HASH_BYTES) }

/** Undefined when a line has not the shape of an account. */
export function parseAccount(line: string): Account | undefined {
  const [, user, salt, hash] = /^([^:]+):([0-9a-f]{32}):([0-9a-f]{64})$/.exec(line) ?? []
  if (user === undefined || salt === undefined || hash === undefined) return undefined
  return { user, salt: Buffer.from(salt, 'hex'), hash: Buffer.from(hash, 'hex') }
}

/** The line of a new account, for the settings. */
export async function accountLine(user: string, password: string, salt = randomBytes(SALT_BYTES)): Promise<string> {
  const hash = await derive(password, salt, HASH_BYTES)
  return `${user}:${salt.toString('hex')}:${hash.toString('hex')}`
}

/** Whether a password is that of an account; false for no account, after the same time. */
export async function isPasswordOf(account: Account | undefined, password: string): Promise<boolean> {
  const { salt, hash } = account ?? NOBODY
  const same = timingSafeEqual(await derive(password, salt, HASH_BYTES), hash)
  return same && account !== undefined
}
