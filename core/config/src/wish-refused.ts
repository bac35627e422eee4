import type { SettingsCommand } from './domain/commands.js'
import { type Refusal, refusalSentence } from './domain/decide.js'
import { fail } from './errors.js'

/** What is told of a wish that breaks a rule. */
export function wishRefused(wish: SettingsCommand, refused: readonly Refusal[]): Error {
  const sentence = refusalSentence(refused)
  return wish.type === 'RevertRevision'
    ? fail('FSIGK_REVERT_CONFLICT', [wish.of.revision, sentence], { details: refused })
    : fail('FSIGK_SETTINGS_INVALID', [sentence], { details: refused })
}
