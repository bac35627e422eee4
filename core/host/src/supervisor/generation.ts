/**
 * The workers of a service that were begun under one plan: all accept on one listening socket, and each is replaced
 * when it ends. A plan that needs other workers gets another generation, and this one drains.
 */
import type { SettingsSnapshot } from '@fsigk/config'
import type { ServiceLogName } from '@fsigk/gateway'
import { messageOf } from '../errors.js'
import type { BreakerStates } from '../ipc/messages.js'
import { BackOff } from './back-off.js'
import type { ToldSettings, WorkerProcess } from './worker-process.js'

/** What a generation asks of the service it belongs to. */
export interface GenerationDuties {
  /** Starts one worker. */
  spawn(number: number, snapshot: SettingsSnapshot): WorkerProcess
  /** A worker ended by itself, and is about to be replaced. */
  onReplace(worker: WorkerProcess, end: Awaited<WorkerProcess['gone']>): void
  /** A worker accepts connections. */
  onAccepting(worker: WorkerProcess): void
  onError(event: string, data: Readonly<Record<string, unknown>>): void
}

/** A place among the workers that accept, and who holds it. */
interface Seat {
  worker: WorkerProcess
  readonly backOff: BackOff
  timer?: NodeJS.Timeout
}

/** What a worker has beyond the drain's limit and its plugins' stop, before it is killed. */
const KILL_AFTER_MS = 2_000

export class Generation {
  readonly #seats: Seat[] = []
  readonly #leaving = new Set<WorkerProcess>()
  #starting: readonly WorkerProcess[] = []
  #draining = false

  constructor(
    private readonly size: number,
    private snapshot: SettingsSnapshot,
    private readonly pluginStopMs: number,
    private readonly duties: GenerationDuties,
  ) {}

  /** Workers that accept, or are about to. */
  get workers(): readonly WorkerProcess[] {
    return this.#seats.map(({ worker }) => worker)
  }

  /** Workers of this generation that still hold connections. */
  get present(): readonly WorkerProcess[] {
    return [...this.workers, ...this.#leaving].filter(({ state }) => state !== 'gone')
  }

  /**
   * Starts the workers; they accept when this resolves.
   * @throws FSIGK_WORKER_START of the first that failed; no worker is left then
   */
  async start(): Promise<void> {
    const workers: WorkerProcess[] = []
    this.#starting = workers
    try {
      for (let number = 0; number < this.size; number += 1) workers.push(this.duties.spawn(number, this.snapshot))
      await Promise.all(workers.map(({ ready }) => ready))
    } catch (error) {
      this.abandon()
      await Promise.all(workers.map(({ gone }) => gone))
      throw error
    } finally {
      this.#starting = []
    }
    for (const worker of workers) {
      const seat: Seat = { worker, backOff: new BackOff() }
      this.#seats.push(seat)
      void this.#attend(seat)
    }
  }

  /**
   * Hands settings to every worker; one that begins later begins with them.
   * @returns why workers stay on earlier settings, undefined when none does
   */
  async apply(told: ToldSettings, limitMs: number): Promise<string | undefined> {
    this.snapshot = told.snapshot
    const answers = await Promise.all(
      this.workers.map(async (worker) => {
        const because = await worker.apply(told, limitMs)
        return because === undefined ? [] : [`worker ${worker.number} (process ${worker.pid}): ${because}`]
      }),
    )
    return answers.flat().join('; ') || undefined
  }

  /**
   * Begins nothing new: workers close the listening socket, and each ends when its connections have ended or the time
   * is over. Called again, it sets another limit.
   *
   * @returns `left`: nobody of this generation accepts any more; `gone`: no worker is left
   */
  drain(limitMs: number): { readonly left: Promise<unknown>; readonly gone: Promise<unknown> } {
    this.#draining = true
    for (const { timer } of this.#seats) clearTimeout(timer)
    const { present } = this
    for (const worker of present) {
      if (worker.state === 'starting') worker.kill()
      else worker.drain(limitMs)
    }
    return {
      left: Promise.all(present.map(({ left }) => left)),
      gone: Promise.all(present.map((worker) => this.#seeOff(worker, limitMs))),
    }
  }

  /** Ends a generation that is still starting. */
  abandon(): void {
    for (const worker of this.#starting) worker.kill()
  }

  /** Tells which logs log sinks take; workers that begin later begin with that. */
  wantLogs(logs: readonly ServiceLogName[]): void {
    for (const worker of this.present) worker.wantLogs(logs)
  }

  setBreakers(states: BreakerStates): void {
    for (const worker of this.present) worker.setBreakers(states)
  }

  holdLogs(ms: number): void {
    for (const worker of this.present) worker.holdLogs(ms)
  }

  reopenLogs(): void {
    for (const worker of this.present) worker.reopenLogs()
  }

  /** A worker that does not keep to its time is killed. */
  async #seeOff(worker: WorkerProcess, limitMs: number): Promise<void> {
    const timer = setTimeout(() => worker.kill(), limitMs + this.pluginStopMs + KILL_AFTER_MS)
    await worker.gone
    clearTimeout(timer)
  }

  /** Sees to it that a seat is never empty for longer than its back-off says. */
  async #attend(seat: Seat): Promise<void> {
    while (!this.#draining) {
      const { worker } = seat
      await worker.ready.then(
        () => this.duties.onAccepting(worker),
        (error: unknown) => {
          if (!this.#draining) this.duties.onError('worker failed to start', { because: messageOf(error) })
        },
      )
      await worker.left
      if (this.#draining) return
      if (worker.state === 'leaving') {
        // Told to go by somebody else (SIGTERM). It keeps its connections; its seat is taken at once.
        this.#leaving.add(worker)
        void worker.gone.then(() => this.#leaving.delete(worker))
      } else {
        const end = await worker.gone
        this.duties.onReplace(worker, end)
        await this.#wait(seat, seat.backOff.next(end.servedMs))
      }
      if (!this.#draining) await this.#replace(seat)
    }
  }

  /** The system may have no process to give at the moment. */
  async #replace(seat: Seat): Promise<void> {
    while (!this.#draining) {
      try {
        seat.worker = this.duties.spawn(seat.worker.number, this.snapshot)
        return
      } catch (error) {
        this.duties.onError('worker not started', { error })
        await this.#wait(seat, seat.backOff.next(0))
      }
    }
  }

  #wait(seat: Seat, ms: number): Promise<void> {
    if (ms === 0) return Promise.resolve()
    return new Promise((resolve) => {
      seat.timer = setTimeout(resolve, ms)
    })
  }
}
