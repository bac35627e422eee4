/**
 * The key that secrets among the settings are sealed by: `secret.key` in the home, private to its owner, made when the
 * first secret is kept; or FSIGK_SECRET_KEY, which several gateways can share. It stands in no store and in no export.
 */
import { createHash, randomBytes } from 'node:crypto'
import { closeSync, constants, fchmodSync, fstatSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs'
import { fail, messageOf } from '../errors.js'
import { problemOf } from '../home.js'

const KEY_BYTES = 32

export interface SecretKey {
  readonly bytes: Buffer
  /** Eight hex digits that tell one key from another and nothing of it. */
  readonly id: string
}

/** What there is to seal by, or why there is nothing. */
export type FoundKey = { readonly key: SecretKey } | { readonly missing: true } | { readonly unusable: string }

/** @param fromEnvironment FSIGK_SECRET_KEY: 32 bytes, as 64 hex digits or in base64 */
export function findKey(path: string, fromEnvironment: string | undefined): FoundKey {
  if (fromEnvironment !== undefined && fromEnvironment !== '') {
    const key = keyOf(fromEnvironment)
    return key === undefined ? { unusable: `FSIGK_SECRET_KEY must be ${KEY_FORM}` } : { key }
  }
  try {
    const { text, mode } = readPrivately(path)
    if ((mode & 0o077) !== 0) return { unusable: `'${path}' can be read by others; chmod 600 it` }
    const key = keyOf(text)
    return key === undefined ? { unusable: `'${path}' must hold ${KEY_FORM}` } : { key }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { missing: true }
    return { unusable: `'${path}' cannot be read: ${problemOf(error)}` }
  }
}

/** @throws FSIGK_SECRET_KEY when the file cannot be written */
export function makeKey(path: string): SecretKey {
  const bytes = randomBytes(KEY_BYTES)
  try {
    const file = openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW, 0o600)
    try {
      fchmodSync(file, 0o600)
      writeSync(file, `${bytes.toString('base64')}\n`)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
  } catch (cause) {
    throw fail('FSIGK_SECRET_KEY', [`'${path}' cannot be written: ${messageOf(cause)}`], { cause })
  }
  return { bytes, id: idOf(bytes) }
}

const KEY_FORM = `${KEY_BYTES} bytes, as ${2 * KEY_BYTES} hex digits or in base64`

function keyOf(given: string): SecretKey | undefined {
  const text = given.trim()
  const bytes = /^[0-9a-f]{64}$/i.test(text)
    ? Buffer.from(text, 'hex')
    : /^[A-Za-z0-9+/]{43}=$/.test(text)
      ? Buffer.from(text, 'base64')
      : undefined
  return bytes && { bytes, id: idOf(bytes) }
}

function idOf(bytes: Buffer): string {
  return createHash('sha256').update('fsigk secret key').update(bytes).digest('hex').slice(0, 8)
}

function readPrivately(path: string): { readonly text: string; readonly mode: number } {
  const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW)
  try {
    const { mode, size } = fstatSync(file)
    return { text: size > 1024 ? '' : readFileSync(file, 'utf8'), mode }
  } finally {
    closeSync(file)
  }
}
