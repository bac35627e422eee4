/** Values as people write them and as files show them: text to value, value to text, and the rules on the way. */
import type { Broken, IntegerDefinition, SettingDefinition, SettingValue, TextDefinition } from './definition.js'
import { formatFault } from './formats.js'
import { utf8Bytes } from './utf8.js'

/**
 * Reads a value for a setting: text as it stands in files and on the command line, or a value of its type.
 *
 * @returns the value as it is stored, or the one rule that it breaks
 */
export function parseValue(definition: SettingDefinition, given: unknown): { readonly value: SettingValue } | Broken {
  switch (definition.type) {
    case 'flag':
      if (typeof given === 'boolean') return { value: given }
      return given === 'yes' || given === 'no' ? { value: given === 'yes' } : { rule: 'must be yes or no' }
    case 'integer':
      return parseInteger(definition, given)
    case 'choice':
      if (typeof given === 'string' && definition.words.includes(given)) return { value: given }
      return { rule: `must be ${oneOf(definition.words)}` }
    case 'text':
      return parseText(definition, given)
  }
}

/** The value as files and the command line show it. */
export function renderValue(value: SettingValue): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  return String(value)
}

function oneOf(words: readonly string[]): string {
  return words.length === 1 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`
}

function parseInteger(definition: IntegerDefinition, given: unknown): { readonly value: number } | Broken {
  const { minimum, maximum } = definition
  const unit = definition.unit === undefined ? '' : ` ${definition.unit}`
  const rule = `must be a whole number from ${minimum} to ${maximum}${unit}`
  // Strict digits: what `Number` takes besides ('1e3', '0x10', ' 5 ', '') is a slip of the hand in a setting.
  const value = typeof given === 'string' && /^(0|-?[1-9][0-9]{0,15})$/.test(given) ? Number(given) : given
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) return { rule }
  return value >= minimum && value <= maximum ? { value } : { rule }
}

/** JSON has numbers where people write ports: a number is taken as the text that it is. */
function parseText(definition: TextDefinition, given: unknown): { readonly value: string } | Broken {
  if (typeof given !== 'string' && !Number.isSafeInteger(given)) return { rule: 'must be a text' }
  const raw = String(given)
  if (!raw.isWellFormed()) return { rule: 'must be valid Unicode' }
  const value = definition.format === 'text' ? linesOf(raw) : severalLines(definition) ? trimmedLines(raw) : raw.trim()
  const fault = sizeFault(definition, value) ?? characterFault(definition, value) ?? formatFault(definition, value)
  return fault === undefined ? { value } : { rule: fault }
}

/** Whether a value may span lines: templates, and access lists that stand in hosts.allow a line each. */
function severalLines(definition: TextDefinition): boolean {
  return definition.format === 'text' || (definition.format === 'access-list' && definition.place === 'hosts.allow')
}

/** Lines end in LF, whatever a form or an editor sends. */
function linesOf(text: string): string {
  return text.replaceAll('\r\n', '\n').replaceAll('\r', '\n')
}

function trimmedLines(text: string): string {
  const lines = linesOf(text).split('\n')
  return lines
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join('\n')
}

function sizeFault(definition: TextDefinition, value: string): string | undefined {
  const { maxBytes, maxCharacters } = definition
  // Counted only when there is such a limit: a text may be long.
  const characters = maxCharacters === undefined ? 0 : [...value].length
  if (maxCharacters !== undefined && characters > maxCharacters)
    return `is ${characters} characters long; at most ${maxCharacters} are allowed`
  const bytes = utf8Bytes(value)
  return bytes > maxBytes ? `is ${bytes} bytes long; at most ${maxBytes} are allowed` : undefined
}

function characterFault(definition: TextDefinition, value: string): string | undefined {
  const forbidden = severalLines(definition) ? /[\x00-\x08\x0b-\x1f\x7f]/ : /[\x00-\x1f\x7f]/
  const at = value.search(forbidden)
  if (at === -1) return undefined
  const code = value.charCodeAt(at).toString(16).toUpperCase().padStart(4, '0')
  return `must not hold control characters; U+${code} is one (character ${at + 1})`
}
