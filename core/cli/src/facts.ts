/** `fsigk facts`: what happened that nobody wished. */
import { openAdministration, type Place } from '@fsigk/host'
import { type Command, InvalidArgumentError } from 'commander'
import { type CommonOptions, command, does } from './command.js'
import type { ExitCode } from './exit-code.js'
import { printJson, printTable } from './print.js'

export function factsCommand(): Command {
  const verb = command('facts', 'show what happened that nobody wished: plugins that failed or recovered, and the like')
  return does(verb.option('--limit <count>', 'so many at most', count, 20), facts)
}

async function facts(place: Place, { json, limit }: CommonOptions & { readonly limit: number }): Promise<ExitCode> {
  await using administration = await openAdministration(place)
  const newest = await administration.facts({ limit })
  if (json) printJson(newest.map(({ at, type, data }) => ({ at, type, data })))
  else
    printTable(
      ['WHEN', 'WHAT', 'MORE'],
      newest.map(({ at, type, data }) => [at, type, JSON.stringify(data)]),
    )
  return 0
}

function count(text: string): number {
  if (!/^([1-9]\d{0,2}|1000)$/.test(text)) throw new InvalidArgumentError('It must be a number from 1 to 1000.')
  return Number(text)
}
