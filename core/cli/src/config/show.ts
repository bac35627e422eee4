import type { Place } from '@fsigk/host'
import type { Command } from 'commander'
import { type CommonOptions, command, does } from '../command.js'
import type { ExitCode } from '../exit-code.js'
import { printJson, printLine } from '../print.js'
import { administer } from './administer.js'

interface ShowOptions extends CommonOptions {
  readonly rev?: string
  readonly file?: string
}

/** `fsigk config show`: the files of conf/ as of any revision. */
export function showCommand(): Command {
  const verb = command('show', 'print the settings as files, as of any revision')
    .option('--rev <revision>', '12 or r12, -1 for one back, or a date; else the newest')
    .option('--file <name>', 'this file alone: fsigk.ini, hosts.allow, template_http.html, …')
  return does(verb, show)
}

async function show(place: Place, { json, rev, file }: ShowOptions): Promise<ExitCode> {
  await using administration = await administer(place)
  const files = await administration.show({ revision: rev, file })
  if (json) printJson(files)
  else if (file !== undefined) process.stdout.write(files[file] ?? '')
  else
    for (const [name, text] of Object.entries(files)) {
      printLine(`==> ${name} <==`)
      printLine(text)
    }
  return 0
}
