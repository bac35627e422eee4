/** `fsigk drill`: what clients would meet when something cannot be scanned, by real transfers that harm nobody's. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type DrillAnswer, type DrillCause, drill, drillCauses, openAdministration, type Place } from '@fsigk/host'
import { type Command, InvalidArgumentError } from 'commander'
import { type CommonOptions, command, does } from './command.js'
import { fail } from './errors.js'
import type { ExitCode } from './exit-code.js'
import { cell, printJson, printLine, printPairs, printTable } from './print.js'

export function drillCommand(): Command {
  const verb = command('drill', 'show what clients would meet when something cannot be scanned')
    .argument('[cause]', "which, or 'all'; without one, they are listed")
    .option('--set <key=value>', 'as if this were set too; may be repeated', collect, [])
  return does(verb, async (place: Place, options: DrillOptions, name: string | undefined) => {
    if (name === undefined) return await list(place, options)
    return await hold(place, options, named(name))
  })
}

interface DrillOptions extends CommonOptions {
  readonly set: readonly (readonly [key: string, value: string])[]
}

function collect(text: string, before: readonly (readonly [string, string])[]): readonly (readonly [string, string])[] {
  const at = text.indexOf('=')
  if (at < 1) throw new InvalidArgumentError('Write KEY=VALUE.')
  return [...before, [text.slice(0, at), text.slice(at + 1)]]
}

/** Words that complete `fsigk drill`. */
export const drillWords: readonly string[] = [...drillCauses.map(({ name }) => name), 'all']

/** @throws FSIGK_USAGE */
function named(name: string): readonly DrillCause[] {
  const found = name === 'all' ? drillCauses : drillCauses.filter((cause) => cause.name === name)
  if (found.length === 0)
    throw fail('FSIGK_USAGE', [`There is no cause '${name}'; there are ${drillWords.join(', ')}.`])
  return found
}

async function list(_place: Place, { json }: CommonOptions): Promise<ExitCode> {
  if (json) printJson(drillCauses.map(({ name, says, decidedBy }) => ({ cause: name, says, decidedBy })))
  else
    printTable(
      ['CAUSE', 'DECIDED BY', 'WHEN'],
      drillCauses.map(({ name, says, decidedBy }) => [name, decidedBy, says]),
    )
  return 0
}

/** 0: nothing gets through unscanned but what the default settings let through; 1: something does. */
async function hold(place: Place, { json, set }: DrillOptions, causes: readonly DrillCause[]): Promise<ExitCode> {
  const home = mkdtempSync(join(tmpdir(), 'fsigk-drill-'))
  const remove = () => rmSync(home, { recursive: true, force: true })
  process.on('exit', remove)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(2))
  try {
    const settings = await settingsOf(place)
    const answers = await drill({ ...place, home }, settings, causes, new Map(set))
    if (json) printJson(answers)
    else for (const answer of answers) print(answer)
    return answers.some(({ open }) => open) ? 1 : 0
  } finally {
    remove()
    process.off('exit', remove)
  }
}

async function settingsOf(place: Place) {
  await using administration = await openAdministration(place)
  return await administration.list({})
}

function print({
  service,
  cause,
  meets,
  fields,
  body,
  delivered,
  result,
  name,
  action,
  details,
  ...rest
}: DrillAnswer) {
  printLine(`${service} ${cause}${rest.open ? ': LETS THROUGH WHAT THE DEFAULT REFUSES' : ''}`)
  printPairs(
    [
      ['decided by', rest.decidedBy.join(', ')],
      ['the client meets', [meets, ...Object.entries(fields).map(([field, value]) => `${field}: ${value}`)].join('; ')],
      [
        service === 'smtp' ? 'recipients read' : 'and reads',
        delivered ? 'the body' : cell(titleOf(body), 100) || 'nothing',
      ],
      ['the log says', [result, name, action, ...details].filter((word) => word !== '').join(' ') || '-'],
      ['its line', cell(rest.line, 1_000) || '-'],
    ],
    '  ',
  )
}

/** Of a page of ours. */
function titleOf(page: string): string {
  return /<title>([^<]*)<\/title>/i.exec(page)?.[1] ?? page.replaceAll(/<[^>]*>|\s+/g, ' ').trim()
}
