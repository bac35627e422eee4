/** What `set`, `unset` and `rollback` share: their options, who wishes it, and how the outcome is told. */
import { userInfo } from 'node:os'
import type { SaveReport, UndoneReport } from '@fsigk/host'
import type { Command } from 'commander'
import type { CommonOptions } from '../command.js'
import { fail } from '../errors.js'
import type { ExitCode } from '../exit-code.js'
import { printJson, printLine, printPairs, printProblem } from '../print.js'
import { valueCell } from './value-cell.js'

export interface SaveOptions extends CommonOptions {
  readonly comment?: string
  readonly expect?: string
  readonly dryRun?: boolean
  readonly confirm?: string
  readonly guard?: string
  readonly from?: string
}

export function withSaveOptions(verb: Command): Command {
  return verb
    .option('--comment <text>', 'why, for the history')
    .option('--expect <revision>', 'change nothing when the settings are at another revision')
    .option('--dry-run', 'tell what would change, and change nothing')
    .option('--confirm <time>', "go back by itself unless 'fsigk config confirm' comes within 90s, 10m, 2h, …")
    .option(
      '--guard <conditions>',
      'go back at once when: listeners (a service did not come up), errors=5% or unscanned=5% (their share rose by so ' +
        'much against the hour before), own-address (you would not be let in any more); joined by commas',
    )
    .option('--from <address>', 'your address for own-address, else the one that ssh tells')
}

/** The parts of a request that come from the options and from whoever runs the command. */
export function saveRequest({ comment, expect, dryRun, confirm, guard, from }: SaveOptions) {
  return {
    actor: actor(),
    comment: comment && validText('--comment', comment),
    expected: expect,
    dryRun,
    confirm,
    guards: guard?.split(',').map((word) => (word.trim() === 'own-address' ? ownAddress(from) : word.trim())),
  }
}

/** @throws FSIGK_USAGE when nobody tells where the command was given */
function ownAddress(from: string | undefined): string {
  const address = from ?? process.env['SSH_CONNECTION']?.split(' ')[0]
  if (address === undefined || address === '')
    throw fail('FSIGK_USAGE', ['--guard own-address does not know your address. Give it by --from.'])
  return `own-address=${address}`
}

/**
 * The runtime puts U+FFFD in the place of bytes that are no UTF-8, which nobody means to save.
 * @throws FSIGK_USAGE
 */
export function validText(what: string, text: string): string {
  const at = text.indexOf('\uFFFD')
  if (at !== -1) throw fail('FSIGK_USAGE', [`${what} is not valid UTF-8 (character ${at + 1}). Convert it first.`])
  return text
}

/** Who gives the command: the user, or who became root by sudo. A user id need not have a name. */
export function actor(): string {
  const sudoer = process.getuid?.() === 0 ? process.env['SUDO_USER'] : undefined
  if (sudoer !== undefined && sudoer !== '') return sudoer
  try {
    return userInfo().username
  } catch {
    return `uid ${process.getuid?.()}`
  }
}

/** What was done to give up a revision. */
export function printUndone({ because, revision, changes }: UndoneReport): void {
  printLine(`Gone back (${because}); r${revision} restores:`)
  printPairs(
    changes.map(({ key, from, to }) => [key, `${valueCell(from)} -> ${valueCell(to)}`]),
    '  ',
  )
}

/** Tells what became of a save. A service that has not taken it is an error, though the save itself stands. */
export function tellSaved(report: SaveReport, { json, dryRun }: SaveOptions): ExitCode {
  if (json) printJson(report)
  else print(report, dryRun === true)
  if (report.undone !== undefined) return 2
  const behind = report.services.filter(({ applied }) => !applied)
  if (behind.length > 0) {
    const told = behind.map(
      ({ name, revision, because }) => `service ${name} is still on r${revision} because ${because}`,
    )
    printProblem(`r${report.revision} is saved, but ${told.join('; ')}`)
    return 2
  }
  const changes = report.changes.length > 0
  return dryRun === true ? (changes ? 1 : 0) : report.saved ? 0 : 1
}

function print(report: SaveReport, dryRun: boolean): void {
  const { revision, saved, changes, services, filesProblem, confirmUntil, undone, proposed } = report

  if (proposed !== undefined)
    printLine(
      `Nothing is saved yet: another administrator must approve ${proposed.keys.join(', ')}: fsigk config approve ${proposed.id}`,
    )
  else if (changes.length === 0) printLine(`Nothing to change: the settings of r${revision} are these.`)
  else if (dryRun) printLine(`Would change on r${revision}:`)
  else if (saved) printLine(services.length === 0 ? `r${revision} saved; no gateway runs here.` : `r${revision} saved.`)
  printPairs(
    changes.map(({ key, from, to }) =>
      key.startsWith('layout.')
        ? [key.slice('layout.'.length), 'comments and order']
        : [key, `${valueCell(from)} -> ${valueCell(to)}`],
    ),
    '  ',
  )
  for (const { name, applied, off } of services) if (applied && !off) printLine(`${name}: applied ${revision}`)
  if (filesProblem !== undefined) printLine(`The files of conf/ were not written: ${filesProblem}`)
  if (confirmUntil !== undefined)
    printLine(`Goes back by itself at ${confirmUntil} unless you confirm: fsigk config confirm`)
  if (undone !== undefined) printUndone(undone)
}
