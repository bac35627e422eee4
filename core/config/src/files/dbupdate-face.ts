/** `dbupdate.conf` (guide 8.3): the proxy by which definitions are fetched. A setting without a line has its default. */
import type { Catalogue } from '../domain/catalogue.js'
import type { SettingDefinition } from '../domain/definition.js'
import { dbupdateName } from '../domain/faces.js'
import type { Language } from '../domain/templates.js'
import { utf8ByteText } from './bytes.js'
import { assignmentTokens } from './entries.js'
import { type Notation, readEntries } from './entry-face.js'
import { type Face, type PrintContext, valueIn } from './face.js'
import { printEntries } from './print-entries.js'
import { lineOfValue, valueOfLine } from './value-text.js'

const head: Record<Language, string> = {
  en: "How definition files are fetched. Written from the history of settings; edit it, or use 'fsigk config set definitions....'.",
  ja: "定義ファイルの取得方法です。設定の履歴から書き出されます。編集するか'fsigk config set definitions....'を使用してください。",
}

/** The guide's own two names for one setting (7.1.2). */
const slips: ReadonlyMap<string, string> = new Map([['use_proxyauth', 'http_proxyauth']])

const notation: Notation = {
  tokens: assignmentTokens,
  definitions: dbupdateSettings,
  find: (catalogue, _group, name) => {
    const meant = slips.get(name) ?? name
    return dbupdateSettings(catalogue).find((setting) => dbupdateName(setting.name) === meant)
  },
  groupOf: () => '',
  joinsLines: false,
  absent: (definition) => definition.default,
  linesOf: (definition, value) => [lineOfValue(definition, value)],
  textOf: (definition, [line = '']) => valueOfLine(definition, line),
  said: (raw) => raw,
  newLine: ({ name }, line) => `${dbupdateName(name)}=${line}`,
  heading: () => undefined,
}

function dbupdateSettings(catalogue: Catalogue): readonly SettingDefinition[] {
  return catalogue.definitions('definitions').filter(({ place }) => place === 'dbupdate.conf')
}

function generated({ catalogue, values, language }: PrintContext): string {
  const lines = dbupdateSettings(catalogue).flatMap((setting) => [
    `# ${setting.help[language].replace(/\s+/g, ' ')}`,
    `${dbupdateName(setting.name)}=${lineOfValue(setting, valueIn(values, setting))}`,
  ])
  return [`# ${head[language]}`, ...lines, ''].join('\n')
}

export const dbupdateFace: Face = {
  file: 'dbupdate.conf',
  isShown: (catalogue) => dbupdateSettings(catalogue).length > 0,
  read: (file, catalogue) => readEntries(file, notation, catalogue),
  generate: (context) => utf8ByteText(generated(context)),
  print: (layout, context) => printEntries(layout, notation, context),
}
