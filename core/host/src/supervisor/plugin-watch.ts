/** Watches over plugins in all workers together: counts their calls, opens and closes their breakers, and tells of it. */
import type { OperationsFact, SettingsSnapshot } from '@fsigk/config'
import type { Log } from '@fsigk/plugin-api'
import type { BreakerStates } from '../ipc/messages.js'
import { Breaker, type BreakerChange, type BreakerLimits } from './breaker.js'

/** What went wrong last. */
export interface PluginFailure {
  /** `scan`, …; `''` when it ended while nobody asked it for anything. */
  readonly hook: string
  readonly session: string
  readonly because: string
}

export interface PluginCalls {
  /** Since the gateway started. */
  readonly calls: number
  readonly failures: number
  readonly lastFailure?: PluginFailure & { readonly at: string }
}

export interface WatchDuties {
  /** Tells every worker. */
  readonly onChange: (states: BreakerStates) => void
  /** A plugin was taken out of service, or came back: for people. */
  readonly onAlarm: (message: string) => void
  readonly record: (fact: OperationsFact) => Promise<void>
  readonly log: Log
}

interface Watched {
  readonly breaker: Breaker
  calls: number
  failures: number
  lastFailure?: PluginFailure & { readonly at: string }
  trippedAt?: number
  timer?: NodeJS.Timeout
}

/** Ids come from the settings, but are said by workers. */
const MAX_WATCHED = 1_000
const LIMITS: BreakerLimits = { failures: 10, windowMs: 60_000, retryMs: 30_000 }

export class PluginWatch implements Disposable {
  readonly #watched = new Map<string, Watched>()
  #limits = LIMITS

  constructor(private readonly duties: WatchDuties) {}

  /** Takes `plugins.trip_*` from the settings. */
  configure({ values }: SettingsSnapshot): void {
    const { trip_failures, trip_window, trip_retry } = values['plugins'] ?? {}
    const ms = (value: unknown, otherwise: number) => (typeof value === 'number' ? value * 1_000 : otherwise)
    this.#limits = {
      failures: typeof trip_failures === 'number' ? trip_failures : LIMITS.failures,
      windowMs: ms(trip_window, LIMITS.windowMs),
      retryMs: ms(trip_retry, LIMITS.retryMs),
    }
  }

  /** Plugins that are not to be asked as they please. */
  get states(): BreakerStates {
    return new Map(
      [...this.#watched].flatMap(([id, { breaker }]) => (breaker.state === 'closed' ? [] : [[id, breaker.state]])),
    )
  }

  /** How the calls to a plugin went; undefined when there were none. */
  of(id: string): PluginCalls | undefined {
    const watched = this.#watched.get(id)
    if (watched === undefined) return undefined
    const { calls, failures, lastFailure } = watched
    return { calls, failures, ...(lastFailure === undefined ? {} : { lastFailure }) }
  }

  /** A worker tells how calls ended. */
  heard(id: string, succeeded: number, failure: PluginFailure | undefined): void {
    const watched = this.#watch(id)
    if (watched === undefined) return
    const now = performance.now()
    watched.calls += succeeded + (failure === undefined || failure.hook === '' ? 0 : 1)
    this.#changed(id, watched, watched.breaker.succeeded(succeeded, now))
    if (failure === undefined) return
    watched.failures += 1
    watched.lastFailure = { ...failure, at: new Date().toISOString() }
    this.#changed(id, watched, watched.breaker.failed(now, this.#limits))
  }

  /** The plugin was replaced or is named anew: what another one did is not its fault. */
  forget(id: string): void {
    const watched = this.#watched.get(id)
    clearTimeout(watched?.timer)
    this.#watched.delete(id)
    if (watched !== undefined && watched.breaker.state !== 'closed') this.duties.onChange(this.states)
  }

  [Symbol.dispose](): void {
    for (const { timer } of this.#watched.values()) clearTimeout(timer)
  }

  #watch(id: string): Watched | undefined {
    let watched = this.#watched.get(id)
    if (watched === undefined && this.#watched.size < MAX_WATCHED) {
      watched = { breaker: new Breaker(), calls: 0, failures: 0 }
      this.#watched.set(id, watched)
    }
    return watched
  }

  #changed(id: string, watched: Watched, change: BreakerChange | undefined): void {
    switch (change) {
      case undefined:
        return
      case 'tripped':
        this.#tripped(id, watched)
        break
      case 'tripped again':
        this.duties.log.warn('plugin still failing', { plugin: id, ...watched.lastFailure })
        break
      case 'recovered':
        this.#recovered(id, watched)
    }
    if (watched.breaker.state === 'open') this.#restThenTry(watched)
    this.duties.onChange(this.states)
  }

  #tripped(id: string, watched: Watched): void {
    const { failures, windowMs, retryMs } = this.#limits
    const now = performance.now()
    const { succeeded, failed } = watched.breaker.counted(now, windowMs)
    const { hook = '', session = '', because = '' } = watched.lastFailure ?? {}
    watched.trippedAt = now
    const data = {
      plugin: id,
      failures: failed,
      calls: failed + succeeded,
      limit: failures,
      windowSeconds: windowMs / 1_000,
      retrySeconds: retryMs / 1_000,
      hook,
      session,
      because,
    }
    this.duties.log.error('plugin tripped', data)
    this.#record('PluginTripped', data)
    this.duties.onAlarm(
      `Plugin '${id}' failed ${failed} times in ${data.windowSeconds} s and is not asked for ${data.retrySeconds} s. ` +
        `Last: ${hook}() in session ${session || '-'}: ${because}`,
    )
  }

  #recovered(id: string, watched: Watched): void {
    const downSeconds = Math.round((performance.now() - (watched.trippedAt ?? performance.now())) / 1_000)
    const data = { plugin: id, downSeconds }
    this.duties.log.info('plugin recovered', data)
    this.#record('PluginRecovered', data)
    this.duties.onAlarm(`Plugin '${id}' answers again, after ${downSeconds} s.`)
  }

  #restThenTry(watched: Watched): void {
    clearTimeout(watched.timer)
    watched.timer = setTimeout(() => {
      watched.breaker.halfOpen()
      this.duties.onChange(this.states)
    }, this.#limits.retryMs)
  }

  #record(type: string, data: OperationsFact['data']): void {
    this.duties
      .record({ type, data })
      .catch((error: unknown) => this.duties.log.error('fact not kept', { type, error }))
  }
}
