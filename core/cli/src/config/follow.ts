import { setTimeout as delay } from 'node:timers/promises'
import type { HistoryEntry, RecordedFact } from '@fsigk/config'
import { type Administration, type News, openAdministration, type Place } from '@fsigk/host'
import { isFsigk } from '@fsigk/plugin-api'
import type { Command } from 'commander'
import { type CommonOptions, command, does } from '../command.js'
import type { ExitCode } from '../exit-code.js'
import { cell, printLine } from '../print.js'

const WAIT_MS = 20_000
/** Between looks at a home on which no gateway runs: it is not held meanwhile. */
const LOOK_MS = 500

/** What was told already. */
interface Known {
  readonly revision: number
  readonly fact: number
}

/** `fsigk config follow`: each revision and each fact as it comes, until it is interrupted. */
export function followCommand(): Command {
  return does(command('follow', 'print revisions and what the gateway did by itself, as they come'), follow)
}

async function follow(place: Place, { json }: CommonOptions): Promise<ExitCode> {
  let known: Known | undefined
  for (;;) {
    const news = await next(place, known)
    if (news === undefined) continue
    for (const line of linesOf(news, json === true)) printLine(line)
    known = { revision: news.revision, fact: news.fact }
  }
}

/**
 * A gateway that starts or stops meanwhile changes who is asked, and nothing is missed.
 * @returns undefined when it stopped before it answered
 */
async function next(place: Place, known: Known | undefined): Promise<News | undefined> {
  const before = performance.now()
  await using administration = await openAdministration(place)
  const news = await ask(administration, known).catch((error: unknown) => {
    if (!isFsigk(error, 'FSIGK_CONTROL_SOCKET')) throw error
    return undefined
  })
  await administration[Symbol.asyncDispose]()
  if (performance.now() - before < LOOK_MS) await delay(LOOK_MS)
  return news
}

async function ask(administration: Administration, known: Known | undefined): Promise<News> {
  const running = (await administration.status({})).state !== 'stopped'
  return await administration.follow({ ...known, waitMs: running && known !== undefined ? WAIT_MS : 0 })
}

function linesOf({ revisions, facts }: News, json: boolean): readonly string[] {
  const told = [...revisions.map((entry) => ({ at: entry.at, entry })), ...facts.map((fact) => ({ at: fact.at, fact }))]
  return told
    .sort((left, right) => Date.parse(left.at) - Date.parse(right.at))
    .map((one) => {
      if (json) return JSON.stringify('entry' in one ? one.entry : one.fact)
      return 'entry' in one ? lineOfRevision(one.entry) : lineOfFact(one.fact)
    })
}

function lineOfRevision({ revision, at, actor, origin, comment, changes, state }: HistoryEntry): string {
  const what = changes.map(({ key }) => key).join(' ')
  return `${at} r${revision} ${cell(actor, 32)} ${origin} ${state} ${cell(what, 100)} ${cell(comment ?? '', 200)}`.trimEnd()
}

function lineOfFact({ at, type, data }: RecordedFact): string {
  return `${at} ${type} ${cell(JSON.stringify(data), 300)}`
}
