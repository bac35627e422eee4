import type { Place } from '@fsigk/host'
import type { Command } from 'commander'
import { type CommonOptions, command, does } from '../command.js'
import type { ExitCode } from '../exit-code.js'
import { cell, printJson, printTable } from '../print.js'
import { administer } from './administer.js'
import { valueCell } from './value-cell.js'

/** `fsigk config blame [KEY …]`: who gave each setting the value that it has, when and why. */
export function blameCommand(): Command {
  const verb = command('blame', 'tell who gave settings the values that they have').argument(
    '[keys...]',
    'section.name; all that were ever changed unless told',
  )
  return does(verb, blame)
}

/** 1: nobody ever changed them. */
async function blame(place: Place, { json }: CommonOptions, keys: readonly string[]): Promise<ExitCode> {
  await using administration = await administer(place)
  const rows = await administration.blame(keys.length === 0 ? {} : { keys })
  if (json) printJson(rows)
  else
    printTable(
      ['SETTING', 'VALUE', 'REVISION', 'TIME', 'ACTOR', 'ORIGIN', 'COMMENT'],
      rows.map(({ key, value, revision, at, actor, origin, comment }) => [
        key,
        value === null ? '(default)' : valueCell(value, 40),
        `r${revision}`,
        at,
        cell(actor, 32),
        origin,
        cell(comment ?? '', 200),
      ]),
    )
  return rows.length === 0 ? 1 : 0
}
