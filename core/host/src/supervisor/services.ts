/** The services of a gateway: one for each protocol plugin that was found. */
import { availableParallelism, hostname } from 'node:os'
import { join } from 'node:path'
import type { SettingsSnapshot } from '@fsigk/config'
import { logRoutesOf, removeLeftovers, removeOldDecisions, ServiceLogs, verdictCacheLimits } from '@fsigk/gateway'
import { createFolder } from '../home.js'
import type { BreakerStates } from '../ipc/messages.js'
import type { FoundPlugin } from '../plugins/found-plugin.js'
import { SharedStateTable } from '../shared-state/shared-state-table.js'
import { ServiceGroup } from './service-group.js'
import { ServiceJournal } from './service-journal.js'
import { planOf } from './service-plan.js'
import type { ServiceResources } from './service-resources.js'
import type { VerdictCacheStatus } from './service-status.js'
import { VerdictTotals } from './verdict-counts.js'
import type { WorkerProcess } from './worker-process.js'

interface Served {
  readonly group: ServiceGroup
  readonly journal: ServiceJournal
  /** Its logs are no longer wanted by anybody. */
  readonly leave: () => void
}

export class Services {
  readonly #resources: ServiceResources
  readonly #plugins = new Map<string, FoundPlugin>()
  /** By the name of the service. */
  readonly #served = new Map<string, Served>()
  readonly #leaving = new Set<Promise<void>>()
  #stopped = false

  constructor(given: Omit<ServiceResources, 'cores' | 'hostName' | 'plugins' | 'shared' | 'verdicts'>) {
    this.#resources = {
      ...given,
      cores: availableParallelism(),
      hostName: hostname(),
      plugins: this.#plugins,
      shared: { values: sharedTable(), verdicts: sharedTable() },
      verdicts: new VerdictTotals(),
    }
  }

  get groups(): readonly ServiceGroup[] {
    return [...this.#served.values()].map(({ group }) => group)
  }

  /**
   * Takes the plugins that there are. A service whose protocol is gone begins to drain; one that is new, or whose
   * protocol is another package now, is brought there when settings are applied. After the stop, nothing happens.
   * @throws FSIGK_LOG_OPEN_FAILED, FSIGK_HOME_NOT_WRITABLE
   */
  use(plugins: readonly FoundPlugin[], snapshot: SettingsSnapshot): void {
    // They may have been looked for while the gateway was told to stop.
    if (this.#stopped) return
    this.#plugins.clear()
    for (const plugin of plugins) this.#plugins.set(plugin.id, plugin)
    const protocols = plugins.filter(({ kind }) => kind === 'protocol')
    for (const name of this.#served.keys()) if (!protocols.some(({ section }) => section === name)) this.#close(name)
    for (const protocol of protocols) {
      const { section = '' } = protocol
      const served = this.#served.get(section)
      if (served === undefined) this.#open(protocol, section, snapshot)
      else served.group.useProtocol(protocol)
    }
  }

  /** Removes spool files that a crash left, while nobody uses the folders. */
  async removeLeftovers(snapshot: SettingsSnapshot): Promise<void> {
    const { home, cores, log } = this.#resources
    const protocols = [...this.#plugins.values()].filter(({ kind }) => kind === 'protocol')
    const folders = protocols.map((protocol) => planOf(protocol, snapshot, home, cores).tmp)
    for (const folder of new Set(folders))
      await removeLeftovers(folder).catch((error: unknown) => log.warn('leftovers stay', { folder, error }))
    for (const { name } of this.groups)
      await removeOldDecisions(join(home.logs, name)).catch((error: unknown) =>
        log.warn('old facts stay', { service: name, error }),
      )
  }

  /** Brings every service to these settings. @param again plugins look at their files again */
  async apply(snapshot: SettingsSnapshot, again = false): Promise<void> {
    const { verdicts } = this.#resources.shared
    verdicts.limitBytes(verdictCacheLimits(snapshot).bytes)
    if (again) verdicts.forgetValues()
    await Promise.all(this.groups.map((group) => group.apply(snapshot, again)))
    // What workers said who had not looked at their files again.
    if (again) verdicts.forgetValues()
  }

  /** How what scanners said is remembered; undefined when it is not. */
  verdictCache(snapshot: SettingsSnapshot): VerdictCacheStatus | undefined {
    const { bytes: limitBytes, isShared } = verdictCacheLimits(snapshot)
    const { shared, verdicts } = this.#resources
    const remembered = isShared ? shared.verdicts.figures : verdicts.remembered
    return limitBytes === 0 ? undefined : { ...verdicts.sums, ...remembered, limitBytes }
  }

  setBreakers(states: BreakerStates): void {
    for (const group of this.groups) group.setBreakers(states)
  }

  /** A message in error.log of one service. */
  faultOf(service: string, message: string): void {
    this.#served.get(service)?.journal.fault(message)
  }

  /** A message in error.log of every service. */
  fault(message: string): void {
    for (const { journal } of this.#served.values()) journal.fault(message)
  }

  /** Nothing is written into the files of logs for so long, or until they are reopened. */
  holdLogs(ms: number): void {
    for (const group of this.groups) group.holdLogs(ms)
  }

  reopenLogs(): void {
    for (const group of this.groups) group.reopenLogs()
  }

  hurry(): void {
    for (const group of this.groups) group.hurry()
  }

  /** @param limitMs `common.drain_timeout` unless told */
  async stop(signal: NodeJS.Signals, limitMs?: number): Promise<void> {
    this.#stopped = true
    await Promise.all([...this.groups.map((group) => group.stop(signal, limitMs)), ...this.#leaving])
  }

  #open(protocol: FoundPlugin, name: string, snapshot: SettingsSnapshot): void {
    const { home, version, log, outputs } = this.#resources
    createFolder(join(home.logs, name))
    const logs = new ServiceLogs(home.logs, name, (event) => log.warn('log of a service', { ...event }), {
      routes: logRoutesOf(snapshot, home.logs, name),
      forward: (lines) => outputs.take(name, lines),
      wanted: outputs.wantedLogs(name),
    })
    const journal = new ServiceJournal(logs, version)
    const group = new ServiceGroup(protocol, name, journal, this.#resources)
    const leave = outputs.serve(name, {
      append: (log, lines) => journal.append(log, lines),
      fault: (message) => journal.fault(message),
      wantLogs: (logs) => group.wantLogs(logs),
    })
    this.#served.set(name, { journal, group, leave })
  }

  #close(name: string): void {
    const served = this.#served.get(name)
    if (served === undefined) return
    this.#served.delete(name)
    const left = served.group.stop('SIGTERM')
    this.#leaving.add(left)
    void left.then(() => {
      served.leave()
      this.#leaving.delete(left)
    })
  }
}

function sharedTable(): SharedStateTable<WorkerProcess> {
  return new SharedStateTable(() => performance.now())
}
