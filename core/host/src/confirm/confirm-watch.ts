/**
 * Watches over the revision that waits to be confirmed: gives it up when its time is over or a guard trips. Its terms
 * are in the store, so that it does so for a revision of before a restart too.
 */
import type { PendingRevision } from '@fsigk/config'
import type { Log } from '@fsigk/plugin-api'
import type { ServiceApplied } from '../administration/administration.js'
import type { AdministrationRoom } from '../administration/call.js'
import { goBack } from '../administration/calls/save.js'
import type { OpenedSettings } from '../open-settings.js'
import { type Guard, parseGuards, trippedAtOnce, trippedBySharing } from './guards.js'
import type { Counts, Rates } from './rates.js'

const LOOK_MS = 1_000

export class ConfirmWatch implements Disposable {
  #watched: { readonly revision: number; readonly timer: NodeJS.Timeout; readonly deadline: number } | undefined

  constructor(
    private readonly room: AdministrationRoom,
    private readonly rates: Rates,
    private readonly log: Log,
  ) {}

  /**
   * To be called at the start, with how far the services came: guards of a revision of before are met then as after a
   * save, and what they say is done before this resolves.
   */
  async begin(services: readonly ServiceApplied[]): Promise<void> {
    const { settings, inTurn } = this.room
    const pending = await settings.log.pending()
    const because = pending && (await trippedAtOnce(settings.log, pending, services))
    if (because === undefined) await this.look()
    else await inTurn(() => goBack(this.room, `guard: ${because}`))
  }

  /** To be called after each save. Gives up at once what is overdue. */
  async look(): Promise<void> {
    const pending = await this.room.settings.log.pending()
    if (pending?.revision === this.#watched?.revision) return
    this[Symbol.dispose]()
    if (pending !== undefined) this.#watch(pending)
  }

  [Symbol.dispose](): void {
    clearInterval(this.#watched?.timer)
    this.#watched = undefined
  }

  #watch(pending: PendingRevision): void {
    const guards = parseGuards(pending.guards)
    const mark = { sums: this.rates.sums, before: this.rates.lastHour() }
    const timer = setInterval(() => this.#turn(pending, guards, mark), LOOK_MS)
    this.#watched = { revision: pending.revision, timer, deadline: performance.now() + remainingMs(pending) }
    this.#turn(pending, guards, mark)
  }

  #turn(pending: PendingRevision, guards: readonly Guard[], mark: { sums: Counts; before: Counts }): void {
    const guard = trippedBySharing(guards, mark.before, this.rates.since(mark.sums))
    const overdue = performance.now() >= (this.#watched?.deadline ?? Number.POSITIVE_INFINITY)
    if (guard !== undefined) this.#giveUp(pending, `guard: ${guard}`)
    else if (overdue) this.#giveUp(pending, 'time')
  }

  #giveUp({ revision }: PendingRevision, because: string): void {
    this[Symbol.dispose]()
    this.room
      .inTurn(async () => {
        // It may have been confirmed while this waited for its turn.
        if ((await this.room.settings.log.pending())?.revision === revision) await goBack(this.room, because)
      })
      .catch((error: unknown) => {
        this.log.error('revision not given up', { revision, because, error })
        // A full disk, say: tried again until it is done.
        setTimeout(() => void this.look().catch(() => {}), LOOK_MS).unref()
      })
  }
}

/** Gives up what should have been confirmed while nobody was there to watch; before anything is served by it. */
export async function giveUpWhileStopped({ log, operations, project }: OpenedSettings): Promise<void> {
  const pending = await log.pending()
  if (pending === undefined || remainingMs(pending) > 0) return
  const { revision: restored } = await log.giveUp('fsigk', 'time', true)
  await project(log.current)
  await operations.append({
    type: 'RevisionGivenUp',
    data: { revision: pending.revision, because: 'time', restored },
  })
}

/** Never longer than it was given in the first place: a clock that was set back must not prolong it. */
export function remainingMs({ at, until }: PendingRevision, now = Date.now()): number {
  return Math.min(Date.parse(until) - now, Date.parse(until) - Date.parse(at))
}
