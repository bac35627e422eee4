/** Four eyes: what waits for a second administrator, and what he makes of it. */
import type { Place, ProposalRow } from '@fsigk/host'
import type { Command } from 'commander'
import { type CommonOptions, command, does } from '../command.js'
import type { ExitCode } from '../exit-code.js'
import { cell, printJson, printLine, printPairs } from '../print.js'
import { administer } from './administer.js'
import { actor, tellSaved } from './save.js'
import { valueCell } from './value-cell.js'

/** 1: none waits. */
export function proposalsCommand(): Command {
  const verb = command('proposals', 'list changes that wait for a second administrator (config.four_eyes)')
  return does(verb, async (place: Place, { json }: CommonOptions): Promise<ExitCode> => {
    await using administration = await administer(place)
    const rows = await administration.proposals({})
    if (json) printJson(rows)
    else for (const row of rows) print(row)
    return rows.length === 0 ? 1 : 0
  })
}

export function approveCommand(): Command {
  const verb = command('approve', 'make the change of another administrator a revision').argument(
    '<id>',
    'of proposals',
  )
  return does(verb, async (place: Place, options: CommonOptions, id: string): Promise<ExitCode> => {
    await using administration = await administer(place)
    return tellSaved(await administration.approve({ actor: actor(), id }), options)
  })
}

export function rejectCommand(): Command {
  const verb = command('reject', 'throw a change away that waits for approval').argument('<id>', 'of proposals')
  return does(verb, async (place: Place, { json }: CommonOptions, id: string): Promise<ExitCode> => {
    await using administration = await administer(place)
    const row = await administration.reject({ actor: actor(), id })
    if (json) printJson(row)
    else printLine(`Rejected ${row.id} of ${cell(row.actor, 32)}.`)
    return 0
  })
}

function print({ id, at, actor: who, comment, changes }: ProposalRow): void {
  printLine(`${id} ${cell(who, 32)} ${at} ${cell(comment ?? '', 200)}`.trimEnd())
  printPairs(
    changes.map(({ key, from, to }) => [key, `${valueCell(from)} -> ${valueCell(to)}`]),
    '  ',
  )
}
