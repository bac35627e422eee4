import type { Place } from '@fsigk/host'
import type { Command } from 'commander'
import { type CommonOptions, command, does } from '../command.js'
import type { ExitCode } from '../exit-code.js'
import { printJson, printLine, printPairs, printProblem } from '../print.js'
import { administer } from './administer.js'
import { readChange } from './set.js'
import { valueCell } from './value-cell.js'

/** `fsigk config check [KEY=VALUE …]`: whether these would be taken, or whether all that is set is in force. */
export function checkCommand(): Command {
  const verb = command('check', 'tell whether settings would be taken, and save nothing').argument(
    '[settings...]',
    'KEY=VALUE; without them, what is set now is checked',
  )
  return does(verb, check)
}

/** 0: all is well. 2: a value is refused, or set and not in force. */
async function check(place: Place, { json }: CommonOptions, settings: readonly string[]): Promise<ExitCode> {
  await using administration = await administer(place)
  const report = await administration.check(settings.length === 0 ? {} : { changes: settings.map(readChange) })
  const { revision, changes, ignored, filesProblem } = report
  for (const { key, rule } of ignored) printProblem(`${key} is set but not in force, since it ${rule}`)
  if (filesProblem !== null) printProblem(`the files of conf/ were not written: ${filesProblem}`)
  const well = ignored.length === 0 && filesProblem === null
  if (json) printJson(report)
  else if (well) printLine(settings.length === 0 ? `r${revision} is in order.` : 'These would be taken.')
  if (!json)
    printPairs(
      changes.map(({ key, from, to }) => [key, `${valueCell(from)} -> ${valueCell(to)}`]),
      '  ',
    )
  return well ? 0 : 2
}
