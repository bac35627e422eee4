import { renderValue } from '@fsigk/config'
import type { Place } from '@fsigk/host'
import type { Command } from 'commander'
import { type CommonOptions, command, does } from '../command.js'
import type { ExitCode } from '../exit-code.js'
import { printJson, printLine } from '../print.js'
import { administer } from './administer.js'

interface GetOptions extends CommonOptions {
  readonly rev?: string
}

/** `fsigk config get KEY …`: the value alone for one key, `KEY=VALUE` for several. */
export function getCommand(): Command {
  const verb = command('get', 'print values of settings')
    .argument('<keys...>', 'section.name')
    .option('--rev <revision>', 'as of this revision')
  return does(verb, get)
}

async function get(place: Place, { json, rev }: GetOptions, keys: readonly string[]): Promise<ExitCode> {
  await using administration = await administer(place)
  const settings = await administration.list({ keys, revision: rev })
  if (json) printJson(settings.map(({ key, value }) => ({ key, value })))
  else
    for (const { key, value } of settings)
      printLine(keys.length === 1 ? renderValue(value) : `${key}=${renderValue(value)}`)
  return 0
}
