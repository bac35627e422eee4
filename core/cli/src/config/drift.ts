import { type DriftedFile, openAdministration, type Place } from '@fsigk/host'
import type { Command } from 'commander'
import { type CommonOptions, command, does } from '../command.js'
import type { ExitCode } from '../exit-code.js'
import { printJson, printLine, printPairs } from '../print.js'
import { valueCell } from './value-cell.js'

/** `fsigk config drift`: what somebody wrote into the files of conf/ that is not in force; 0 nothing, 1 something. */
export function driftCommand(): Command {
  return does(command('drift', 'show what was edited in the files of conf/ and is not in force'), drift)
}

async function drift(place: Place, { json }: CommonOptions): Promise<ExitCode> {
  await using administration = await openAdministration(place)
  const files = await administration.drift({})
  if (json) printJson(files)
  else if (files.length === 0) printLine('No file of conf/ differs from the settings.')
  else for (const file of files) printDrift(file)
  return files.length === 0 ? 0 : 1
}

function printDrift({ file, owner, because, diff, changes, unknown }: DriftedFile): void {
  process.stdout.write(visible(diff))
  printLine(
    `conf/${file}, edited${owner === null ? '' : ` by ${owner}`}${changes.length === 0 ? '' : ', would change'}:`,
  )
  printPairs(
    changes.map(({ key, from, to }) => [key, `${valueCell(from)} -> ${valueCell(to)}`]),
    '  ',
  )
  for (const { line, name } of unknown) printLine(`  line ${line}: ${name} is no setting; it stays and has no effect`)
  printLine(
    because === null
      ? "  'fsigk config import' takes it in, 'fsigk config restore' puts it back"
      : `  not taken in: ${because}`,
  )
}

/** Whatever a file holds, it draws nothing on the terminal. */
function visible(text: string): string {
  return text.replaceAll(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/g, '?')
}
