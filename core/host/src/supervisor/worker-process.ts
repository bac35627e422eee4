/**
 * One worker as the supervisor sees it: the child process, what it was last told, and whether it still answers. Nothing
 * of replacing it is here (`generation.ts`).
 */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { SettingsSnapshot } from '@fsigk/config'
import type { ForwardedLines, HindranceSums, ServiceLogName } from '@fsigk/gateway'
import type { Log } from '@fsigk/plugin-api'
import { type Counts, minus, NO_COUNTS } from '../confirm/rates.js'
import { fail } from '../errors.js'
import { forWorkers } from '../ipc/for-workers.js'
import {
  type AssignedScanner,
  type Assignment,
  type BreakerStates,
  type FromWorker,
  fromWorker,
  type ToWorker,
} from '../ipc/messages.js'
import type { SharedTables } from '../shared-state/shared-tables.js'
import type { Beating } from './heartbeat.js'
import { hindrancesSince, NO_HINDRANCES } from './outages.js'
import type { PluginWatch } from './plugin-watch.js'
import type { SlotTable } from './slot-table.js'
import { NO_VERDICT_COUNTS, type Remembered, type VerdictCounts, verdictsSince } from './verdict-counts.js'
import { WorkerClaims } from './worker-claims.js'

const MAIN = fileURLToPath(new URL('../worker/main.js', import.meta.url))
/** After stdin, stdout, stderr and the ipc channel. */
const LISTENING_FD = 4
const MAX_OUTPUT_BYTES = 4_096
const LAST_WORDS_MS = 1_000
const PROCESS_START_MS = 5_000

export type WorkerState = 'starting' | 'serving' | 'leaving' | 'gone'

/** How a process ended. */
export interface WorkerEnd {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  /** How long it served, in milliseconds; 0 when it never did. */
  readonly servedMs: number
}

/** What a worker needs beside what stands in its assignment. */
export interface WorkerResources {
  readonly slots: SlotTable<WorkerProcess>
  readonly shared: SharedTables<WorkerProcess>
  readonly watch: PluginWatch
  readonly log: Log
  /** Takes lines of the service's logs that go to commands or sinks. */
  readonly onLines: (lines: ForwardedLines) => void
  /** Told what was counted since it told last. */
  readonly onCounts: (delta: Counts) => void
  /** Told what kept bodies from being scanned since it was told last. */
  readonly onHindrances: (delta: HindranceSums) => void
  /** Told how often verdicts were remembered since it was told last, and how much the worker remembers. */
  readonly onVerdicts: (delta: VerdictCounts, remembered: Remembered) => void
}

/**
 * The young generation is as large as V8 would make it on its own, and no larger whatever memory the machine has: smaller
 * than what 1,000 requests under way hold, these are copied again and again. It grows only where they do, so that idle
 * connections cost no more than with a small one: measured in core/docs/performance.md. Large bodies ask for
 * collections of their own (`gateway/src/passing-bytes.ts`).
 *
 * The old generation may grow to four times what lives before it is collected: buffers count as its growth, dead ones
 * too until V8 has looked.
 *
 * Nothing is put into the old generation as it is made. V8 would do so where it has seen many objects of one place live on, as
 * those of a thousand requests do; what they refer to then outlives its request, until the old generation is collected.
 *
 * Code is compiled for speed after a hundred runs and again after five hundred. V8 would wait for thousands, which a worker
 * that takes some mails a second reaches after an hour.
 */
const WORKER_FLAGS = [
  '--max-semi-space-size=16',
  '--heap-growing-percent=300',
  '--no-allocation-site-pretenuring',
  '--expose-gc',
  '--invocation-count-for-maglev=100',
  '--invocation-count-for-turbofan=500',
]

/** Settings as they are told to a worker. */
export interface ToldSettings {
  readonly snapshot: SettingsSnapshot
  readonly scanners: readonly AssignedScanner[]
  /** Plugins look at their files again, even where no setting changed. */
  readonly again: boolean
}

export class WorkerProcess implements Beating {
  readonly pid: number
  readonly number: number
  readonly ready: Promise<void>
  /** It accepts no more, and has closed the listening socket: by order, or because somebody sent it SIGTERM. */
  readonly left: Promise<void>
  readonly gone: Promise<WorkerEnd>
  /** What the worker has in force. */
  revision = 0
  state: WorkerState = 'starting'
  /** Plugins that this worker does without for now, and why. */
  readonly pluginsDown = new Map<string, string>()

  readonly #child: ChildProcess
  readonly #readiness = Promise.withResolvers<void>()
  readonly #leaving = Promise.withResolvers<void>()
  readonly #applying = new Map<number, (because: string | undefined) => void>()
  readonly #claims: WorkerClaims<WorkerProcess>
  #requests = 0
  #counts = NO_COUNTS
  #hindrances = NO_HINDRANCES
  #verdicts = NO_VERDICT_COUNTS
  #heardAt = performance.now()
  #servingSince: number | undefined
  readonly #startTimer: NodeJS.Timeout

  /** @param listeningFd the supervisor's descriptor of the listening socket; the worker gets its own copy */
  constructor(
    assignment: Omit<Assignment, 'listeningFd'>,
    listeningFd: number,
    private readonly resources: WorkerResources,
  ) {
    this.number = assignment.worker
    this.#claims = new WorkerClaims(this, resources.slots, resources.shared, (message) => this.#send(message))
    this.ready = this.#readiness.promise
    this.left = this.#leaving.promise
    // Whoever waits meets the error; a worker that nobody waits for any more may fail in silence.
    this.ready.catch(() => {})
    this.#child = fork(MAIN, [], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc', listeningFd],
      serialization: 'advanced',
      execArgv: WORKER_FLAGS,
    })
    this.pid = this.#child.pid ?? 0
    this.gone = this.#watchEnd(assignment.service)
    this.#child.on('message', (message) => this.#heard(message))
    for (const output of [this.#child.stdout, this.#child.stderr]) output?.on('data', (chunk) => this.#output(chunk))
    this.#send({ is: 'begin', assignment: { ...assignment, listeningFd: LISTENING_FD } })
    this.#startTimer = setTimeout(() => this.#startedTooLate(assignment), startLimitMs(assignment))
  }

  /**
   * Hands over settings.
   *
   * @param limitMs how long to wait for the worker's word
   * @returns why the worker stays on its earlier settings; undefined when it took the new ones, or is gone: whoever
   * replaces it begins with the new ones
   */
  async apply(told: ToldSettings, limitMs: number): Promise<string | undefined> {
    if (this.state === 'gone') return undefined
    const request = this.#requests++
    const { promise, resolve } = Promise.withResolvers<string | undefined>()
    this.#applying.set(request, resolve)
    const timer = setTimeout(() => resolve(`it did not acknowledge within ${limitMs} ms`), limitMs)
    this.#send({ is: 'apply', ...told, snapshot: forWorkers(told.snapshot), request })
    try {
      return await promise
    } finally {
      clearTimeout(timer)
      this.#applying.delete(request)
    }
  }

  setBreakers(breakers: BreakerStates): void {
    this.#send({ is: 'breakers', breakers })
  }

  reopenLogs(): void {
    this.#send({ is: 'reopenLogs' })
  }

  holdLogs(ms: number): void {
    this.#send({ is: 'holdLogs', ms })
  }

  /** Tells which logs log sinks take. */
  wantLogs(logs: readonly ServiceLogName[]): void {
    this.#send({ is: 'wantedLogs', logs })
  }

  /** Asks it to accept no more, and to end when its connections have ended or the time is over. */
  drain(limitMs: number): void {
    if (this.state === 'gone') return
    this.state = 'leaving'
    this.#send({ is: 'drain', limitMs })
  }

  kill(): void {
    this.#child.kill('SIGKILL')
  }

  get connections(): number {
    return this.resources.slots.heldBy(this)
  }

  beat(): void {
    this.#send({ is: 'beat' })
  }

  silentForMs(): number | undefined {
    return this.state === 'serving' || this.state === 'leaving' ? performance.now() - this.#heardAt : undefined
  }

  stuck(silentMs: number): void {
    this.resources.log.error('worker stuck', { pid: this.pid, silentMs })
    this.kill()
  }

  #heard(message: unknown): void {
    this.#heardAt = performance.now()
    const parsed = fromWorker.safeParse(message)
    if (parsed.success) this.#obey(parsed.data)
    else this.resources.log.error('worker said what is no message', { pid: this.pid, cause: parsed.error })
  }

  #obey(message: FromWorker): void {
    switch (message.is) {
      case 'ready':
        this.revision = message.revision
        this.#servingSince = performance.now()
        clearTimeout(this.#startTimer)
        if (this.state === 'starting') this.state = 'serving'
        this.#readiness.resolve()
        break
      case 'failed':
        this.#readiness.reject(fail('FSIGK_WORKER_START', [message.service, message.because]))
        break
      case 'applied':
        this.revision = message.revision
        this.#applying.get(message.request)?.(message.because)
        break
      case 'plugin':
        if (message.because === undefined) this.pluginsDown.delete(message.id)
        else this.pluginsDown.set(message.id, message.because)
        break
      case 'calls':
        this.resources.watch.heard(message.plugin, message.succeeded, message.failure)
        break
      case 'slots':
        this.#claims.slotsMessage(message)
        break
      case 'shared':
        this.#claims.sharedMessage(message)
        break
      case 'lines':
        this.resources.onLines(message)
        this.#send({ is: 'linesTaken', bytes: message.lines.length })
        if (message.lostBefore > 0)
          this.resources.log.error('worker left lines out', { pid: this.pid, lines: message.lostBefore })
        break
      case 'leaving':
        if (this.state !== 'gone') this.state = 'leaving'
        this.#leaving.resolve()
        break
      case 'beat':
        if (message.counts !== undefined) {
          this.resources.onCounts(minus(message.counts, this.#counts))
          this.#counts = message.counts
        }
        if (message.hindrances !== undefined) {
          this.resources.onHindrances(hindrancesSince(message.hindrances, this.#hindrances))
          this.#hindrances = message.hindrances
        }
        if (message.verdicts !== undefined) {
          this.resources.onVerdicts(verdictsSince(message.verdicts, this.#verdicts), message.verdicts)
          this.#verdicts = message.verdicts
        }
        break
      default:
        message satisfies never
    }
  }

  #send(message: ToWorker): void {
    // A worker that has just died is met by its end, not by what could not be told to it.
    if (this.#child.connected) this.#child.send(message, () => {})
  }

  /** A plugin that holds up the event loop as it starts holds up its own deadline too. */
  #startedTooLate(assignment: Pick<Assignment, 'service' | 'deadlines'>): void {
    const problem = `it was not ready within ${startLimitMs(assignment)} ms; a plugin may hold up its event loop`
    this.#readiness.reject(fail('FSIGK_WORKER_START', [assignment.service, problem]))
    this.kill()
  }

  /** What workers print is not ours: a runtime's last words, or a plugin's. */
  #output(chunk: Buffer): void {
    this.resources.log.warn('worker printed', { pid: this.pid, text: chunk.toString('utf8', 0, MAX_OUTPUT_BYTES) })
  }

  async #watchEnd(service: string): Promise<WorkerEnd> {
    const { promise, resolve } = Promise.withResolvers<Omit<WorkerEnd, 'servedMs'>>()
    this.#child.once('exit', (code, signal) => resolve({ code, signal }))
    this.#child.once('error', (error) => {
      this.resources.log.error('worker not started', { error })
      if (this.#child.pid === undefined) resolve({ code: null, signal: null })
    })
    const end = await promise
    // What it said last may still be on its way, and tells why it ended.
    if (this.#child.connected) await Promise.race([once(this.#child, 'disconnect'), delay(LAST_WORDS_MS)])
    const servedMs = this.#servingSince === undefined ? 0 : performance.now() - this.#servingSince
    this.state = 'gone'
    clearTimeout(this.#startTimer)
    this.#claims.releaseAll()
    this.#leaving.resolve()
    this.#readiness.reject(fail('FSIGK_WORKER_START', [service, `it ended (${end.signal ?? `exit code ${end.code}`})`]))
    for (const settle of this.#applying.values()) settle(undefined)
    return { ...end, servedMs }
  }
}

/** Scanners start together, then the protocol, each to be loaded first; and a process takes its time to begin. */
function startLimitMs({ deadlines }: Pick<Assignment, 'deadlines'>): number {
  return 2 * (deadlines.load + deadlines.start) + PROCESS_START_MS
}
