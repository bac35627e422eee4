import type { Sealer } from '@fsigk/config'
import { fail } from '../errors.js'
import { open, seal } from './seal.js'
import { type FoundKey, findKey, makeKey } from './secret-key.js'

const SEALED = /^sealed:1:([0-9a-f]{8}):(.+)$/

/**
 * Seals the secrets of a home. The key is looked for once, when the first secret is met.
 * @param keyFile `secret.key` of the home
 */
export function homeSealer(keyFile: string, fromEnvironment = process.env['FSIGK_SECRET_KEY']): Sealer {
  let found: FoundKey | undefined
  const look = () => {
    found ??= findKey(keyFile, fromEnvironment)
    return found
  }
  return {
    seal(setting, clear) {
      const now = look()
      if ('unusable' in now) throw fail('FSIGK_SECRET_KEY', [now.unusable])
      const key = 'missing' in now ? makeKey(keyFile) : now.key
      found = { key }
      return `sealed:1:${key.id}:${seal(key.bytes, setting, clear)}`
    },
    open(setting, sealed) {
      const now = look()
      if ('unusable' in now) return { rule: `cannot be opened: ${now.unusable}` }
      if ('missing' in now) return { rule: `cannot be opened: '${keyFile}', which it was sealed by, is gone` }
      const [, id = '', text = ''] = SEALED.exec(sealed) ?? []
      if (id !== now.key.id) return { rule: `cannot be opened: it was sealed by another key than '${keyFile}'` }
      const clear = open(now.key.bytes, setting, text)
      return clear === undefined ? { rule: 'cannot be opened: it was altered' } : { clear }
    },
  }
}
