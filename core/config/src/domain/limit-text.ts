/** What may stand in a setting, in a few words for lists and comments. */
import type { SettingDefinition } from './definition.js'
import type { Language } from './templates.js'

export function limitText(definition: SettingDefinition, language: Language): string {
  switch (definition.type) {
    case 'flag':
      return 'yes, no'
    case 'choice':
      return definition.words.join(', ')
    case 'integer': {
      const { minimum, maximum, unit } = definition
      const range = language === 'ja' ? `${minimum}～${maximum}` : `${minimum} to ${maximum}`
      return unit === undefined ? range : `${range} ${unit}`
    }
    case 'text': {
      const { maxBytes, maxCharacters } = definition
      if (maxCharacters !== undefined)
        return language === 'ja' ? `最大${maxCharacters}文字` : `at most ${maxCharacters} characters`
      return language === 'ja' ? `最大${maxBytes}バイト` : `at most ${maxBytes} bytes`
    }
  }
}
