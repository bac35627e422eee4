/** Secrets as the store keeps them: sealed texts, of which nothing can be read without the key. */
import type { SettingValue } from './definition.js'

/** Stands for a secret wherever settings are shown; taken back in, it means the secret that is kept. */
export const SECRET_SHOWN = '(secret)'

/** Texts that begin so are no secrets of people. */
export const SEALED_BEGINNING = 'sealed:'

/** Seals and opens secrets. Whoever holds the key makes one; the domain only knows this face. */
export interface Sealer {
  /**
   * @param key of the setting: a sealed text opens for this one alone
   * @throws when there is no key and none can be made
   */
  seal(key: string, clear: string): string
  /** @returns the clear text, or why it cannot be had */
  open(key: string, sealed: string): { readonly clear: string } | { readonly rule: string }
}

/** `sealed:1:<key id>:<base64>` */
export function isSealed(value: unknown): value is string {
  return typeof value === 'string' && /^sealed:1:[0-9a-f]{8}:[A-Za-z0-9+/]+={0,2}$/.test(value)
}

/** A stored value as it may be shown. */
export function shownValue<V extends SettingValue | null>(value: V): V | string {
  return isSealed(value) ? SECRET_SHOWN : value
}
