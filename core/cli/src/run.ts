/** `fsigk run`: runs the gateway in the foreground until a signal or `fsigk stop` ends it. */
import { type GatewayStatus, homeAt, type Place, type RunningGateway, startGateway } from '@fsigk/host'
import type { Command } from 'commander'
import { type CommonOptions, command, does } from './command.js'
import { bytesOf } from './config/import.js'
import { actor } from './config/save.js'
import type { ExitCode } from './exit-code.js'
import { printJson, printLine, printPairs } from './print.js'
import { printEditedFiles, whereItListens } from './status.js'

export function runCommand(): Command {
  const verb = command('run', 'run the gateway in the foreground').option(
    '-f, --file <inifile>',
    'take the settings of this fsigk.ini first, as a revision of its own',
  )
  return does(verb, run)
}

async function run(place: Place, { json, file }: RunOptions): Promise<ExitCode> {
  // A rotation of logs that comes too early is over before there is anything to reopen.
  for (const signal of ['SIGHUP', 'SIGUSR2'] as const) process.on(signal, () => {})
  const gateway = await startGateway({ ...place, ...(file !== undefined && { importFirst: await iniFile(file) }) })
  obeySignals(gateway)
  if (json) printJson(gateway.status())
  else printWhereThingsAre(gateway.status())
  await gateway.ended
  if (!json) printLine('stopped')
  return 0
}

interface RunOptions extends CommonOptions {
  readonly file?: string
}

/** Guide 8.2: the file is the source of the settings. */
async function iniFile(path: string) {
  return { as: 'fsigk.ini', content: await bytesOf(path), actor: actor() }
}

function obeySignals(gateway: RunningGateway): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void gateway.stop(signal))
  process.on('SIGHUP', () => void gateway.reread())
  process.on('SIGUSR2', () => gateway.holdLogs())
}

function printWhereThingsAre(status: GatewayStatus): void {
  const home = homeAt(status.home)
  printLine(`fsigk ${status.version}, settings r${status.revision}`)
  printPairs(
    [
      ...status.services.map((service): [string, string] => [service.name, whatServiceDoes(service)]),
      ['settings', `${home.conf} (written from the history; change them by 'fsigk config set')`],
      ['history', home.storeFile],
      ['logs', `${home.logs} (one folder a service, and fsigk.log)`],
      ['quarantine', home.quarantine],
      ['spool', home.tmp],
      ['definitions', home.databases],
      ['plugins', home.plugins],
    ],
    '  ',
  )
  for (const { id, state, folder, problem } of status.plugins)
    if (problem !== undefined)
      printLine(`plugin ${id} (${folder || 'not found'}) is ${state === 'left-out' ? 'left out' : state}: ${problem}`)
  if (status.filesProblem !== undefined) printLine(`the settings' files were not written: ${status.filesProblem}`)
  printEditedFiles(status.editedFiles)
  printLine("ready; stop it by Ctrl-C or 'fsigk stop'")
}

function whatServiceDoes(service: GatewayStatus['services'][number]): string {
  switch (service.state) {
    case 'running': {
      const workers = service.workers.length === 1 ? '1 worker' : `${service.workers.length} workers`
      return `listens on ${whereItListens(service)} (${workers}, up to ${service.limit} connections)`
    }
    case 'refused':
      return `does not run: ${service.because}`
    case 'off':
      return `is off (${service.name}.${service.name}_service=no)`
  }
}
