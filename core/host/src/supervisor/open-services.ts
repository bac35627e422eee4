/** The services of a gateway: one for each protocol plugin that was found. */
import { availableParallelism, hostname } from 'node:os'
import { join } from 'node:path'
import type { SettingsSnapshot } from '@fsigk/config'
import { logRoutesOf, removeLeftovers, ServiceLogs } from '@fsigk/gateway'
import { createFolder } from '../home.js'
import type { OpenedSettings } from '../open-settings.js'
import { SharedStateTable } from '../shared-state/shared-state-table.js'
import { ServiceGroup } from './service-group.js'
import { ServiceJournal } from './service-journal.js'
import { planOf } from './service-plan.js'
import type { ServiceResources } from './service-resources.js'
import type { WorkerProcess } from './worker-process.js'

/**
 * None of them runs yet. Spool files that a crash left are removed here, while nobody uses the folders.
 * @throws FSIGK_LOG_OPEN_FAILED, FSIGK_HOME_NOT_WRITABLE
 */
export async function openServices(
  { plugins, log: settings }: OpenedSettings,
  given: Omit<ServiceResources, 'cores' | 'hostName' | 'plugins' | 'shared'>,
): Promise<readonly ServiceGroup[]> {
  const { home, log, outputs } = given
  const resources: ServiceResources = {
    ...given,
    cores: availableParallelism(),
    hostName: hostname(),
    plugins: new Map(plugins.map((plugin) => [plugin.id, plugin])),
    shared: new SharedStateTable<WorkerProcess>(() => performance.now()),
  }
  const services = plugins.flatMap((plugin) => {
    if (plugin.kind !== 'protocol' || plugin.section === undefined) return []
    createFolder(join(home.logs, plugin.section))
    const journal = openJournal(plugin.section, settings.current, given)
    const group = new ServiceGroup(plugin, plugin.section, journal, resources)
    outputs.serve(plugin.section, {
      append: (name, lines) => journal.append(name, lines),
      fault: (message) => journal.fault(message),
      wantLogs: (logs) => group.wantLogs(logs),
    })
    return [group]
  })
  const folders = services.map(({ name }) => planOf(name, settings.current, home, resources.cores).tmp)
  for (const folder of new Set(folders))
    await removeLeftovers(folder).catch((error: unknown) => log.warn('leftovers stay', { folder, error }))
  return services
}

/** @throws FSIGK_LOG_OPEN_FAILED */
function openJournal(
  service: string,
  snapshot: SettingsSnapshot,
  { home, version, log, outputs }: Pick<ServiceResources, 'home' | 'version' | 'log' | 'outputs'>,
): ServiceJournal {
  const logs = new ServiceLogs(home.logs, service, (event) => log.warn('log of a service', { ...event }), {
    routes: logRoutesOf(snapshot, home.logs, service),
    forward: (lines) => outputs.take(service, lines),
  })
  return new ServiceJournal(logs, version)
}
