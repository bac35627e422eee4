/** Secrets under a passphrase: scrypt makes a key of it, and each is sealed by that for its own setting. */
import { randomBytes, scrypt } from 'node:crypto'
import { z } from '@fsigk/plugin-api'
import { fail } from '../errors.js'
import { open, seal } from '../secrets/seal.js'

const SALT_BYTES = 16
/** 2^15 · 8 · 128 bytes: some 32 MiB and a tenth of a second. Fixed, so that no file asks for more. */
const COST = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 }

export const passphraseSealed = z.strictObject({
  kdf: z.literal('scrypt-32768-8-1'),
  salt: z.base64(),
  sealed: z.record(z.string(), z.base64()),
})
export type PassphraseSealed = z.infer<typeof passphraseSealed>

/** @param secrets in clear, by key */
export async function sealByPassphrase(
  secrets: ReadonlyMap<string, string>,
  passphrase: string,
): Promise<PassphraseSealed> {
  const salt = randomBytes(SALT_BYTES)
  const key = await keyOf(passphrase, salt)
  const sealed = [...secrets].map(([setting, clear]) => [setting, seal(key, setting, clear)] as const)
  return { kdf: 'scrypt-32768-8-1', salt: salt.toString('base64'), sealed: Object.fromEntries(sealed) }
}

/** @throws FSIGK_BUNDLE_PASSPHRASE when none is given, or it is another one */
export async function openByPassphrase(
  { salt, sealed }: PassphraseSealed,
  passphrase: string | undefined,
): Promise<ReadonlyMap<string, string>> {
  const settings = Object.entries(sealed)
  if (settings.length === 0) return new Map()
  if (passphrase === undefined) throw fail('FSIGK_BUNDLE_PASSPHRASE', ['are sealed by a passphrase'])
  const key = await keyOf(passphrase, Buffer.from(salt, 'base64'))
  return new Map(
    settings.map(([setting, text]) => {
      const clear = open(key, setting, text)
      if (clear === undefined) throw fail('FSIGK_BUNDLE_PASSPHRASE', ['are sealed by another passphrase'])
      return [setting, clear]
    }),
  )
}

async function keyOf(passphrase: string, salt: Buffer): Promise<Buffer> {
  return await new Promise((resolve, reject) => {
    scrypt(passphrase.normalize('NFC'), salt, 32, COST, (error, key) => (error === null ? resolve(key) : reject(error)))
  })
}
