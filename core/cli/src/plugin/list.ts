import { openAdministration, type Place } from '@fsigk/host'
import type { Command } from 'commander'
import { type CommonOptions, command, does } from '../command.js'
import type { ExitCode } from '../exit-code.js'
import { cell, printJson, printTable } from '../print.js'
import { pluginsHere } from './plugins-here.js'

/** `fsigk-plugin list`: every plugin that is there, at work or not. */
export function listCommand(): Command {
  return does(command('list', 'list all plugins, where they come from and how they do'), list)
}

async function list(place: Place, { json }: CommonOptions): Promise<ExitCode> {
  await using administration = await openAdministration(place)
  const plugins = await pluginsHere(place, administration)
  if (json) printJson(plugins)
  else
    printTable(
      ['PLUGIN', 'KIND', 'VERSION', 'ENABLED', 'STATE', 'ISOLATION', 'FROM', 'PROBLEM'],
      plugins.map(({ id, kind, version, enabled, state, isolation, from, problem }) => [
        id,
        kind ?? '-',
        version ?? '-',
        enabled ? 'yes' : 'no',
        state,
        isolation ?? '-',
        cell(from),
        cell(problem ?? '', 300),
      ]),
    )
  return 0
}
