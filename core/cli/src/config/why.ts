import type { DecidingSetting, Place, Why } from '@fsigk/host'
import type { Command } from 'commander'
import { type CommonOptions, command, does } from '../command.js'
import type { ExitCode } from '../exit-code.js'
import { cell, oneLine, printJson, printLine, printTable } from '../print.js'
import { administer } from './administer.js'
import { actor } from './save.js'
import { valueCell } from './value-cell.js'

interface WhyOptions extends CommonOptions {
  readonly at?: string
}

/** `fsigk config why ID|LOGLINE`: what led to a detection, refusal or error: the facts, and the settings that decided. */
export function whyCommand(): Command {
  const verb = command('why', 'tell what led to a detection, a refusal or an error')
    .argument('<line...>', 'the id at the end of a line of a log, or the whole line')
    .option('--at <revision>', "also what the same would meet at this revision, or under your working copy: 'working'")
  return does(verb, why)
}

/** 1: it would be another outcome at the revision that was asked for. */
async function why(place: Place, { json, at }: WhyOptions, words: readonly string[]): Promise<ExitCode> {
  await using administration = await administer(place)
  const told = await administration.why({ actor: actor(), text: words.join(' '), at })
  if (json) printJson(told)
  else for (const one of told) print(one)
  return told.some(({ otherwise }) => otherwise?.differs) ? 1 : 0
}

function print({ facts, outcome, settings, otherwise }: Why): void {
  const { id, revision, at, service, method, url, peer, status } = facts
  printLine(`${id} at ${at}, under r${revision}`)
  printLine(`  ${service} ${cell(`${method} ${url}`, 200)} from ${cell(peer.name ?? peer.address)}, answered ${status}`)
  for (const line of factsOf(facts)) printLine(`  ${line}`)
  printLine(`  ${outcome}`)
  if (settings.length > 0) printTable(['SETTING', 'VALUE', 'SET BY'], settings.map(row))
  if (otherwise !== undefined) {
    const where = otherwise.at === 'working' ? 'Under your working copy' : `Under ${otherwise.at}`
    printLine(`${where}: ${otherwise.differs ? otherwise.outcome : `the same, ${otherwise.outcome}`}`)
  }
}

function factsOf(facts: Why['facts']): readonly string[] {
  switch (facts.is) {
    case 'source-denied':
      return ['the client may not come in']
    case 'target-denied':
      return [
        `${cell(facts.host)}:${facts.port}${facts.address === '' ? '' : ` (${facts.address})`} may not be reached`,
      ]
    case 'error':
      return [oneLine(facts.error)]
    case 'judged':
      return [
        ...facts.findings.map(({ threat, category }) => `found: ${cell(threat, 200)} (${category})`),
        ...facts.unscanned.map(({ because, detail = '' }) => {
          const why = detail === '' ? '' : ` (${cell(detail, 200)})`
          return `not scanned: ${because}${why}`
        }),
        ...facts.scanners.map(({ id, definitions }) => `asked: ${id} ${cell(definitions, 200)}`.trimEnd()),
      ]
  }
}

function row({ key, value, by }: DecidingSetting): readonly string[] {
  if (by === null) return [key, valueCell(value, 40), 'nobody (default)']
  const { revision, actor: who, at, origin, comment } = by
  return [
    key,
    valueCell(value, 40),
    `r${revision} ${cell(who, 32)} ${origin} ${at} ${cell(comment ?? '', 200)}`.trimEnd(),
  ]
}
