import { type Call, listWords, type Mail, type SpamFilter } from '@fsigk/plugin-api'
import { countWords } from './count-words.js'
import type { WordFilterSettings } from './settings.js'

/** Calls mails spam in which several words of a list stand. What becomes of them is for the settings to say. */
export class WordFilter implements SpamFilter<WordFilterSettings> {
  /** @throws the signal's reason: a mail that was not read to its end is not judged */
  async judge({ content }: Mail, { settings, signal }: Call<WordFilterSettings>) {
    signal.throwIfAborted()
    const words = [...new Set(listWords(settings.words).map(asOnTheWire))]
    const score = await countWords(content.open(), words, settings.limit, signal)
    return score >= settings.limit ? { name: 'Sample/Words', score } : undefined
  }
}

/** Mail is bytes: a word is looked for as its UTF-8 bytes, each as one character. */
function asOnTheWire(word: string): string {
  return Buffer.from(word.toLowerCase()).toString('latin1').toLowerCase()
}
