import type { SettingsSnapshot } from '@fsigk/config'
import type { Log, Protocol, SharedState } from '@fsigk/plugin-api'
import type { ServiceLogName } from './logs/log-routes.js'
import type { ForwardLines } from './logs/service-log.js'
import type { Dialler } from './net/dialler.js'
import type { PeerNames } from './net/peer-names.js'
import type { GatewayFolders } from './pinned-settings.js'
import type { LoadedScanner } from './pipeline/loaded-scanner.js'
import type { Identity } from './session-view.js'
import type { VerdictCache } from './verdicts/verdict-cache.js'

/** What a service is made of. */
export interface GatewayServiceOptions<S> {
  /** The service's name and the section of its settings: `http`. */
  readonly name: string
  readonly protocol: Protocol<S>
  /** In the administrator's order. */
  readonly scanners: readonly LoadedScanner[]
  readonly snapshot: SettingsSnapshot
  readonly folders: GatewayFolders
  readonly identity: Identity
  readonly dialler?: Dialler
  /** Where peers' host names are looked up. */
  readonly names?: PeerNames
  /** The structured log, for what concerns the gateway itself. */
  readonly log?: Log
  /** Takes the lines of logs that go to a command or to a sink. */
  readonly forward?: ForwardLines
  /** State that the workers of the host share; without it, nothing is shared. */
  readonly shared?: SharedState
  /** What scanners said; without it, nothing is remembered. */
  readonly verdicts?: VerdictCache
  /** By which notices of this installation are marked; without it, they are scanned like other mail. */
  readonly noticeKey?: Buffer
  /** Logs that sinks take, to begin with. */
  readonly wantedLogs?: readonly ServiceLogName[]
}
