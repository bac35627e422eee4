import { type Place, type StoreReport, verifyStore } from '@fsigk/host'
import type { Command } from 'commander'
import { type CommonOptions, command, does } from '../command.js'
import type { ExitCode } from '../exit-code.js'
import { printJson, printLine } from '../print.js'

/** `fsigk config verify`: whether every event of the history is as it was stored, and all are there. 1: damaged. */
export function verifyCommand(): Command {
  return does(command('verify', 'check all of the history; 0 whole, 1 damaged'), verify)
}

async function verify(place: Place, { json }: CommonOptions): Promise<ExitCode> {
  const report = await verifyStore(place)
  if (json) printJson(report)
  else if (report.whole) printLine(`${report.revisions} revisions, chain whole`)
  else {
    printDamages(report)
    printLine("'fsigk config repair' goes back to the last good revision and keeps what it cuts away.")
  }
  return report.whole ? 0 : 1
}

/** What is wrong, a line each, and how far the settings are whole. */
export function printDamages({ file, revisions, once, damages, fileProblem, headProblem }: StoreReport): void {
  printLine(`The history in '${file}' is damaged:`)
  if (fileProblem !== undefined) printLine(`  ${fileProblem}`)
  if (headProblem !== undefined) printLine(`  ${headProblem}`)
  for (const { stream, at, reason, readable = 0 } of damages) {
    const place = stream === 'settings' ? `r${at}` : `stream ${stream}, event ${at}`
    const beyond = readable > 0 ? ` (${readable} from there on can still be read)` : ''
    printLine(`  ${place}: ${reason}${beyond}`)
  }
  printLine(
    `${revisions === 0 ? 'No revision is' : `Revisions 1 to ${revisions} are`} whole${once > revisions ? `, of ${once}` : ''}.`,
  )
}
