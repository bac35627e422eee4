/**
 * One service under the supervisor: it listens, its generation of workers serves, and a change of settings is handed to
 * the workers or, where they cannot take it, to a new generation that is in place before the old one leaves. What
 * cannot be applied leaves in force what was, says why, and is tried again.
 */
import type { SettingsSnapshot } from '@fsigk/config'
import { checkTmpdir, logRoutesOf, preparePrivateFolder, prepareSpoolFolder, type ServiceLogName } from '@fsigk/gateway'
import { messageOf } from '../errors.js'
import type { BreakerState, BreakerStates } from '../ipc/messages.js'
import type { FoundPlugin } from '../plugins/found-plugin.js'
import { scannersIn } from './assignment.js'
import type { Generation } from './generation.js'
import { Generations, type InService } from './generations.js'
import { Listening } from './listening.js'
import type { PluginCalls } from './plugin-watch.js'
import type { ServiceJournal } from './service-journal.js'
import { planOf, type ServicePlan, sameWorkers } from './service-plan.js'
import type { ServiceResources } from './service-resources.js'
import type { PluginUse, ServiceStatus } from './service-status.js'
import { SlotTable } from './slot-table.js'
import type { WorkerProcess } from './worker-process.js'

const FIRST_RETRY_MS = 1_000
const LONGEST_RETRY_MS = 30_000
/** For a worker's word beyond what its plugins may take. */
const ACKNOWLEDGE_MS = 2_000

export class ServiceGroup {
  readonly name: string
  /** Why the newest settings are not in force. */
  problem: unknown

  readonly #slots: SlotTable<WorkerProcess>
  readonly #generations: Generations
  #current: InService | undefined
  #enabled = false
  #revision = 0
  #turn: Promise<unknown> = Promise.resolve()
  #retry: NodeJS.Timeout | undefined
  #retryMs = FIRST_RETRY_MS
  #stopping: Promise<void> | undefined
  /** The revision for which the old socket was given up, and had to be opened again. */
  #movedInVain = 0

  /**
   * @param protocol the plugin that speaks; its section names the service
   * @param service that name
   */
  constructor(
    private protocol: FoundPlugin,
    service: string,
    private readonly journal: ServiceJournal,
    private readonly resources: ServiceResources,
  ) {
    this.name = service
    this.#slots = new SlotTable(
      0,
      (limit) => journal.full(limit),
      (address, limit) => journal.crowded(address, limit),
    )
    this.#generations = new Generations(service, this.#slots, journal, resources)
  }

  /** Another package of the protocol speaks in workers that begin from now on, for which the next `apply` sees to it. */
  useProtocol(protocol: FoundPlugin): void {
    this.protocol = protocol
  }

  /**
   * Brings the service to these settings. Afterwards `status` tells whether it is there. Never rejects.
   * @param again plugins look at their files again, even where no setting changed
   */
  apply(snapshot: SettingsSnapshot, again = false): Promise<void> {
    const turn = this.#turn.then(() => this.#settle(snapshot, again))
    this.#turn = turn
    return turn
  }

  /**
   * Accepts no more, and resolves when all connections have ended or the time is over. Called again, it resolves then
   * too.
   *
   * @param limitMs `common.drain_timeout` unless told
   */
  stop(signal: NodeJS.Signals, limitMs?: number): Promise<void> {
    this.#stopping ??= this.#stop(signal, limitMs)
    return this.#stopping
  }

  async #stop(signal: NodeJS.Signals, limitMs?: number): Promise<void> {
    clearTimeout(this.#retry)
    this.#generations.abandon()
    await this.#turn
    await this.#close(signal, limitMs)
    await this.#generations.ended()
    this.journal.close()
  }

  /** Ends at once what a stop is still waiting for. */
  hurry(): void {
    this.#generations.hurry()
  }

  setBreakers(states: BreakerStates): void {
    for (const generation of this.#all()) generation.setBreakers(states)
  }

  reopenLogs(): void {
    this.journal.reopen()
    for (const generation of this.#all()) generation.reopenLogs()
  }

  /** Nothing is written into the files of logs for so long, or until they are reopened. */
  holdLogs(ms: number): void {
    this.journal.hold(ms)
    for (const generation of this.#all()) generation.holdLogs(ms)
  }

  /** Tells supervisor and workers which logs log sinks take. */
  wantLogs(logs: readonly ServiceLogName[]): void {
    this.journal.wantLogs(logs)
    for (const generation of this.#all()) generation.wantLogs(logs)
  }

  status(): ServiceStatus {
    const { listening, plan } = this.#current ?? {}
    const present = this.#all().flatMap((generation) => generation.present)
    return {
      name: this.name,
      state: this.#current !== undefined ? 'running' : this.#enabled ? 'refused' : 'off',
      address: listening?.address ?? '',
      port: listening?.port ?? 0,
      ...(listening?.interface === undefined ? {} : { interface: listening.interface }),
      revision: this.#revision,
      ...(this.problem === undefined ? {} : { because: messageOf(this.problem) }),
      connections: this.#slots.inUse,
      limit: plan?.limit ?? 0,
      waiting: this.#slots.waiting,
      workers: present.map(({ number, pid, state, revision, connections }) => ({
        number,
        pid,
        state,
        revision,
        connections,
      })),
    }
  }

  /** What this service uses of plugins, by id: those that some worker does without for now are down. */
  pluginsInUse(): ReadonlyMap<string, PluginUse> {
    const uses = new Map<string, PluginUse>()
    if (this.#current === undefined) {
      if (this.#enabled) uses.set(this.protocol.id, { state: 'down', problem: messageOf(this.problem) })
      return uses
    }
    const { plan, generation } = this.#current
    for (const id of [this.protocol.id, ...plan.scanners]) uses.set(id, { state: 'running' })
    for (const { pluginsDown } of generation.workers)
      for (const [id, problem] of pluginsDown) uses.set(id, { state: 'down', problem })
    for (const [id, state] of this.resources.watch.states)
      if (uses.has(id)) uses.set(id, { state: 'tripped', problem: trippedBecause(state, this.resources.watch.of(id)) })
    return uses
  }

  #all(): readonly Generation[] {
    const { draining } = this.#generations
    return this.#current === undefined ? draining : [this.#current.generation, ...draining]
  }

  async #settle(snapshot: SettingsSnapshot, again: boolean): Promise<void> {
    if (this.#stopping !== undefined) return
    clearTimeout(this.#retry)
    const { home, cores } = this.resources
    const plan = planOf(this.protocol, snapshot, home, cores)
    this.#enabled = plan.enabled
    try {
      this.journal.route(logRoutesOf(snapshot, home.logs, this.name))
      if (!plan.enabled) await this.#close('SIGTERM')
      else if (this.#current === undefined) await this.#open(plan, snapshot)
      else if (sameWorkers(this.#current.plan, plan)) await this.#tell(this.#current, plan, snapshot, again)
      else await this.#replace(this.#current, plan, snapshot)
      this.#revision = snapshot.revision
      this.problem = undefined
      this.#retryMs = FIRST_RETRY_MS
    } catch (error) {
      if (messageOf(error) !== messageOf(this.problem ?? '')) {
        this.journal.refused(messageOf(error))
        this.resources.log.error('settings not applied', { service: this.name, revision: snapshot.revision, error })
      }
      this.problem = error
      this.#retryLater(snapshot, again)
    }
  }

  #retryLater(snapshot: SettingsSnapshot, again: boolean): void {
    if (this.#stopping !== undefined) return
    this.#retry = setTimeout(() => void this.apply(snapshot, again), this.#retryMs)
    this.#retryMs = Math.min(this.#retryMs * 2, LONGEST_RETRY_MS)
  }

  async #open(plan: ServicePlan, snapshot: SettingsSnapshot): Promise<void> {
    await prepareFolders(plan)
    const listening = Listening.open(plan)
    try {
      this.journal.port = listening.port
      this.journal.started()
      this.#slots.setLimits(plan.limit, plan.addressLimit)
      this.#current = await this.#generations.begin(listening, plan, snapshot)
    } catch (error) {
      listening.close()
      throw error
    }
  }

  async #tell(current: InService, plan: ServicePlan, snapshot: SettingsSnapshot, again: boolean): Promise<void> {
    // A worker that cannot take them goes back to what it had, which may take as long again.
    const { deadlines, plugins } = this.resources
    const limitMs = deadlines.load + deadlines.start + 2 * deadlines.reload + ACKNOWLEDGE_MS
    const told = { snapshot, scanners: scannersIn(snapshot, plugins), again }
    const because = await current.generation.apply(told, limitMs)
    this.#slots.setLimits(plan.limit, plan.addressLimit)
    this.#current = { ...current, plan, snapshot }
    if (because !== undefined) throw new Error(because)
  }

  /** The new generation accepts before the old one leaves, on the same socket or on another. */
  async #replace(old: InService, plan: ServicePlan, snapshot: SettingsSnapshot): Promise<void> {
    if (!sameFolders(plan, old.plan)) await prepareFolders(plan)
    let listening = old.listening
    try {
      if (!listening.serves(plan)) listening = Listening.open(plan)
    } catch (error) {
      const triedBefore = this.#movedInVain === snapshot.revision
      if (triedBefore || !old.listening.mayBlock(plan, error)) throw error
      await this.#moveAside(old, plan, snapshot)
      return
    }
    const reused = listening === old.listening
    try {
      this.#slots.setLimits(plan.limit, plan.addressLimit)
      this.#current = await this.#generations.begin(listening, plan, snapshot)
    } catch (error) {
      if (!reused) listening.close()
      this.#slots.setLimits(old.plan.limit, old.plan.addressLimit)
      throw error
    }
    this.journal.port = listening.port
    await this.#generations.retire(old, plan.drainMs, !reused).left
  }

  /**
   * From `9080` to `127.0.0.1:9080`: the system gives the port once more only when it is free, so for a moment nobody
   * listens. When the new place cannot be had after all, the old one is taken again, and not given up twice.
   */
  async #moveAside(old: InService, plan: ServicePlan, snapshot: SettingsSnapshot): Promise<void> {
    this.#current = undefined
    await this.#generations.retire(old, plan.drainMs, true).left
    try {
      await this.#open(plan, snapshot)
    } catch (error) {
      this.#movedInVain = snapshot.revision
      await this.#open(old.plan, old.snapshot).catch((cause: unknown) =>
        this.resources.log.error('the earlier place is gone too', { service: this.name, cause }),
      )
      throw error
    }
  }

  async #close(signal: NodeJS.Signals, limitMs?: number): Promise<void> {
    const old = this.#current
    if (old === undefined) return
    this.#current = undefined
    for (const worker of old.generation.workers) this.journal.stopping(worker, signal)
    const { left, gone } = this.#generations.retire(old, limitMs ?? old.plan.drainMs, true)
    void gone.then(() => this.journal.stopped(signal))
    await left
  }
}

function trippedBecause(state: BreakerState, calls: PluginCalls | undefined): string {
  const { hook = '', because = '' } = calls?.lastFailure ?? {}
  return `${state === 'half-open' ? 'being tried again' : 'not asked for now'}: ${hook}(): ${because}`
}

function sameFolders(one: ServicePlan, other: ServicePlan): boolean {
  return one.tmp === other.tmp && one.spoolGroup === other.spoolGroup && one.quarantine === other.quarantine
}

async function prepareFolders({ tmp, spoolGroup, quarantine }: ServicePlan): Promise<void> {
  await prepareSpoolFolder('common.tmpdir', tmp, spoolGroup)
  await preparePrivateFolder('common.quarantine_dir', quarantine)
  await checkTmpdir(tmp)
}
