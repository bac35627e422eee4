import type { Place } from '@fsigk/host'
import type { Command } from 'commander'
import { type CommonOptions, command, does } from '../command.js'
import type { ExitCode } from '../exit-code.js'
import { printJson, printLine, printPairs } from '../print.js'
import { administer } from './administer.js'

/** `fsigk config status`: the newest revision, what is in force where, and who waits for what. */
export function configStatusCommand(): Command {
  return does(command('status', 'tell which revision is in force, and what waits'), status)
}

async function status(place: Place, { json }: CommonOptions): Promise<ExitCode> {
  await using administration = await administer(place)
  const told = await administration.configStatus({})
  if (json) {
    printJson(told)
    return 0
  }
  const { revision, edits, services, filesProblem } = told
  printLine(services.length === 0 ? `r${revision}; no gateway runs here.` : `r${revision}`)
  printPairs(
    services.map(({ name, state, revision: applied }) => [name, state === 'running' ? `applied ${applied}` : state]),
    '  ',
  )
  for (const { actor, base, keys } of edits) printLine(`${actor} has a working copy since r${base}: ${keys.join(' ')}`)
  if (filesProblem !== null) printLine(`The files of conf/ were not written: ${filesProblem}`)
  return 0
}
