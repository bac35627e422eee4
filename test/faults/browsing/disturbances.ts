/** What happens to the gateway while others browse: new settings, rollbacks, reloads, killed workers, clamd restarted. */
import { setTimeout as delay } from 'node:timers/promises'
import { openHome, type TestGateway } from '@fsigk/testing'
import type { Clamd } from '../../peers/clamd.js'

/** From when to when, of `performance.now()`. */
export interface Span {
  readonly from: number
  to: number
}

export interface DisturbanceTimes {
  readonly everyMs: number
  /** How long clamd stays away each time. */
  readonly clamdDownMs: number
}

/** A worker that dies takes its connections with it: what was under way then, or begins a moment later, may fail. */
const KILL_SPAN_MS = 1_500
/** After clamd is back, a worker may leave it alone for so long. */
const CLAMD_BACK_MS = 3_000

export class Disturbances {
  readonly kills: Span[] = []
  /** clamd was certainly away all the time. */
  readonly clamdAway: Span[] = []
  /** It may not have been asked, or may have been. */
  readonly clamdUnsure: Span[] = []
  readonly done = { settings: 0, rollbacks: 0, hangups: 0, kills: 0, clamdRestarts: 0 }
  /** What was refused of what was done. */
  readonly problems: string[] = []
  #steps = 0

  constructor(
    private readonly gateway: TestGateway,
    private readonly clamd: Clamd,
    private readonly times: DisturbanceTimes,
  ) {}

  /** One after the other, until told to stop; ends in order, and goes on from there when it is called again. */
  async run(stop: AbortSignal): Promise<void> {
    const steps = [
      () => this.#set(),
      () => this.#restartClamd(),
      () => this.#killWorker(),
      () => this.#rollback(),
      () => this.#hangUp(),
    ]
    while (!stop.aborted) {
      await delay(this.times.everyMs, undefined, { signal: stop }).catch(() => {})
      if (stop.aborted) return
      await steps[this.#steps % steps.length]?.().catch((error: Error) => this.problems.push(error.message))
      this.#steps += 1
    }
  }

  async #set(): Promise<void> {
    this.done.settings += 1
    await this.gateway.set({
      'http.anonymous': this.done.settings % 2 === 0,
      'http.keepalive_timeout': 10 + (this.done.settings % 5),
    })
  }

  async #rollback(): Promise<void> {
    this.done.rollbacks += 1
    await using administration = await openHome(this.gateway.home)
    const { services } = await administration.rollback({ actor: 'test', to: '-1' })
    for (const { name, applied, because } of services)
      if (!applied) this.problems.push(`after a rollback, ${name}: ${because}`)
  }

  async #hangUp(): Promise<void> {
    this.done.hangups += 1
    this.gateway.process.kill('SIGHUP')
  }

  /** Always the second: the first lives all day, so that its memory tells. */
  async #killWorker(): Promise<void> {
    const pid = (await this.gateway.workers('http'))[1]
    if (pid === undefined) return
    const from = performance.now()
    process.kill(pid, 'SIGKILL')
    this.done.kills += 1
    this.kills.push({ from, to: from + KILL_SPAN_MS })
  }

  async #restartClamd(): Promise<void> {
    const unsure: Span = { from: performance.now(), to: Number.POSITIVE_INFINITY }
    this.clamdUnsure.push(unsure)
    await this.clamd.signal('SIGKILL')
    const away: Span = { from: performance.now(), to: Number.POSITIVE_INFINITY }
    this.clamdAway.push(away)
    await delay(this.times.clamdDownMs)
    away.to = performance.now()
    await this.clamd.restart()
    this.done.clamdRestarts += 1
    unsure.to = performance.now() + CLAMD_BACK_MS
  }
}

export function overlaps(spans: readonly Span[], began: number, ended: number): boolean {
  return spans.some(({ from, to }) => began <= to && ended >= from)
}

/** Whether it began and ended within one of them. */
export function lieIn(spans: readonly Span[], began: number, ended: number): boolean {
  return spans.some(({ from, to }) => began >= from && ended <= to)
}
