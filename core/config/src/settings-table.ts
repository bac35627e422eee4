/** The catalogue as a page of documentation; a test holds core/docs/settings.md against it. */
import type { Catalogue } from './domain/catalogue.js'
import type { SettingDefinition } from './domain/definition.js'
import { limitText } from './domain/limit-text.js'
import { renderValue } from './domain/values.js'

/** Defaults that are longer are told by their beginning. */
const LONGEST_DEFAULT = 60

/** Markdown: a section each, a setting a line, in the order of fsigk.ini. */
export function settingsTable(catalogue: Catalogue): string {
  const sections = catalogue.sections().map((section) => {
    const rows = catalogue.definitions(section).map((setting) => {
      const cells = [`\`${setting.key}\``, typeOf(setting), defaultOf(setting), limitText(setting, 'en')]
      const more = [setting.unit ?? '', setting.effect, marksOf(setting), setting.help.en]
      return `| ${[...cells, ...more].map(inCell).join(' | ')} |`
    })
    return [`## ${section}`, '', HEADING, '|---|---|---|---|---|---|---|---|', ...rows, ''].join('\n')
  })
  return [INTRODUCTION, ...sections].join('\n')
}

const HEADING = '| setting | type | default | limit | unit | takes effect | marks | meaning |'

const INTRODUCTION = `# All settings

Written from the catalogue (\`FSIGK_WRITE_DOCS=1 npm test -- settings-table\`); \`fsigk config list\` tells the same of an installation, with its
values. Names are the guide's; where it gives none, ours follow its style.

Marks: **dangerous** runs a program or opens the gateway; **secret** is never shown; *not in use yet* is accepted and kept, and
nothing reads it in this release. Effect: *live* in what is under way, *new sessions* in those that begin afterwards, *rebind* by a new
listener.
`

function typeOf(setting: SettingDefinition): string {
  return setting.type === 'text' ? (setting.format ?? 'text') : setting.type
}

function defaultOf(setting: SettingDefinition): string {
  const text = renderValue(setting.default)
  if (text === '') return ''
  return `\`${text.length > LONGEST_DEFAULT ? `${text.slice(0, LONGEST_DEFAULT)}…` : text}\``
}

function marksOf({ dangerous, secret, notInUseYet }: SettingDefinition): string {
  const marks = [dangerous && '**dangerous**', secret && '**secret**', notInUseYet && '*not in use yet*']
  return marks.filter((mark) => mark !== false).join(', ')
}

function inCell(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll('|', '\\|')
}
