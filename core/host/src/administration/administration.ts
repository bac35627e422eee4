/**
 * What an administrator can ask of a gateway, whether it runs or not: the command line's (and later the console's) one
 * way in. Everything is JSON-able; times are ISO 8601 with Z, revisions may be named as `12`, `r12`, `-1` or by date.
 */
import type { SettingChange, SettingValue } from '@fsigk/config'
import type { Localised, PluginKind, SettingEffect } from '@fsigk/plugin-api'
import type { NotInForce } from '../conf-files/conf-files.js'
import type { LogOutputStatus } from '../log-outputs/output-health.js'
import type { Isolation } from '../plugins/found-plugin.js'
import type { PluginChanges } from '../plugins/known-plugins.js'
import type { OutageStatus } from '../supervisor/outages.js'
import type { PluginFailure } from '../supervisor/plugin-watch.js'
import type { ServiceStatus, VerdictCacheStatus } from '../supervisor/service-status.js'

/** How far a save has come in a service. */
export interface ServiceApplied {
  readonly name: string
  /** Whether every worker has the new settings in force, or the service is off by them. */
  readonly applied: boolean
  /** Whether its settings say that it does not run. */
  readonly off: boolean
  /** The revision in force. */
  readonly revision: number
  readonly because?: string
}

export interface SaveReport {
  /** The newest revision now. */
  readonly revision: number
  readonly saved: boolean
  /** What changed, as values in force before and after; of a dry run, what would. */
  readonly changes: readonly SettingChange[]
  /** Empty when no gateway runs on the home. */
  readonly services: readonly ServiceApplied[]
  /** Why the files of conf/ are not those of the newest revision. */
  readonly filesProblem?: string
  /** Goes back by itself at this time unless somebody confirms; ISO 8601. */
  readonly confirmUntil?: string
  /** Nothing is saved: it waits for a second administrator under this id. */
  readonly proposed?: { readonly id: string; readonly keys: readonly string[] }
  /** A guard has given it up already, and this is what was done. */
  readonly undone?: UndoneReport
}

/** A revision that was given up: the settings before it are restored by this one. */
export interface UndoneReport extends SaveReport {
  readonly because: string
}

/** One setting: what it is and what is in force. */
export interface SettingDescription {
  readonly key: string
  readonly type: string
  readonly default: SettingValue
  readonly value: SettingValue
  readonly unit: string | null
  readonly limit: string
  readonly effect: SettingEffect
  readonly label: Localised
  readonly help: Localised
  readonly dangerous: boolean
  readonly secret: boolean
  readonly notInUseYet: boolean
}

/**
 * `running`: in a worker; `down`: should be and is not, for now; `tripped`: failed too often, and is tried again later;
 * `unused`: nothing asks for it; `left-out`: not in order.
 */
export interface PluginStatus {
  readonly id: string
  readonly state: 'running' | 'down' | 'tripped' | 'unused' | 'left-out'
  readonly folder: string
  readonly kind?: PluginKind
  readonly version?: string
  /** Where it runs: in the connection workers, or in a thread or a process of its own. */
  readonly isolation?: Isolation
  /** Calls since the gateway started, and how many of them failed. */
  readonly calls?: number
  readonly failures?: number
  readonly lastFailure?: PluginFailure & { readonly at: string }
  readonly problem?: string
}

/** What became of plugins when they were looked for again. */
export interface PluginsReloaded extends PluginChanges {
  /** Empty when no gateway runs on the home. */
  readonly services: readonly ServiceApplied[]
}

export interface GatewayStatus {
  readonly state: 'running' | 'stopping' | 'stopped'
  readonly version: string
  readonly home: string
  /** The process that supervises; undefined when none runs. */
  readonly pid?: number
  readonly startedAt?: string
  /** The newest revision of the settings; undefined when no gateway runs. */
  readonly revision?: number
  readonly services: readonly ServiceStatus[]
  readonly plugins: readonly PluginStatus[]
  /** Commands and sinks that lines of the logs go to; undefined when no gateway runs. */
  readonly logOutputs?: readonly LogOutputStatus[]
  /** What keeps bodies from being scanned, since when; undefined when no gateway runs. */
  readonly outages?: readonly OutageStatus[]
  /** How what scanners said is remembered; undefined when it is not, or no gateway runs. */
  readonly verdictCache?: VerdictCacheStatus
  readonly filesProblem?: string
  /** Files of conf/ that somebody edited and that are not taken in: what they say is not in force. */
  readonly editedFiles?: readonly NotInForce[]
}
