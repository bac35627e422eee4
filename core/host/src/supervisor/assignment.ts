/** What a worker is given to begin with, made from a plan. */
import type { SettingsSnapshot } from '@fsigk/config'
import { listWords } from '@fsigk/plugin-api'
import { fail } from '../errors.js'
import { forWorkers } from '../ipc/for-workers.js'
import type { AssignedScanner, Assignment } from '../ipc/messages.js'
import { noticeKey } from '../notices/notice-key.js'
import type { FoundPlugin } from '../plugins/found-plugin.js'
import type { ServicePlan } from './service-plan.js'
import type { ServiceResources } from './service-resources.js'

/** @throws FSIGK_HOME_NOT_WRITABLE when the home has no key of notices, and cannot be given one */
export function assignmentOf(
  service: string,
  plan: ServicePlan,
  port: number,
  snapshot: SettingsSnapshot,
  worker: number,
  { home, version, hostName, deadlines, plugins, watch, outputs }: ServiceResources,
): Omit<Assignment, 'listeningFd'> {
  const { logs, structuredLog, databases, notices } = home
  return {
    service,
    worker,
    port,
    backlog: plan.backlog,
    protocol: plan.protocol,
    scanners: scannersIn(snapshot, plugins),
    breakers: watch.states,
    snapshot: forWorkers(snapshot),
    folders: { logs, structuredLog, databases, tmp: plan.tmp, quarantine: plan.quarantine, notices },
    version,
    hostName,
    deadlines,
    noticeKey: noticeKey(home.noticeKey).toString('hex'),
    wantedLogs: outputs.wantedLogs(service),
  }
}

/** The scanners that settings name, in order. */
export function scannersIn(
  snapshot: SettingsSnapshot,
  plugins: ReadonlyMap<string, FoundPlugin>,
): readonly AssignedScanner[] {
  const listed = snapshot.values['plugins']?.['scanners']
  return listWords(typeof listed === 'string' ? listed : '').map((id) => assignedScanner(id, plugins))
}

/** A scanner that cannot be had stays in its place: what it should have looked at was not looked at. */
function assignedScanner(id: string, plugins: ReadonlyMap<string, FoundPlugin>): AssignedScanner {
  const found = plugins.get(id)
  if (found === undefined) return { id, missing: fail('FSIGK_PLUGIN_MISSING', [id, 'plugins.scanners']).message }
  if (found.kind !== 'scanner') return { id, missing: fail('FSIGK_PLUGIN_KIND', [id, found.kind, 'scanner']).message }
  return { id, found }
}
