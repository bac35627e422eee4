/** Values as they stand on one line of fsigk.ini and dbupdate.conf. */
import type { SettingDefinition, SettingValue } from '../domain/definition.js'
import { renderValue } from '../domain/values.js'

const escapes: Readonly<Record<string, string>> = { '\\\\': '\\', '\\n': '\n', '\\t': '\t', '\\s': ' ' }

function spansLines(definition: SettingDefinition): boolean {
  return definition.type === 'text' && definition.format === 'text'
}

/**
 * A text that may span lines is kept on one by `\n`, and a backslash in it by `\\`; blanks at its ends, which the line
 * would lose, by `\s` and `\t`.
 */
export function lineOfValue(definition: SettingDefinition, value: SettingValue): string {
  const text = renderValue(value)
  if (!spansLines(definition)) return text
  return text
    .replaceAll('\\', '\\\\')
    .replaceAll('\n', '\\n')
    .replace(/^[ \t]|[ \t]$/g, (blank) => (blank === ' ' ? '\\s' : '\\t'))
}

/** The text behind `name=`, as a value to be read: the other way round. */
export function valueOfLine(definition: SettingDefinition, line: string): string {
  return spansLines(definition) ? line.replace(/\\[\\nts]/g, (written) => escapes[written] ?? written) : line
}
