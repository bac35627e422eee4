/** `fsigk status`: whether a gateway runs on the home, where it listens, and whether the newest settings are in force. */
import { type GatewayStatus, type Place, readStatus, type ServiceStatus } from '@fsigk/host'
import type { Command } from 'commander'
import { type CommonOptions, command, does } from './command.js'
import type { ExitCode } from './exit-code.js'
import { cell, printJson, printLine, printTable } from './print.js'

export function statusCommand(): Command {
  return does(command('status', 'show what runs, where it listens, and which settings are in force'), status)
}

/** 0: it runs, the newest settings are in force everywhere, and what is to be scanned can be. */
async function status(place: Place, { json }: CommonOptions): Promise<ExitCode> {
  const found = await readStatus(place)
  if (json) printJson(found)
  else if (found.state === 'stopped') printLine(`fsigk ${found.version} is not running on ${found.home}`)
  else print(found)
  const asWanted =
    found.state === 'running' &&
    found.services.every(({ because }) => because === undefined) &&
    (found.logOutputs ?? []).every(({ state }) => state === 'running') &&
    (found.outages ?? []).length === 0
  return asWanted && found.filesProblem === undefined ? 0 : 1
}

function print({
  state,
  version,
  home,
  pid,
  startedAt,
  revision,
  services,
  plugins,
  logOutputs = [],
  outages = [],
  verdictCache,
  filesProblem,
  editedFiles,
}: GatewayStatus): void {
  printLine(`fsigk ${version} is ${state} on ${home}: process ${pid}, since ${startedAt}, settings r${revision}`)
  printLine()
  printTable(
    ['SERVICE', 'STATE', 'LISTENS ON', 'CONNECTIONS', 'WORKERS', 'SETTINGS'],
    services.map((service) => [
      service.name,
      service.state,
      whereItListens(service) || '-',
      `${service.connections} of ${service.limit}`,
      service.workers.map(({ pid: worker }) => worker).join(' ') || '-',
      settingsInForce(service),
    ]),
  )
  printLine()
  printTable(
    ['PLUGIN', 'KIND', 'VERSION', 'RUNS', 'STATE', 'FAILED', 'PROBLEM'],
    plugins.map(({ id, kind, version: own, isolation, state: at, calls, failures, problem }) => [
      id,
      kind ?? '-',
      own ?? '-',
      isolation ?? '-',
      at,
      calls === undefined ? '-' : `${failures} of ${calls}`,
      problem ?? '',
    ]),
  )
  printLogOutputs(logOutputs)
  printOutages(outages)
  printVerdictCache(verdictCache)
  if (filesProblem !== undefined) printLine(`\nThe files of conf/ are not those of r${revision}: ${filesProblem}`)
  printEditedFiles(editedFiles)
}

/** Commands and sinks of the logs; nothing is printed when there are none. */
function printLogOutputs(outputs: NonNullable<GatewayStatus['logOutputs']>): void {
  if (outputs.length === 0) return
  printLine()
  printTable(
    ['LOG OUTPUT', 'KIND', 'STATE', 'PROCESS', 'LEFT OUT', 'PROBLEM'],
    outputs.map(({ output, kind, state, pid, lostLines, because }) => [
      output,
      kind,
      state,
      `${pid ?? '-'}`,
      `${lostLines}`,
      because ?? '',
    ]),
  )
}

/** Nothing is printed while everything can be scanned. */
function printOutages(outages: NonNullable<GatewayStatus['outages']>): void {
  if (outages.length === 0) return
  printLine()
  printTable(
    ['OUT OF SERVICE', 'SINCE', 'REFUSED', 'PASSED UNSCANNED', 'BECAUSE'],
    outages.map(({ what, since, refused, passed, because }) => [
      what,
      since,
      `${refused}`,
      `${passed}`,
      cell(because, 200),
    ]),
  )
}

/** Nothing is printed when verdicts are not remembered, or were not wanted yet. */
function printVerdictCache(cache: GatewayStatus['verdictCache']): void {
  if (cache === undefined || cache.hits + cache.waits + cache.misses === 0) return
  const { hits, waits, misses, entries, bytes, limitBytes } = cache
  printLine()
  printTable(
    ['VERDICTS REMEMBERED', 'BYTES', 'HITS', 'WAITS', 'MISSES'],
    [[`${entries}`, `${bytes} of ${limitBytes}`, `${hits}`, `${waits}`, `${misses}`]],
  )
}

/** What somebody wrote into the files of conf/ is not lost, and not in force either. */
export function printEditedFiles(files: GatewayStatus['editedFiles']): void {
  for (const { name, because } of files ?? [])
    printLine(`conf/${name} was edited by hand and is not in force: ${because}. See 'fsigk config drift'.`)
}

/** `127.0.0.1:9080`, `[::]:9080`; `''` while it does not listen. */
export function whereItListens({ address, port, interface: name }: ServiceStatus): string {
  if (port === 0) return ''
  const host = address.includes(':') ? `[${address}]` : address
  return `${host}${name === undefined ? '' : `%${name}`}:${port}`
}

/** `applied 3`, `still on 2 because …` */
export function settingsInForce({ revision, because, state }: ServiceStatus): string {
  if (because === undefined) return `applied ${revision}`
  return state === 'running' ? `still on ${revision} because ${because}` : because
}
