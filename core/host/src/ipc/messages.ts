/** What supervisor and workers say to each other over their ipc channel. */
import type { SettingsSnapshot } from '@fsigk/config'
import { MAX_REASON_CHARACTERS, type ServiceLogName, serviceLogNames } from '@fsigk/gateway'
import { z } from '@fsigk/plugin-api'
import type { Deadlines } from '../plugins/deadline.js'
import type { FoundPlugin } from '../plugins/found-plugin.js'
import { type SharedReply, sharedRequest } from '../shared-state/messages.js'
import { sharedTables } from '../shared-state/shared-tables.js'

/** A scanner that settings name, or why it cannot be had. */
export type AssignedScanner =
  | { readonly id: string; readonly found: FoundPlugin }
  | { readonly id: string; readonly missing: string }

/** Whether a plugin may be asked: `half-open` lets one call at a time through, to see whether it works again. */
export type BreakerState = 'closed' | 'open' | 'half-open'

/** Plugins that are not to be asked as they please; all others are closed. */
export type BreakerStates = ReadonlyMap<string, BreakerState>

/** All that a worker needs to begin. */
export interface Assignment {
  readonly service: string
  /** Its number within its generation, from 0. */
  readonly worker: number
  /** The descriptor of the listening socket in the worker. */
  readonly listeningFd: number
  /** The port it listens on, for log lines. */
  readonly port: number
  readonly backlog: number
  readonly protocol: FoundPlugin
  readonly scanners: readonly AssignedScanner[]
  readonly breakers: BreakerStates
  readonly snapshot: SettingsSnapshot
  readonly folders: WorkerFolders
  readonly version: string
  readonly hostName: string
  readonly deadlines: Deadlines
  /** By which notices of this installation are marked: hexadecimal. */
  readonly noticeKey: string
  /** Logs whose lines log sinks take. */
  readonly wantedLogs: readonly ServiceLogName[]
}

export interface WorkerFolders {
  readonly logs: string
  readonly structuredLog: string
  readonly tmp: string
  readonly quarantine: string
  readonly notices: string
  readonly databases: string
}

export type ToWorker =
  | { readonly is: 'begin'; readonly assignment: Assignment }
  /** `again`: plugins look at their files again, even where no setting changed. */
  | {
      readonly is: 'apply'
      readonly snapshot: SettingsSnapshot
      readonly scanners: readonly AssignedScanner[]
      readonly again: boolean
      readonly request: number
    }
  /**
   * `crowded`: requests whose address has as many connections as it may. `plenty`: slots that come free in a moment need
   * not be given back at once.
   */
  | {
      readonly is: 'slots'
      readonly granted: readonly (readonly [ticket: number, slot: number])[]
      readonly crowded: readonly number[]
      readonly plenty: boolean
    }
  | { readonly is: 'shared'; readonly replies: readonly (readonly [request: number, reply: SharedReply])[] }
  | { readonly is: 'reopenLogs' }
  /** Nothing is written into the files of logs for so long, or until they are reopened. */
  | { readonly is: 'holdLogs'; readonly ms: number }
  /** Logs whose lines log sinks take from now on. */
  | { readonly is: 'wantedLogs'; readonly logs: readonly ServiceLogName[] }
  /** So many bytes of lines have been taken. */
  | { readonly is: 'linesTaken'; readonly bytes: number }
  | { readonly is: 'breakers'; readonly breakers: BreakerStates }
  | { readonly is: 'drain'; readonly limitMs: number }
  | { readonly is: 'beat' }

/** A worker has no more under way at a time. */
const MAX_LINES_BYTES = 4 * 1024 * 1024

/** Of the longest IPv6 address with its prefix. */
const MAX_ADDRESS_LENGTH = 64

const count = z.int().nonnegative()
const numbers = z.array(count)
const countsByHindrance = z.object({ 'engine-down': count, 'engine-error': count, 'no-space': count })
const reason = z.string().max(MAX_REASON_CHARACTERS)

/** Plugins run in workers, so what a worker says is checked like anything from outside. */
export const fromWorker = z.discriminatedUnion('is', [
  z.object({ is: z.literal('ready'), revision: z.int() }),
  z.object({ is: z.literal('failed'), service: z.string(), because: z.string() }),
  z.object({ is: z.literal('applied'), request: z.int(), revision: z.int(), because: z.string().optional() }),
  z.object({
    is: z.literal('calls'),
    plugin: z.string(),
    succeeded: z.int().nonnegative(),
    failure: z.object({ hook: z.string(), session: z.string(), because: z.string() }).exactOptional(),
  }),
  z.object({ is: z.literal('plugin'), id: z.string(), because: z.string().optional() }),
  z.object({
    is: z.literal('slots'),
    wanted: z.array(z.tuple([count, z.string().max(MAX_ADDRESS_LENGTH)])),
    cancelled: numbers,
    released: numbers,
  }),
  z.object({
    is: z.literal('shared'),
    table: z.enum(sharedTables),
    requests: z.array(z.tuple([z.int(), sharedRequest])),
  }),
  z.object({
    is: z.literal('lines'),
    log: z.enum(serviceLogNames),
    lines: z.string().max(MAX_LINES_BYTES),
    written: z.boolean(),
    lostBefore: z.int().nonnegative(),
  }),
  z.object({ is: z.literal('leaving') }),
  z.object({
    is: z.literal('beat'),
    counts: z.object({ transfers: count, errors: count, unscanned: count }).optional(),
    hindrances: z
      .object({
        scanned: count,
        spooled: count,
        met: countsByHindrance,
        refused: countsByHindrance,
        passed: countsByHindrance,
        because: z.object({ 'engine-down': reason, 'engine-error': reason, 'no-space': reason }),
      })
      .optional(),
    verdicts: z.object({ hits: count, waits: count, misses: count, entries: count, bytes: count }).optional(),
  }),
])
export type FromWorker = z.infer<typeof fromWorker>
