/**
 * What an administrator can ask of a gateway, whether it runs or not: the command line's (and later the console's) one
 * way in. Everything is JSON-able; times are ISO 8601 with Z, revisions may be named as `12`, `r12`, `-1` or by date.
 */
import type { HistoryEntry, Origin, SettingChange, SettingValue } from '@fsigk/config'
import type { Localised, PluginKind, SettingEffect } from '@fsigk/plugin-api'
import type { LogOutputStatus } from '../log-outputs/output-health.js'
import type { ServiceStatus } from '../supervisor/service-status.js'

interface SaveRequest {
  /** Who wishes it: a user name. */
  readonly actor: string
  readonly comment?: string | undefined
  /** Refused with FSIGK_REVISION_CONFLICT when the settings are at another revision. */
  readonly expected?: string | undefined
  /** Tells what would change, and saves nothing. */
  readonly dryRun?: boolean | undefined
}

export interface ChangeRequest extends SaveRequest {
  readonly origin: Origin
  /** `to` as text; without it the setting goes back to its default. */
  readonly changes: readonly { readonly key: string; readonly to?: string | undefined }[]
}

export interface RollbackRequest extends SaveRequest {
  readonly to: string
  /** Only this setting. */
  readonly key?: string | undefined
}

/** How far a save has come in a service. */
export interface ServiceApplied {
  readonly name: string
  /** Whether every worker has the new settings in force, or the service is off by them. */
  readonly applied: boolean
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
}

export interface HistoryRequest {
  readonly limit?: number | undefined
  readonly before?: number | undefined
  /** ISO date or time. */
  readonly since?: string | undefined
  readonly actor?: string | undefined
  readonly key?: string | undefined
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
  readonly notInUseYet: boolean
}

/**
 * `running`: in a worker; `down`: should be and is not, for now; `unused`: nothing asks for it; `left-out`: not in order.
 */
export interface PluginStatus {
  readonly id: string
  readonly state: 'running' | 'down' | 'unused' | 'left-out'
  readonly folder: string
  readonly kind?: PluginKind
  readonly version?: string
  readonly problem?: string
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
  readonly filesProblem?: string
  /** Files of conf/ that somebody edited since the start or before it: what they said is not in force. */
  readonly editedFiles?: readonly { readonly name: string; readonly keptAs: string }[]
}

export interface Administration extends AsyncDisposable {
  /** @throws FSIGK_SETTINGS_INVALID, FSIGK_COMMAND_INVALID, FSIGK_REVISION_CONFLICT; nothing is saved then */
  change(request: ChangeRequest): Promise<SaveReport>
  /** @throws as `change`, and FSIGK_REVISION_UNKNOWN */
  rollback(request: RollbackRequest): Promise<SaveReport>
  /** Newest first. @throws FSIGK_TIME_INVALID */
  history(request: HistoryRequest): Promise<readonly HistoryEntry[]>
  /** As `diff -u`, `''` when nothing differs. @throws FSIGK_REVISION_UNKNOWN */
  diff(from: string, to?: string): Promise<string>
  /** Files of conf/ by name. @throws FSIGK_REVISION_UNKNOWN, FSIGK_PROJECTION_UNKNOWN */
  show(revision?: string, file?: string): Promise<Readonly<Record<string, string>>>
  /** All settings, or those named. @throws FSIGK_REVISION_UNKNOWN, FSIGK_SETTINGS_INVALID for a key that does not exist */
  list(keys?: readonly string[], revision?: string): Promise<readonly SettingDescription[]>
  status(): Promise<GatewayStatus>
}
