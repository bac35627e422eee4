/** Kills (-9) what a mail goes through, one after the other, and begins it again: a worker, the scanner, the next server, the supervisor. */
import { setTimeout as delay } from 'node:timers/promises'
import { startTestGateway, type TestGateway, type TestGatewayOptions } from '@fsigk/testing'
import type { Clamd } from '../../peers/clamd.js'
import type { Postfix } from '../../peers/postfix.js'

export type Victim = 'worker' | 'scanner' | 'server' | 'supervisor'

/** From the kill until it served again. Times are of `performance.now()`. */
export interface Kill {
  readonly victim: Victim
  readonly from: number
  to: number
}

const TURNS: readonly Victim[] = ['worker', 'scanner', 'server', 'supervisor']
/** After clamd is back, a worker may leave it alone for so long. */
const SCANNER_BACK_MS = 3_000
/** A connection that a kill has ended may be found so at the sender's next message only. */
const NOTICED_MS = 1_500

export class Kills {
  readonly done: Kill[] = []
  /** What did not come back. */
  readonly problems: string[] = []
  readonly #over = new AbortController()
  readonly #restarts = new Map<Victim, Promise<void>>()

  constructor(
    public gateway: TestGateway,
    private readonly clamd: Clamd,
    private readonly postfix: Postfix,
    private readonly options: TestGatewayOptions,
  ) {}

  /** One each `everyMs`, whether or not the last is back; one that is not back when its turn comes again is left alone. */
  async run(everyMs: number, stop: AbortSignal): Promise<void> {
    for (let turn = 0; !stop.aborted && !this.over.aborted; turn += 1) {
      await delay(everyMs, undefined, { signal: stop }).catch(() => {})
      const victim = TURNS[turn % TURNS.length] ?? 'worker'
      if (stop.aborted || this.#restarts.has(victim)) continue
      const restart = this.#kill(victim)
        .catch((error: Error) => {
          this.problems.push(error.message)
          this.#over.abort()
        })
        .finally(() => this.#restarts.delete(victim))
      this.#restarts.set(victim, restart)
    }
    await Promise.all(this.#restarts.values())
  }

  /** Aborted when something does not come back at all. */
  get over(): AbortSignal {
    return this.#over.signal
  }

  count(victim: Victim): number {
    return this.done.filter((kill) => kill.victim === victim).length
  }

  /** Who was away, or just back, within this time. */
  within(began: number, ended: number): ReadonlySet<Victim> {
    return new Set(this.done.filter(({ from, to }) => from <= ended && to >= began).map(({ victim }) => victim))
  }

  async #kill(victim: Victim): Promise<void> {
    const pids = victim === 'worker' ? await this.gateway.workers('smtp').catch(() => []) : []
    if (victim === 'worker' && pids.length === 0) return
    const kill: Kill = { victim, from: performance.now(), to: Number.POSITIVE_INFINITY }
    this.done.push(kill)
    switch (victim) {
      case 'worker':
        process.kill(pids[this.count('worker') % pids.length] ?? 0, 'SIGKILL')
        break
      case 'scanner':
        await this.clamd.signal('SIGKILL')
        await this.clamd.restart()
        await delay(SCANNER_BACK_MS)
        break
      case 'server':
        await this.postfix.kill()
        await this.postfix.start()
        break
      case 'supervisor':
        await this.gateway.stop('SIGKILL')
        this.gateway = await startTestGateway(this.options)
    }
    kill.to = performance.now() + NOTICED_MS
  }
}
