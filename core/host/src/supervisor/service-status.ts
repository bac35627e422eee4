import type { WorkerState } from './worker-process.js'

export interface WorkerStatus {
  readonly number: number
  readonly pid: number
  readonly state: WorkerState
  /** The settings that it has in force. */
  readonly revision: number
  readonly connections: number
}

/**
 * `off` by its setting; `running`; `refused`: it should run and does not, and is tried again.
 */
export interface ServiceStatus {
  readonly name: string
  readonly state: 'off' | 'running' | 'refused'
  /** Where it listens; `''` and 0 while it does not. */
  readonly address: string
  readonly port: number
  readonly interface?: string
  /** The settings that are in force. */
  readonly revision: number
  /** Why it is not at the newest revision, or does not run. */
  readonly because?: string
  readonly connections: number
  /** `pre_spawn` */
  readonly limit: number
  /** Accepted connections that wait for a slot. */
  readonly waiting: number
  readonly workers: readonly WorkerStatus[]
}

/** How what scanners said is remembered. The counts are of all workers since the start, and up to a second old. */
export interface VerdictCacheStatus {
  /** Reports that were remembered. */
  readonly hits: number
  /** Reports that a scan of the same bytes for somebody else brought. */
  readonly waits: number
  /** Reports that a scanner was asked for. */
  readonly misses: number
  /** What is remembered for all workers, each of which remembers some of it itself; of the only worker, its own. */
  readonly entries: number
  readonly bytes: number
  /** `common.verdict_cache_size` */
  readonly limitBytes: number
}

/** How a service fares with a plugin that it uses. */
export type PluginUse = { readonly state: 'running' } | { readonly state: 'down' | 'tripped'; readonly problem: string }
