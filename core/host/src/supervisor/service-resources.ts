/** What services are given by the gateway as a whole. */
import type { Log } from '@fsigk/plugin-api'
import type { Rates } from '../confirm/rates.js'
import type { Home } from '../home.js'
import type { LogOutputs } from '../log-outputs/log-outputs.js'
import type { Deadlines } from '../plugins/deadline.js'
import type { FoundPlugin } from '../plugins/found-plugin.js'
import type { SharedTables } from '../shared-state/shared-tables.js'
import type { Heartbeat } from './heartbeat.js'
import type { Outages } from './outages.js'
import type { PluginWatch } from './plugin-watch.js'
import type { VerdictTotals } from './verdict-counts.js'
import type { WorkerProcess } from './worker-process.js'

export interface ServiceResources {
  readonly home: Home
  readonly version: string
  readonly hostName: string
  /** How many workers `workers=0` means. */
  readonly cores: number
  readonly deadlines: Deadlines
  readonly heartbeat: Heartbeat
  readonly shared: SharedTables<WorkerProcess>
  readonly verdicts: VerdictTotals
  readonly watch: PluginWatch
  readonly log: Log
  /** What all services count together. */
  readonly rates: Rates
  /** What keeps all of them from scanning. */
  readonly outages: Outages
  /** Where lines go besides files. */
  readonly outputs: LogOutputs
  /** All plugins that were found, by id. */
  readonly plugins: ReadonlyMap<string, FoundPlugin>
}
