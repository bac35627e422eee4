/** `fsigk.ini`. A setting without a line has its default. */
import { meantKey } from '../domain/aliases.js'
import { utf8ByteText } from './bytes.js'
import { iniTokens } from './entries.js'
import { type Notation, readEntries } from './entry-face.js'
import type { Face } from './face.js'
import { generatedIni } from './generated-ini.js'
import { printEntries } from './print-entries.js'
import { lineOfValue, valueOfLine } from './value-text.js'

const notation: Notation = {
  tokens: iniTokens,
  definitions: (catalogue) => catalogue.definitions().filter(({ place }) => place === 'fsigk.ini'),
  find: (catalogue, group, name, nameBefore) => {
    const definition = catalogue.find(meantKey(group, name, nameBefore))
    return definition?.place === 'fsigk.ini' ? definition : undefined
  },
  groupOf: ({ section }) => section,
  joinsLines: false,
  absent: (definition) => definition.default,
  linesOf: (definition, value) => [lineOfValue(definition, value)],
  textOf: (definition, [line = '']) => valueOfLine(definition, line),
  said: (raw) => raw,
  newLine: ({ name }, line) => `${name}=${line}`,
  heading: (group) => `[${group}]`,
}

export const iniFace: Face = {
  file: 'fsigk.ini',
  isShown: (catalogue) => notation.definitions(catalogue).length > 0,
  read: (file, catalogue) => readEntries(file, notation, catalogue),
  generate: (context) => utf8ByteText(generatedIni(context)),
  print: (layout, context) => printEntries(layout, notation, context),
}
