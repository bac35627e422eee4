import type { Place } from '@fsigk/host'
import type { Command } from 'commander'
import { type CommonOptions, command, does } from '../command.js'
import { fail } from '../errors.js'
import type { ExitCode } from '../exit-code.js'
import { cell, printJson, printTable } from '../print.js'
import { administer } from './administer.js'
import { valueCell } from './value-cell.js'

/** `fsigk config list [SECTION …]`: every setting with its value, default, type and meaning. */
export function listCommand(): Command {
  const verb = command('list', 'list all settings with value, default, type and meaning').argument(
    '[sections...]',
    'only these, like http, or those that begin so, like http.pass_',
  )
  return does(verb, list)
}

async function list(place: Place, { json }: CommonOptions, sections: readonly string[]): Promise<ExitCode> {
  await using administration = await administer(place)
  const all = await administration.list({})
  const unknown = sections.filter((section) => !all.some(({ key }) => key.startsWith(section)))
  if (unknown.length > 0) throw fail('FSIGK_USAGE', [`No setting begins with '${unknown.join("' or '")}'.`])
  const wanted = all.filter(({ key }) => sections.length === 0 || sections.some((section) => key.startsWith(section)))
  if (json) printJson(wanted)
  else {
    const language = /^ja/.test(process.env['LC_ALL'] || process.env['LANG'] || '') ? 'ja' : 'en'
    printTable(
      ['SETTING', 'TYPE', 'LIMIT', 'DEFAULT', 'VALUE', 'MEANING'],
      wanted.map((setting) => [
        setting.key,
        setting.type,
        cell(setting.limit, 40),
        valueCell(setting.default, 30),
        valueCell(setting.value, 30),
        `${setting.notInUseYet ? '(not in use yet) ' : ''}${setting.label[language]}`,
      ]),
    )
  }
  return 0
}
