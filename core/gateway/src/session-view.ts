import type { Entry, NoticeVariables } from '@fsigk/plugin-api'
import type { GatewayConnection } from './connection.js'
import type { Counters } from './counters.js'
import type { DecisionLog } from './decisions/decision-log.js'
import type { DecisionFacts } from './decisions/decision-record.js'
import type { Hindrances } from './hindrances.js'
import type { DetectionFacts } from './logs/line.js'
import type { RepeatedMessages } from './logs/repeated.js'
import type { ServiceLogs } from './logs/service-logs.js'
import type { Dialler } from './net/dialler.js'
import type { PinnedSettings } from './pinned-settings.js'
import type { SessionIds } from './session-ids.js'

/** Who the gateway is. */
export interface Identity {
  readonly version: string
  /** Its own name, for Via, Received and greetings. */
  readonly hostName: string
  /** The number of this worker in its service. */
  readonly worker: number
}

/** Tells the administrator of a detection. */
export interface DetectionNotices {
  detected(session: SessionView, facts: DetectionFacts, bytes: number): void
  /** Resolves when all that was told of is kept. */
  idle(): Promise<void>
}

/** What all sessions of a service share. */
export interface SessionSurroundings {
  readonly service: string
  readonly identity: Identity
  readonly dialler: Dialler
  readonly logs: ServiceLogs
  readonly decisions: DecisionLog
  readonly adminNotices: DetectionNotices
  readonly counters: Counters
  readonly hindrances: Hindrances
  readonly repeated: RepeatedMessages
  readonly ids: SessionIds
}

/** A session as the rest of the gateway sees it: what stands behind the contract that protocols know. */
export interface SessionView {
  readonly id: string
  readonly surroundings: SessionSurroundings
  readonly pinned: PinnedSettings<unknown>
  readonly connection: GatewayConnection
  readonly entry: Entry
  readonly noticeVariables: NoticeVariables
  /** When the drafted line was begun, in milliseconds since 1970. */
  readonly startedMs: number
  /** Keeps the facts of a detection, refusal or error, with what the session knows of itself. */
  keep(facts: DecisionFacts): void
  logError(message: string): void
  logInfo(message: string): void
  /** Leaves what was detected to the next line. */
  carryDetection(facts: DetectionFacts, checks: number, checkMs: number): void
  /** Writes the drafted line with what was detected, and begins the next. */
  recordDetection(facts: DetectionFacts, checks: number, checkMs: number): void
}
