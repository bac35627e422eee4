/** How a connection worker begins: scanners, then the protocol, then the service, and last it accepts. */
import { Acceptor, GatewayService } from '@fsigk/gateway'
import type { Clock, Log } from '@fsigk/plugin-api'
import type { AssignedScanner, Assignment } from '../ipc/messages.js'
import { IsolatedPlugin } from '../isolation/isolated-plugin.js'
import { isolationLimits } from '../isolation/limits.js'
import type { FoundPlugin } from '../plugins/found-plugin.js'
import type { PluginDependencies } from '../plugins/plugin-container.js'
import { resolveSharedPackages } from '../plugins/resolve-hook.js'
import { RunningPlugin } from '../plugins/running-plugin.js'
import type { StructuredLog } from '../structured-log.js'
import { StandingScanner } from './standing-scanner.js'
import type { SupervisorLink } from './supervisor-link.js'
import { Worker, type WorkerPlugin } from './worker.js'

const clock: Clock = { now: () => new Date() }

/**
 * A scanner that does not start is down and keeps nobody else from starting; without its protocol there is no worker.
 * @throws what keeps the protocol or the service from starting
 */
export async function beginWorker(assignment: Assignment, link: SupervisorLink, log: StructuredLog): Promise<Worker> {
  const { snapshot, folders, protocol: found, service: name, deadlines } = assignment
  resolveSharedPackages(pluginFolders(assignment))
  // What began before something failed is stopped again.
  await using begun = new AsyncDisposableStack()
  const scanners = assignment.scanners.map((assigned) => standingScanner(assigned, assignment, link, log))
  begun.defer(() => stopAll(scanners))
  await Promise.all(scanners.map((scanner) => scanner.start(snapshot.values[scanner.section] ?? {})))
  const needs = dependencies(found, assignment, log)
  const protocol = await RunningPlugin.start(found, 'protocol', snapshot.values[name] ?? {}, needs, deadlines)
  begun.defer(() => stopAll([protocol]))
  const service = new GatewayService({
    name,
    protocol: protocol.role,
    scanners,
    snapshot,
    folders,
    identity: { version: assignment.version, hostName: assignment.hostName, worker: assignment.worker },
    log,
    forward: link.lines.forward,
    wantedLogs: assignment.wantedLogs,
  })
  const acceptor = new Acceptor({
    fd: assignment.listeningFd,
    slots: link.slots,
    backlog: assignment.backlog,
    onConnection: (socket, slot) => service.converse(socket, slot),
    onError: (error) => {
      log.error('accepting', { error })
      service.logs.error({ port: assignment.port }, error.message)
    },
  })
  await acceptor.start()
  begun.move()
  return new Worker([...scanners, protocol], service, acceptor, log, snapshot)
}

async function stopAll(plugins: readonly WorkerPlugin[]): Promise<void> {
  await Promise.allSettled(plugins.map((plugin) => plugin.stop()))
}

function pluginFolders({ protocol, scanners }: Assignment): readonly string[] {
  return [protocol.folder, ...scanners.flatMap((scanner) => ('found' in scanner ? scanner.found.folder : []))]
}

function standingScanner(
  assigned: AssignedScanner,
  assignment: Assignment,
  link: SupervisorLink,
  log: StructuredLog,
): StandingScanner {
  const { id } = assigned
  const onChange = (because: string | undefined) => link.send({ is: 'plugin', id, because })
  if ('missing' in assigned) {
    onChange(assigned.missing)
    return new StandingScanner({ id, section: undefined, log: pluginLog(id, log), start: undefined, onChange })
  }
  const { found } = assigned
  const needs = dependencies(found, assignment, log)
  return new StandingScanner({
    id,
    section: found.section,
    log: needs.log,
    start: async (settings) => {
      const { isolation } = found
      const { deadlines, folders } = assignment
      if (isolation === 'inline') return await RunningPlugin.start(found, 'scanner', settings, needs, deadlines)
      const { databases, logs } = folders
      const limits = isolationLimits(assignment.snapshot)
      const options = { isolation, log: needs.log, databases, logs, deadlines, limits, onDown: onChange }
      return await IsolatedPlugin.start(found, 'scanner', settings, options)
    },
    onChange,
  })
}

function dependencies({ id, folder }: FoundPlugin, { folders }: Assignment, log: StructuredLog): PluginDependencies {
  return {
    log: pluginLog(id, log),
    clock,
    folders: { package: folder, databases: folders.databases, logs: folders.logs },
  }
}

function pluginLog(plugin: string, log: StructuredLog): Log {
  return log.of({ plugin })
}
