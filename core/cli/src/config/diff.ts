import type { Place } from '@fsigk/host'
import type { Command } from 'commander'
import { type CommonOptions, command, does } from '../command.js'
import type { ExitCode } from '../exit-code.js'
import { printJson } from '../print.js'
import { administer } from './administer.js'

/** `fsigk config diff A [B]`: what differs between two revisions, over all files; like diff, 0 is the same and 1 differs. */
export function diffCommand(): Command {
  const verb = command('diff', 'print what differs between two revisions')
    .argument('<from>', '12 or r12, -1 for one back, or a date')
    .argument('[to]', 'the newest unless told')
  return does(verb, diff)
}

async function diff(place: Place, { json }: CommonOptions, from: string, to?: string): Promise<ExitCode> {
  await using administration = await administer(place)
  const difference = await administration.diff({ from, to })
  if (json) printJson({ from, to: to ?? null, differs: difference !== '', diff: difference })
  else process.stdout.write(difference)
  return difference === '' ? 0 : 1
}
