import type { Place } from '@fsigk/host'
import { type Command, InvalidArgumentError } from 'commander'
import { type CommonOptions, command, does } from '../command.js'
import type { ExitCode } from '../exit-code.js'
import { cell, printJson, printTable } from '../print.js'
import { administer } from './administer.js'

interface HistoryOptions extends CommonOptions {
  readonly limit?: number
  readonly before?: number
  readonly since?: string
  readonly actor?: string
  readonly key?: string
  readonly all?: boolean
}

/** `fsigk config history`: who changed what, when and why; newest first. */
export function historyCommand(): Command {
  const verb = command('history', 'list revisions, newest first')
    .option('--limit <count>', 'so many at most', count)
    .option('--before <revision>', 'only revisions before this one', revision)
    .option('--since <time>', 'saved at or after this ISO date')
    .option('--actor <name>', 'saved by this user')
    .option('--key <key>', 'that changed this setting')
    .option('--all', 'also what the gateway did by itself')
  return does(verb, history)
}

async function history(place: Place, { json, home: _, ...request }: HistoryOptions): Promise<ExitCode> {
  await using administration = await administer(place)
  const entries = await administration.history(request)
  if (json) printJson(entries)
  else
    printTable(
      ['REVISION', 'TIME', 'ACTOR', 'ORIGIN', 'STATE', 'CHANGED', 'COMMENT'],
      entries.map(({ revision: number, at, actor, origin, comment, changes, state, approvedBy }) => [
        `r${number}`,
        at,
        cell(approvedBy === null ? actor : `${actor} + ${approvedBy}`, 40),
        origin,
        cell(state, 60),
        cell(changes.map(({ key }) => key).join(' '), 60) || '-',
        cell(comment ?? '', 200),
      ]),
    )
  return 0
}

function count(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('It must be a number from 1.')
  return Number(text)
}

function revision(text: string): number {
  const number = /^r?([1-9]\d{0,8})$/.exec(text)?.[1]
  if (number === undefined) throw new InvalidArgumentError('It must be a revision, like 12 or r12.')
  return Number(number)
}
