import { type Place, type RepairReport, repairStore } from '@fsigk/host'
import type { Command } from 'commander'
import { type CommonOptions, command, does } from '../command.js'
import type { ExitCode } from '../exit-code.js'
import { printJson, printLine } from '../print.js'
import { actor } from './save.js'
import { printDamages } from './verify.js'

interface RepairOptions extends CommonOptions {
  readonly dryRun?: boolean
}

/** `fsigk config repair`: back to the last good revision of a damaged history. 1: it is whole, there was nothing to do. */
export function repairCommand(): Command {
  const verb = command('repair', 'go back to the last good revision of a damaged history').option(
    '--dry-run',
    'tell what would be done, and do nothing',
  )
  return does(verb, repair)
}

/** With `--dry-run`, 1 means that there is something to repair. */
async function repair(place: Place, { json, dryRun = false }: RepairOptions): Promise<ExitCode> {
  const report = await repairStore(place, { actor: actor(), dryRun })
  if (json) printJson(report)
  else print(report, dryRun)
  return report.found.whole === dryRun ? 0 : 1
}

function print({ found, repaired, folder, kept, cut }: RepairReport, dryRun: boolean): void {
  if (found.whole) {
    printLine(`Nothing to repair: ${found.revisions} revisions, chain whole`)
    return
  }
  printDamages(found)
  const { revisions, once } = found
  const lost = once > revisions ? `r${revisions + 1}${once > revisions + 1 ? ` to r${once}` : ''}` : 'no revision'
  const back = revisions === 0 ? 'the defaults' : `r${revisions}`
  if (dryRun) printLine(`A repair would go back to ${back}; ${lost} would be lost.`)
  if (!repaired) return
  printLine(`Repaired: the settings are those of ${back}; ${lost} ${once > revisions + 1 ? 'are' : 'is'} lost.`)
  printLine(`Kept in ${folder}:`)
  for (const name of kept) printLine(`  ${name}`)
  if (cut !== null) printLine(`  ${cut} (the events that were cut away, as far as they can be read)`)
}
