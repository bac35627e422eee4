/**
 * A connection worker at work: how its plugins, its service and its acceptor take new settings, and how they end. How
 * they begin is in `begin-worker.ts`, what the process is told in `main.ts`.
 */
import type { SettingsSnapshot } from '@fsigk/config'
import type { Acceptor, GatewayService, HindranceSums, ServiceLogName, VerdictFigures } from '@fsigk/gateway'
import type { Log } from '@fsigk/plugin-api'
import type { Counts } from '../confirm/rates.js'
import { messageOf } from '../errors.js'
import type { AssignedScanner, BreakerStates } from '../ipc/messages.js'
import { MovingDeadline } from './moving-deadline.js'
import type { ScannerLine } from './scanner-line.js'
import type { WorkerBreakers } from './worker-breakers.js'
import type { WorkerPlugin } from './worker-plugin.js'

/** What a worker is made of. */
export interface WorkerParts {
  readonly line: ScannerLine
  readonly protocol: WorkerPlugin
  readonly breakers: WorkerBreakers
  readonly service: GatewayService
  readonly acceptor: Acceptor
  readonly log: Log
}

export class Worker {
  readonly #drainLimit = new MovingDeadline()
  #drained: Promise<void> | undefined

  constructor(
    private readonly parts: WorkerParts,
    private snapshot: SettingsSnapshot,
  ) {}

  get revision(): number {
    return this.snapshot.revision
  }

  /** How long a drain may take for which nobody set a limit, in milliseconds. */
  get drainMs(): number {
    return Number(this.snapshot.values['common']?.['drain_timeout'] ?? 0) * 1_000
  }

  /**
   * Takes new settings: first the plugins, then new sessions. When one of them cannot, all go on with what they had.
   *
   * @param wanted the scanners of new sessions, in order
   * @param again plugins look at their files again, even where no setting changed
   * @returns why not; undefined when the settings are in force
   */
  async apply(
    snapshot: SettingsSnapshot,
    wanted: readonly AssignedScanner[],
    again: boolean,
  ): Promise<string | undefined> {
    const { line, protocol, service } = this.parts
    const prepared = await line.prepare(wanted, snapshot)
    const plugins = [...prepared.kept, protocol]
    const problems = await reload(plugins, snapshot, again)
    if (again) service.forgetVerdicts()
    if (problems.length === 0)
      try {
        prepared.commit(service.apply(snapshot, prepared.scanners)?.unused)
        this.snapshot = snapshot
        return undefined
      } catch (error) {
        problems.push(messageOf(error))
      }
    await prepared.abandon()
    await reload(plugins, this.snapshot, false)
    return problems.join('; ')
  }

  setBreakers(states: BreakerStates): void {
    this.parts.breakers.set(states)
  }

  /** What there was since the start. */
  counts(): Counts {
    const { transfers, errors, unscanned } = this.parts.service.counters()
    // What the settings let pass unscanned is no failure to scan.
    const { skipped = 0, tunnel = 0, range = 0, 'over-filesize': beyond = 0, ...failed } = unscanned
    return { transfers, errors, unscanned: Object.values(failed).reduce((sum, each) => sum + each, 0) }
  }

  /** What kept bodies from being scanned, since the start. */
  hindrances(): HindranceSums {
    return this.parts.service.hindrances()
  }

  /** How often what scanners said was remembered since the start, and how much is. */
  verdictFigures(): VerdictFigures | undefined {
    return this.parts.service.verdicts
  }

  reopenLogs(): void {
    this.parts.service.reopenLogs()
  }

  holdLogs(ms: number): void {
    this.parts.service.logs.hold(ms)
  }

  wantLogs(logs: readonly ServiceLogName[]): void {
    this.parts.service.logs.sendToSinks(logs)
  }

  flushLogs(): void {
    this.parts.service.logs.flush()
  }

  /**
   * Accepts no more, lets what is under way finish, and stops the plugins. Called again, it only sets another limit.
   * @param onLeft called when the listening socket is closed
   */
  drain(limitMs: number, onLeft: () => void): Promise<void> {
    this.#drainLimit.set(limitMs)
    this.#drained ??= this.#drain(limitMs, onLeft)
    return this.#drained
  }

  async #drain(limitMs: number, onLeft: () => void): Promise<void> {
    this.parts.acceptor.stop()
    onLeft()
    const finished = Promise.all([this.parts.service.drain(limitMs), this.parts.acceptor.idle()])
    await Promise.race([finished, this.#drainLimit.reached])
    this.#drainLimit[Symbol.dispose]()
    this.parts.acceptor.abandonParked()
    await this.parts.service.drain(0)
    // In reverse of the order in which they began: who is used outlives who uses.
    const { protocol, line, log } = this.parts
    await protocol.stop().catch((error: unknown) => log.error('plugin did not stop', { error }))
    await line.stop()
    this.parts.service.close()
  }
}

/** @returns why plugins did not take the settings */
async function reload(
  plugins: readonly WorkerPlugin[],
  { values }: SettingsSnapshot,
  again: boolean,
): Promise<string[]> {
  const results = await Promise.allSettled(plugins.map((plugin) => plugin.reload(values[plugin.section] ?? {}, again)))
  return results.flatMap((result) => (result.status === 'rejected' ? [messageOf(result.reason)] : []))
}
