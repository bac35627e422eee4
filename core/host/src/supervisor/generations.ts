/** The generations of one service: begins them, and sees those off that accept no more. At most one is current. */
import type { SettingsSnapshot } from '@fsigk/config'
import { removeLeftovers } from '@fsigk/gateway'
import { assignmentOf } from './assignment.js'
import { Generation } from './generation.js'
import type { Listening } from './listening.js'
import type { ServiceJournal } from './service-journal.js'
import type { ServicePlan } from './service-plan.js'
import type { ServiceResources } from './service-resources.js'
import type { SlotTable } from './slot-table.js'
import { WorkerProcess } from './worker-process.js'

/** A generation that accepts, what it was begun for, and the settings that it was last given. */
export interface InService {
  readonly listening: Listening
  readonly generation: Generation
  readonly plan: ServicePlan
  readonly snapshot: SettingsSnapshot
}

export class Generations {
  /** Those that accept no more, each with its end. */
  readonly #draining = new Map<Generation, Promise<unknown>>()
  #beginning: Generation | undefined

  constructor(
    private readonly service: string,
    private readonly slots: SlotTable<WorkerProcess>,
    private readonly journal: ServiceJournal,
    private readonly resources: ServiceResources,
  ) {}

  get draining(): readonly Generation[] {
    return [...this.#draining.keys()]
  }

  /**
   * Begins a generation; all of its workers accept when this resolves.
   * @throws FSIGK_WORKER_START; nothing of it is left then
   */
  async begin(listening: Listening, plan: ServicePlan, snapshot: SettingsSnapshot): Promise<InService> {
    const { deadlines, log } = this.resources
    const generation = new Generation(plan.workers, snapshot, deadlines.stop, {
      spawn: (number, newest) => this.#spawn(listening, plan, newest, number),
      onAccepting: (worker) => this.journal.accepting(worker, listening.fd),
      onReplace: (worker, end) => {
        this.journal.replacing(worker, end)
        log.error('worker ended', { service: this.service, pid: worker.pid, ...end })
      },
      onError: (event, data) => log.error(event, { service: this.service, ...data }),
    })
    this.#beginning = generation
    try {
      await generation.start()
    } finally {
      this.#beginning = undefined
    }
    return { listening, generation, plan, snapshot }
  }

  /**
   * Lets a generation drain.
   * @param closing whether its socket has no successor
   */
  retire({ generation, listening }: InService, limitMs: number, closing: boolean): ReturnType<Generation['drain']> {
    if (closing) listening.close()
    const end = generation.drain(limitMs)
    this.#draining.set(
      generation,
      end.gone.then(() => this.#draining.delete(generation)),
    )
    return end
  }

  /** Ends a generation that is just beginning. */
  abandon(): void {
    this.#beginning?.abandon()
  }

  /** Ends at once what is still draining. */
  hurry(): void {
    for (const generation of this.#draining.keys()) generation.drain(0)
  }

  /** Resolves when none is draining any more. */
  async ended(): Promise<void> {
    await Promise.all(this.#draining.values())
  }

  #spawn(listening: Listening, plan: ServicePlan, snapshot: SettingsSnapshot, number: number): WorkerProcess {
    const { heartbeat, shared, verdicts, watch, log, outputs, rates, outages } = this.resources
    const assignment = assignmentOf(this.service, plan, listening.port, snapshot, number, this.resources)
    const worker = new WorkerProcess(assignment, listening.fd, {
      slots: this.slots,
      shared,
      onVerdicts: (delta, { entries, bytes }) => {
        verdicts.add(delta)
        verdicts.remembered = { entries, bytes }
      },
      watch,
      log,
      onLines: (lines) => outputs.take(this.service, lines),
      onCounts: (delta) => rates.add(delta),
      onHindrances: (delta) => outages.heard(delta),
    })
    heartbeat.watch(worker)
    void worker.gone.then(async () => {
      heartbeat.forget(worker)
      await removeLeftovers(plan.tmp, worker.pid).catch((error: unknown) => log.warn('leftovers stay', { error }))
    })
    return worker
  }
}
