/** How a connection worker begins: scanners, then the protocol, then the service, and last it accepts. */
import { Acceptor, GatewayService, VerdictCache } from '@fsigk/gateway'
import type { Clock, Log } from '@fsigk/plugin-api'
import type { Assignment } from '../ipc/messages.js'
import { IsolatedPlugin } from '../isolation/isolated-plugin.js'
import { isolationLimits } from '../isolation/limits.js'
import type { FoundPlugin } from '../plugins/found-plugin.js'
import type { PluginDependencies } from '../plugins/plugin-container.js'
import { resolveSharedPackages } from '../plugins/resolve-hook.js'
import { RunningPlugin } from '../plugins/running-plugin.js'
import type { StructuredLog } from '../structured-log.js'
import { ScanTally } from './scan-tally.js'
import { type BeginScanner, ScannerLine } from './scanner-line.js'
import { StandingScanner } from './standing-scanner.js'
import type { SupervisorLink } from './supervisor-link.js'
import { Worker } from './worker.js'
import { WorkerBreakers } from './worker-breakers.js'

const clock: Clock = { now: () => new Date() }

/**
 * A scanner that does not start is down and keeps nobody else from starting; without its protocol there is no worker.
 * @throws what keeps the protocol or the service from starting
 */
export async function beginWorker(assignment: Assignment, link: SupervisorLink, log: StructuredLog): Promise<Worker> {
  const { snapshot, folders, protocol: found, service: name, deadlines } = assignment
  resolveSharedPackages([found.folder])
  // What began before something failed is stopped again.
  await using begun = new AsyncDisposableStack()
  const breakers = new WorkerBreakers(assignment.breakers)
  const line = new ScannerLine(scannersOf(assignment, breakers, link, log))
  begun.defer(() => line.stop())
  const prepared = await line.prepare(assignment.scanners, snapshot)
  prepared.commit(undefined)
  const needs = dependencies(found, assignment, log)
  const protocol = await RunningPlugin.start(found, 'protocol', snapshot.values[name] ?? {}, needs, deadlines)
  begun.defer(() => protocol.stop().catch(() => {}))
  const service = new GatewayService({
    name,
    protocol: protocol.role,
    scanners: line.scanners,
    snapshot,
    folders,
    identity: { version: assignment.version, hostName: assignment.hostName, worker: assignment.worker },
    log,
    forward: link.lines.forward,
    shared: link.shared,
    wantedLogs: assignment.wantedLogs,
    verdicts: new VerdictCache(link.verdicts),
    noticeKey: Buffer.from(assignment.noticeKey, 'hex'),
  })
  const acceptor = new Acceptor({
    fd: assignment.listeningFd,
    slots: link.slots,
    backlog: assignment.backlog,
    countedFor: (socket) => service.countedFor(socket),
    turnAway: (socket) => service.turnAway(socket),
    onConnection: (socket, slot) => service.converse(socket, slot),
    onError: (error) => {
      log.error('accepting', { error })
      service.logs.error({ port: assignment.port }, error.message)
    },
  })
  await acceptor.start()
  begun.move()
  return new Worker({ line, protocol, breakers, service, acceptor, log }, snapshot)
}

/** How a scanner of this worker begins: it stands in its place from then on. */
function scannersOf(
  assignment: Assignment,
  breakers: WorkerBreakers,
  link: SupervisorLink,
  log: StructuredLog,
): BeginScanner {
  return (assigned, snapshot) => {
    const { id } = assigned
    const onChange = (because: string | undefined) => link.send({ is: 'plugin', id, because })
    const watch = new ScanTally(id, (message) => link.send(message))
    const breaker = () => breakers.of(id)
    const common = { id, log: pluginLog(id, log), onChange, watch, breaker }
    if ('missing' in assigned) {
      onChange(assigned.missing)
      return new StandingScanner({ ...common, found: undefined, section: undefined, start: undefined })
    }
    const { found } = assigned
    return new StandingScanner({
      ...common,
      found,
      section: found.section,
      start: (settings, onDown) => {
        const { deadlines, folders } = assignment
        if (found.isolation === 'inline') {
          resolveSharedPackages([found.folder])
          return RunningPlugin.start(found, 'scanner', settings, dependencies(found, assignment, log), deadlines)
        }
        return IsolatedPlugin.start(found, 'scanner', settings, {
          isolation: found.isolation,
          log: common.log,
          databases: folders.databases,
          logs: folders.logs,
          spool: folders.tmp,
          deadlines,
          limits: isolationLimits(snapshot),
          onDown,
          onEnd: (because) => watch.ended(because),
        })
      },
    })
  }
}

function dependencies({ id, folder }: FoundPlugin, { folders }: Assignment, log: StructuredLog): PluginDependencies {
  return {
    log: pluginLog(id, log),
    clock,
    folders: { package: folder, databases: folders.databases, logs: folders.logs, spool: folders.tmp },
  }
}

function pluginLog(plugin: string, log: StructuredLog): Log {
  return log.of({ plugin })
}
