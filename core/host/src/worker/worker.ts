/**
 * A connection worker at work: how its plugins, its service and its acceptor take new settings, and how they end. How
 * they begin is in `begin-worker.ts`, what the process is told in `main.ts`.
 */
import type { SettingsSnapshot } from '@fsigk/config'
import type { Acceptor, GatewayService, ServiceLogName } from '@fsigk/gateway'
import type { Log } from '@fsigk/plugin-api'
import { messageOf } from '../errors.js'
import { MovingDeadline } from './moving-deadline.js'

/** A plugin at work, or one in its place. */
export interface WorkerPlugin {
  readonly section: string
  reload(settings: unknown, again: boolean): Promise<void>
  stop(): Promise<void>
}

export class Worker {
  readonly #drainLimit = new MovingDeadline()
  #drained: Promise<void> | undefined

  /** @param plugins in the order in which they began */
  constructor(
    private readonly plugins: readonly WorkerPlugin[],
    private readonly service: GatewayService,
    private readonly acceptor: Acceptor,
    private readonly log: Log,
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
   * @param again plugins look at their files again, even where no setting changed
   * @returns why not; undefined when the settings are in force
   */
  async apply(snapshot: SettingsSnapshot, again: boolean): Promise<string | undefined> {
    const problems = await this.#reload(snapshot, again)
    try {
      if (problems.length === 0) this.service.apply(snapshot)
    } catch (error) {
      problems.push(messageOf(error))
    }
    if (problems.length === 0) this.snapshot = snapshot
    else await this.#reload(this.snapshot, false)
    return problems.join('; ') || undefined
  }

  reopenLogs(): void {
    this.service.reopenLogs()
  }

  wantLogs(logs: readonly ServiceLogName[]): void {
    this.service.logs.sendToSinks(logs)
  }

  flushLogs(): void {
    this.service.logs.flush()
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
    await this.acceptor.stop()
    onLeft()
    const finished = Promise.all([this.service.drain(limitMs), this.acceptor.idle()])
    await Promise.race([finished, this.#drainLimit.reached])
    this.#drainLimit[Symbol.dispose]()
    this.acceptor.abandonParked()
    await this.service.drain(0)
    // In reverse of the order in which they began: who is used outlives who uses.
    for (const plugin of this.plugins.toReversed())
      await plugin.stop().catch((error: unknown) => this.log.error('plugin did not stop', { error }))
    this.service.close()
  }

  /** @returns why plugins did not take the settings */
  async #reload({ values }: SettingsSnapshot, again: boolean): Promise<string[]> {
    const results = await Promise.allSettled(
      this.plugins.map((plugin) => plugin.reload(values[plugin.section] ?? {}, again)),
    )
    return results.flatMap((result) => (result.status === 'rejected' ? [messageOf(result.reason)] : []))
  }
}
